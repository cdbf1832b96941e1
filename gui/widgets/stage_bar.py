"""Progress in stages: a bar with one segment for each stage, the running one filled as far as it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import percent, tr
from gui.theme import current


class StageBar(QWidget):
    """Shows `index` (from 1) of `count` stages, and the fraction of the running one that is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._count, self._fraction, self._role = 0, 1, 0.0, "accent"
        self.setAccessibleName(tr("Progress"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(200, 10)

    def show_state(self, index: int, count: int, fraction: float, role: str = "accent") -> None:
        """Take another state; the colour is a theme role."""
        self._index, self._count, self._fraction, self._role = index, max(1, count), fraction, role
        self.setAccessibleDescription(
            tr("Stage {index} of {count}, {share} of it", index=index, count=count, share=percent(fraction))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the segments."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = (self.width() - 4 * (self._count - 1)) / self._count
        for number in range(1, self._count + 1):
            box = QRectF((number - 1) * (width + 4), 1, width, 8)
            painter.setBrush(look.colour("line"))
            painter.drawRoundedRect(box, 4, 4)
            filled = 1.0 if number < self._index else self._fraction if number == self._index else 0.0
            if filled > 0:
                box.setWidth(max(8.0, width * min(1.0, filled)))
                painter.setBrush(look.colour(self._role))
                painter.drawRoundedRect(box, 4, 4)
        painter.end()
