"""The scrub bar: a mark for each frame and a handle on the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from gui.theme import Theme, current

_EDGE = 12.0
_TICKS = 160
"""More frames than this are drawn without marks."""


class Timeline(QAbstractSlider):
    """A slider over frames; a click goes straight to the frame under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName("Frame")
        self.setToolTip("Drag to scrub; step with , and .")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, 36)

    def frame_under(self, x: float) -> int:
        """The frame whose mark is nearest to a position in pixels."""
        span = max(1.0, self.width() - 2 * _EDGE)
        return round(self.maximum() * min(1.0, max(0.0, (x - _EDGE) / span)))

    def position_of(self, frame: int) -> float:
        """Where a frame's mark stands, in pixels."""
        share = frame / self.maximum() if self.maximum() else 0.0
        return _EDGE + share * (self.width() - 2 * _EDGE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the frame under the pointer."""
        self.setSliderDown(True)
        self.setSliderPosition(self.frame_under(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self.setSliderPosition(self.frame_under(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar, the marks and the handle."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, now = self.height() / 2, self.position_of(self.sliderPosition())
        painter.setPen(QPen(look.colour("line"), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(_EDGE, middle), QPointF(self.width() - _EDGE, middle))
        painter.setPen(QPen(look.colour("accent"), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(_EDGE, middle), QPointF(now, middle))
        self._paint_marks(painter, look, middle)
        self._paint_handle(painter, look, QPointF(now, middle))
        painter.end()

    def _paint_marks(self, painter: QPainter, look: Theme, middle: float) -> None:
        if self.maximum() >= _TICKS:
            return
        painter.setPen(QPen(look.colour("strong_line"), 1))
        for frame in range(self.maximum() + 1):
            x = self.position_of(frame)
            painter.drawLine(QPointF(x, middle + 8), QPointF(x, middle + 12))

    def _paint_handle(self, painter: QPainter, look: Theme, centre: QPointF) -> None:
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.setBrush(look.colour("accent_soft"))
            painter.drawEllipse(centre, 10.5, 10.5)
        painter.setPen(QPen(look.colour("surface"), 2))
        painter.setBrush(look.colour("accent" if self.isEnabled() else "strong_line"))
        painter.drawEllipse(QRectF(centre.x() - 7, centre.y() - 7, 14, 14))
