"""Files dragged over Compare: which of them are wanted, and the sign that says they may be dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QWidget

from core.i18n import tr
from gui.theme import PAD
from gui.widgets.basics import column, label


def dropped(data: QMimeData) -> list[Path]:
    """The files and folders of this computer that are dragged; what is no clip is told once they are dropped."""
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
