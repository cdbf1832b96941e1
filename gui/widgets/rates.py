"""Rates that a running job has found so far, one a line: name, bar, whole percent."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import percent
from gui.theme import Theme, current, font

_LINE, _NAME, _NUMBER = 24, 148, 48


class Rates(QWidget):
    """Shows rates in [0, 1] by name, in the order in which they came."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rates: dict[str, float] = {}
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """Take other rates."""
        self.rates = dict(rates)
        self.setAccessibleDescription(". ".join(f"{name}: {percent(rate)}" for name, rate in rates.items()))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for each rate."""
        return QSize(280, _LINE * len(self.rates))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, (name, rate) in enumerate(self.rates.items()):
            self._paint_line(painter, look, line * _LINE, name, rate)
        painter.end()

    def _paint_line(self, painter: QPainter, look: Theme, top: float, name: str, rate: float) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("caption"))
        painter.setPen(look.colour("text"))
        shown = QFontMetrics(font("caption")).elidedText(name, Qt.TextElideMode.ElideRight, _NAME - 8)
        painter.drawText(QRectF(0, top, _NAME, _LINE), Qt.AlignmentFlag.AlignLeft | middle, shown)
        room = QRectF(_NAME, top + 8, max(8.0, self.width() - _NAME - _NUMBER), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(room, 4, 4)
        painter.setBrush(look.colour("after"))
        painter.drawRoundedRect(QRectF(room.x(), room.y(), max(3.0, room.width() * min(1.0, rate)), 8), 4, 4)
        painter.setFont(font("caption", QFont.Weight.DemiBold))
        painter.setPen(look.colour("after"))
        number = QRectF(self.width() - _NUMBER, top, _NUMBER, _LINE)
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | middle, percent(rate))
