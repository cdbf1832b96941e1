"""What lies over the whole window: dims it, and keeps the keyboard until it leaves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from gui.widgets.notice import NoticeBar


class Cover(QWidget):
    """Covers its parent at every size; what lies below cannot be reached meanwhile. Escape leaves."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._below: list[QWidget] = []
        self.hide()

    def open(self) -> None:
        """Cover the parent and take the keys."""
        beside = [child for child in self._over.children() if isinstance(child, QWidget) and child is not self]
        self._below = [child for child in beside if child.isEnabled() and not isinstance(child, NoticeBar)]
        for child in self._below:
            child.setEnabled(False)
        self._over.installEventFilter(self)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        for notice in self._over.findChildren(NoticeBar):
            notice.raise_()

    def leave(self) -> None:
        """Uncover the parent."""
        for child in filter(isValid, self._below):
            child.setEnabled(True)
        self._below = []
        self.hide()
        self.left.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the parent at every size."""
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape; keep every other key from the window below."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the window."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 130))
        painter.end()
