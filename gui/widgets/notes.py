"""Notes about an entry: a field that keeps what was typed once it is left."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from core.i18n import tr


class Notes(QPlainTextEdit):
    """Shows notes; `noted` carries the id they belong to and the new words, once the field is left."""

    noted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id, self._kept = "", ""
        self.setProperty("role", "input")
        self.setAccessibleName(tr("Notes"))
        self.setPlaceholderText(tr("What is worth remembering about it?"))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setFixedHeight(84)

    def show_notes(self, entry_id: str, text: str) -> None:
        """Take the notes of an entry; what was typed about another one is told first."""
        if (entry_id, text) == (self._id, self._kept):
            return
        if entry_id != self._id:
            self.tell()
        elif self.toPlainText() != self._kept:
            self._kept = text
            return
        self._id, self._kept = entry_id, text
        self.setPlainText(text)

    def tell(self) -> None:
        """Tell what was typed, if anything was."""
        text = self.toPlainText().strip()
        if self._id and text != self._kept.strip():
            self._kept = text
            self.noted.emit(self._id, text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell what was typed."""
        super().focusOutEvent(event)
        self.tell()
