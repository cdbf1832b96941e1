"""What holds for every page, whatever it shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.pages.page import Page
from gui.places import BUILD
from gui.window import MainWindow


class Shown(QObject):
    """Remembers which windows come up."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at every widget that is shown."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(f"{type(watched).__name__} “{watched.accessibleName()}”")
        return False


@pytest.mark.parametrize("key", BUILD)
def test_no_part_of_a_page_flashes_up_as_a_window(key: str, window: MainWindow, qapp: QApplication) -> None:
    seen = Shown()
    qapp.installEventFilter(seen)
    try:
        window.open_place(key)
    finally:
        qapp.removeEventFilter(seen)
    assert seen.windows == []


@pytest.mark.parametrize("key", BUILD)
def test_a_page_opens_with_the_keys_where_its_work_begins(key: str, window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.open_place(key)
    page = window.page(key)
    assert isinstance(page, Page)
    inside = [page, *page.findChildren(QWidget)]
    qtbot.waitUntil(lambda: QApplication.focusWidget() in inside)
    assert page.hasFocus() is (key == "settings")
