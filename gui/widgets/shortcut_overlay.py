"""An overview of all keys, laid over the window until a key or a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from core.i18n import tr
from gui.state.commands import Command
from gui.theme import PAD, WIDE
from gui.widgets.basics import card, column, label, row, scrolled
from gui.widgets.cover import Cover
from gui.widgets.shortcuts import told

_AROUND = 160
"""Pixels of the window's height that are left to the title and to what lies below."""


class ShortcutOverlay(Cover):
    """Titles and keys on a card over the dimmed window."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Keyboard shortcuts"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inner = _grid([command for command in commands if command.keys])
        self.area = scrolled(inner)
        height = min(inner.sizeHint().height(), parent.height() - _AROUND)
        self.area.setFixedSize(max(720, inner.sizeHint().width() + WIDE), height)
        head = row(label(tr("Keyboard shortcuts"), "title"), 1, label(tr("Any key closes this"), "caption"))
        self.setLayout(column(1, row(1, card(head, self.area, spacing=PAD, pad=WIDE), 1), 1))

    def open(self) -> None:
        """Cover the window and take the keys."""
        super().open()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll with the arrow and page keys; close with any other."""
        if not _scrolls(self.area, Qt.Key(event.key())):
            self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close."""
        self.leave()


def _scrolls(area: QScrollArea, key: Qt.Key) -> bool:
    bar = area.verticalScrollBar()
    steps = {
        Qt.Key.Key_Down: bar.singleStep(),
        Qt.Key.Key_Up: -bar.singleStep(),
        Qt.Key.Key_PageDown: bar.pageStep(),
        Qt.Key.Key_PageUp: -bar.pageStep(),
    }
    bar.setValue(bar.value() + steps.get(key, 0))
    return key in steps


def _grid(commands: Sequence[Command]) -> QWidget:
    """Two columns of a title and its keys each, filled from top to bottom."""
    made, grid = QWidget(), QGridLayout()
    grid.setHorizontalSpacing(WIDE)
    grid.setVerticalSpacing(6)
    half = (len(commands) + 1) // 2
    for at, command in enumerate(commands):
        side = 2 * (at // half)
        grid.addWidget(label(command.title), at % half, side)
        grid.addWidget(_keys(command), at % half, side + 1)
    grid.setRowStretch(half, 1)
    made.setLayout(grid)
    return made


def _keys(command: Command) -> QLabel:
    made = label(tr(" or ").join(map(told, command.keys)), "strong")
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made
