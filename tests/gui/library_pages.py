"""Opens the Library page for a test, and reads what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.pages.library import LibraryPage
from gui.state.session import Session
from gui.theme import volatile_settings
from gui.widgets.shortcuts import bind

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 10_000


@contextmanager
def opened(folder: Path, qtbot: QtBot) -> Iterator[LibraryPage]:
    """The page over a library with its keys, as the window shows it, in the look of a first run."""
    volatile_settings().clear()
    session = Session(str(folder))
    made = LibraryPage(session)
    bind(made, made.commands)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.view.setFocus()
    yield made
    made.close_down()
    session.close()


def names(page: LibraryPage) -> list[str]:
    """The names that are shown."""
    return [row.name for row in page.model.rows]


def said(part: QWidget) -> str:
    """Every word of a part that can be read now."""
    return "\n".join(found.text() for found in part.findChildren(QLabel) if found.isVisibleTo(part))


def answer(kind: type[QDialog], act: Callable[[Any], object]) -> None:
    """Answer the next dialog of a kind once it is open."""

    def look() -> None:
        found = [shown for shown in QApplication.topLevelWidgets() if isinstance(shown, kind) and shown.isVisible()]
        if found:
            act(found[0])
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def drop(page: LibraryPage, *paths: Path) -> None:
    """Drop files onto the list."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    keys, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(40, 40), Qt.DropAction.CopyAction, data, keys, none))
