"""Files that are dragged onto the window: which they are, a sign that they may be dropped, and lists that take them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from core.i18n import tr
from gui.theme import PAD
from gui.widgets.basics import column, label


def local_files(data: QMimeData) -> list[Path]:
    """The files and folders of this computer that are dragged; what they are good for is told once they are dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropSign(QWidget):
    """Covers its parent while files are dragged over it."""

    def __init__(self, parent: QWidget, text: str = tr("Drop clips, pictures or a folder to compare them")) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setObjectName("drop")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = label(text, "heading")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(column(1, words, 1))
        self.hide()

    def cover(self) -> None:
        """Show over the whole parent."""
        self.setGeometry(self._covered.rect().adjusted(PAD, PAD, -PAD, -PAD))
        self.raise_()
        self.show()


class Lines(QPlainTextEdit):
    """A list, one thing a line, in which Tab leads on; `dropped` carries the files that were dropped onto it."""

    dropped = Signal(list)

    def __init__(self, name: str, example: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "input")
        self.setAccessibleName(name)
        self.setPlaceholderText(example)
        self.setTabChangesFocus(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files and text."""
        return bool(local_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Tell of files; put text in as it is."""
        if paths := local_files(source):
            self.dropped.emit(paths)
        else:
            super().insertFromMimeData(source)
