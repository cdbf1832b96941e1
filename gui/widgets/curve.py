"""A small line chart of one metric over the steps of a job."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.state.words import percent
from gui.theme import Theme, current, font

Points = Sequence[tuple[int, float]]
_POINT_LIMIT = 400
"""Points drawn at most; more are thinned."""


def span(points: Points) -> tuple[float, float]:
    """The range of the vertical axis: 0 to 1 for rates, else what the values take."""
    values = [value for _, value in points]
    low, high = min(values), max(values)
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - room, high + room


class Curve(QWidget):
    """Shows `points` (step, value) under a title, with the last value beside it."""

    def __init__(self, title: str, role: str, rate: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self._role, self._rate = title, role, rate
        self._points: Points = ()
        self.setAccessibleName(title)
        self.setMinimumSize(132, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Small enough that several fit."""
        return QSize(280, 136)

    def set_points(self, points: Points) -> None:
        """Show other points."""
        stride = max(1, len(points) // _POINT_LIMIT)
        self._points = [*points[::stride], points[-1]] if stride > 1 else list(points)
        self.setAccessibleDescription(
            f"{self._said(points[-1][1])} at step {points[-1][0]}" if points else "no data yet"
        )
        self.update()

    def _said(self, value: float) -> str:
        return percent(value) if self._rate else f"{value:.3g}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the title, the axes and the line."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = QRectF(0, 0, self.width(), 20)
        painter.setFont(font("caption", QFont.Weight.DemiBold))
        painter.setPen(look.colour("muted"))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self.title)
        if self._points:
            painter.setPen(look.colour(self._role))
            painter.drawText(head, Qt.AlignmentFlag.AlignRight, self._said(self._points[-1][1]))
        self._paint_plot(painter, look, QRectF(46, 28, self.width() - 54, self.height() - 48))
        painter.end()

    def _paint_plot(self, painter: QPainter, look: Theme, room: QRectF) -> None:
        low, high = (0.0, 1.0) if self._rate or not self._points else span(self._points)
        painter.setFont(font("caption"))
        for share in (0.0, 0.5, 1.0):
            y = room.bottom() - share * room.height()
            painter.setPen(QPen(look.colour("line"), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(look.colour("muted"))
            box = QRectF(0, y - 8, 40, 16)
            words = self._said(low + share * (high - low))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        if self._points:
            self._paint_line(painter, look, room, low, high)

    def _paint_line(self, painter: QPainter, look: Theme, room: QRectF, low: float, high: float) -> None:
        first, last = self._points[0][0], self._points[-1][0]
        width = max(1, last - first)
        line = QPolygonF(
            [
                QPointF(
                    room.left() + (step - first) / width * room.width(),
                    room.bottom() - (value - low) / (high - low) * room.height(),
                )
                for step, value in self._points
            ]
        )
        painter.setPen(QPen(look.colour(self._role), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(line)
        painter.setBrush(look.colour(self._role))
        painter.drawEllipse(line.last(), 2.5, 2.5)
        painter.setPen(look.colour("muted"))
        foot = QRectF(room.left(), room.bottom() + 3, room.width(), 16)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"step {last}")
