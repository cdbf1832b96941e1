"""A small line chart of one metric over the steps of a job, with an aim to reach and the value under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import number, percent, tr
from gui.theme import Theme, current, font

Points = Sequence[tuple[int, float]]
_POINT_LIMIT = 400
"""Points drawn at most; more are thinned."""
_TICK_LETTERS = 6
_AIM_ROOM = 128
"""Pixels below which the aim is not told in words beside the step; its line is there at any width."""


def span(points: Points) -> tuple[float, float]:
    """The range of the vertical axis: 0 to 1 for rates, else what the values take."""
    values = [value for _, value in points]
    low, high = min(values), max(values)
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - room, high + room


class Curve(QWidget):
    """Shows `points` (step, value) under a title, with the last value beside it; `aim` is a value to reach."""

    def __init__(
        self, title: str, role: str, rate: bool, aim: float | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title, self._role, self._rate, self.aim = title, role, rate, aim
        self._points: list[tuple[int, float]] = []
        self._given = 0
        self.hovered: int | None = None
        self.setAccessibleName(title)
        self.setMinimumSize(132, 120)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Small enough that several fit."""
        return QSize(280, 136)

    def set_points(self, points: Points) -> None:
        """Show the points of a metric that only grows; nothing is done where no point is new."""
        if len(points) == self._given:
            return
        self._given = len(points)
        stride = max(1, len(points) // _POINT_LIMIT)
        self._points = [*points[::stride], points[-1]] if stride > 1 else list(points)
        step, value = points[-1]
        said = tr("{value} at step {step}", value=self._said(value), step=step)
        if self.aim is not None:
            said = f"{said}, {tr('aim {value}', value=self._said(self.aim))}"
        self.setAccessibleDescription(said)
        self.update()

    def _said(self, value: float) -> str:
        return percent(value) if self._rate else number(value, ".3g")

    def _ticked(self, value: float) -> str:
        """The value beside the axis, where there is room for six letters."""
        said = self._said(value)
        return said if len(said) <= _TICK_LETTERS else number(value, ".0e")

    @property
    def _room(self) -> QRectF:
        return QRectF(46, 28, self.width() - 54, self.height() - 48)

    def _range(self) -> tuple[float, float]:
        return (0.0, 1.0) if self._rate or not self._points else span(self._points)

    def _at(self, step: int, value: float) -> QPointF:
        """Where a point lies."""
        room, (low, high) = self._room, self._range()
        first = self._points[0][0]
        across = (step - first) / max(1, self._points[-1][0] - first)
        up = min(1.0, max(0.0, (value - low) / (high - low)))
        return QPointF(room.left() + across * room.width(), room.bottom() - up * room.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the point next to the pointer."""
        x = event.position().x()
        nearest = min(range(len(self._points)), key=lambda k: abs(self._at(*self._points[k]).x() - x), default=None)
        if nearest != self.hovered:
            self.hovered = nearest
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        self.hovered = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the title, the axes, the aim and the line."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter, look)
        self._paint_grid(painter, look)
        if self._points:
            self._paint_line(painter, look)
            self._paint_foot(painter, look)
        painter.end()

    def _paint_head(self, painter: QPainter, look: Theme) -> None:
        head = QRectF(0, 0, self.width() - 8, 20)
        painter.setFont(font("caption", QFont.Weight.DemiBold))
        painter.setPen(look.colour("muted"))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self.title)
        if self._points:
            painter.setPen(look.colour(self._role))
            painter.drawText(head, Qt.AlignmentFlag.AlignRight, self._said(self._shown[1]))

    @property
    def _shown(self) -> tuple[int, float]:
        """The point that is told: the one under the pointer, else the last."""
        known = self.hovered is not None and self.hovered < len(self._points)
        return self._points[self.hovered if known and self.hovered is not None else -1]

    def _paint_grid(self, painter: QPainter, look: Theme) -> None:
        room, (low, high) = self._room, self._range()
        painter.setFont(font("caption"))
        for share in (0.0, 0.5, 1.0):
            y = room.bottom() - share * room.height()
            painter.setPen(QPen(look.colour("line"), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(look.colour("muted"))
            box = QRectF(0, y - 8, 40, 16)
            words = self._ticked(low + share * (high - low))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_line(self, painter: QPainter, look: Theme) -> None:
        room = self._room
        if self.aim is not None:
            y = self._at(self._points[0][0], self.aim).y()
            painter.setPen(QPen(look.colour("good"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        painter.setPen(QPen(look.colour(self._role), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([self._at(*point) for point in self._points]))
        marked = self._at(*self._shown)
        if self.hovered is not None:
            painter.setPen(QPen(look.colour("strong_line"), 1))
            painter.drawLine(QPointF(marked.x(), room.top()), QPointF(marked.x(), room.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(self._role))
        painter.drawEllipse(marked, 3.5, 3.5)

    def _paint_foot(self, painter: QPainter, look: Theme) -> None:
        room = self._room
        foot = QRectF(room.left(), room.bottom() + 3, room.width(), 16)
        painter.setFont(font("caption"))
        painter.setPen(look.colour("muted"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, tr("step {step}", step=self._shown[0]))
        if self.aim is not None and room.width() >= _AIM_ROOM:
            painter.setPen(look.colour("good"))
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, tr("aim {value}", value=self._said(self.aim)))
