"""What made each clip of a comparison, pane by pane, to be read and copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from core.i18n import tr
from gui.state.comparison import Pane
from gui.state.pane_facts import as_json, as_text, pairs_of
from gui.widgets.basics import button, clear, column, label, row, rule, scrolled
from gui.widgets.stage import ROLES

if TYPE_CHECKING:
    from gui.workers.clip_loader import Film


class CompareDetails(QFrame):
    """A card with the metadata of all panes and two buttons that copy it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(tr("Details"))
        self._panes: dict[str, tuple[Pane, Film | None]] = {}
        self._stale = False
        self.copy_text = button(tr("Copy as text"), "copy", "quiet")
        self.copy_json = button(tr("Copy as JSON"), "copy", "quiet")
        self.copy_text.clicked.connect(lambda: copy(self.text()))
        self.copy_json.clicked.connect(lambda: copy(self.json()))
        self._list = column(spacing=12)
        inner = QWidget()
        body = column(self._list, 1)
        body.setContentsMargins(0, 0, 8, 0)
        inner.setLayout(body)
        box = column(row(self.copy_text, self.copy_json, 1), scrolled(inner), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        self.setLayout(box)

    def show_panes(self, panes: Mapping[str, tuple[Pane, Film | None]]) -> None:
        """Take the panes of another comparison, each with its film if it is decoded; written once somebody looks."""
        self._panes, self._stale = dict(panes), True
        if self.isVisible():
            self._write()

    def showEvent(self, event: QShowEvent) -> None:
        """Write what has changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._write()

    def _write(self) -> None:
        self._stale = False
        clear(self._list)
        for at, (pane, film) in enumerate(self._panes.values()):
            if at:
                self._list.addWidget(rule())
            self._list.addWidget(label(pane.title, ROLES.get(pane.role, "strong"), wrap=True))
            for title, value in pairs_of(pane, film):
                said = label(value, "small", wrap=True)
                said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._list.addLayout(column(label(title, "caption"), said, spacing=2))

    def text(self) -> str:
        """Everything as text."""
        return as_text(self._panes)

    def json(self) -> str:
        """Everything as JSON."""
        return as_json(self._panes)


def copy(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)
