"""A Compare page before a person: shown, loaded, pressed and read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.pages.compare import ComparePage
from gui.state.session import Session
from gui.widgets.shortcuts import bind

LEFT = Qt.MouseButton.LeftButton


def loaded(page: ComparePage, qtbot: QtBot, count: int = 12) -> None:
    """Wait until the clips are there, and stand at the first frame."""
    qtbot.waitUntil(lambda: page.player.count == count and bool(page.cinema.screening.films), timeout=10_000)
    page.player.pause()
    page.player.seek(0)


def shown(session: Session, qtbot: QtBot) -> ComparePage:
    """The page on the screen, its keys bound as the window binds them."""
    page = ComparePage(session)
    bind(page, page.commands)
    qtbot.addWidget(page, before_close_func=lambda _: page.close_down())
    page.resize(1400, 800)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()
    return page


def press(page: ComparePage, qtbot: QtBot, *keys: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    """Press keys where the focus is."""
    for key in keys:
        qtbot.keyClick(page.transport.timeline, key, held or Qt.KeyboardModifier.NoModifier)


def words(page: QWidget) -> str:
    """All that is written on the visible labels."""
    return "\n".join(said.text() for said in page.findChildren(QLabel) if said.isVisible())
