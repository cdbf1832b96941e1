"""The scrub bar: a cell for each frame, a handle on the one that is shown, and the part that plays between marks."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from core.i18n import tr
from gui.theme import Theme, current

EDGE = 12.0
"""Pixels left free at both ends, for the handle."""
_TICKS = 160
"""More frames than this are drawn without marks."""
_LEFT_TO_PAGE = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class Timeline(QAbstractSlider):
    """A slider over frames; a click goes straight to the frame under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[int | None, int | None] = (None, None)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName(tr("Frame"))
        self.setToolTip(tr("Drag to scrub; step with , and ."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.valueChanged.connect(self._tell)

    def _tell(self, frame: int) -> None:
        """Count from 1 for those who listen, as the transport does for those who see."""
        if QAccessible.isActive():
            told = tr("{shown} of {all}", shown=frame + 1, all=self.maximum() + 1)
            self.setAccessibleDescription(told)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, 32)

    def set_marks(self, first: int | None, last: int | None) -> None:
        """Show between which frames the clock plays; None is the end of the clip."""
        self._marks = (first, last)
        self.update()

    def cell(self) -> float:
        """Pixels of one frame."""
        return max(1.0, self.width() - 2 * EDGE) / (self.maximum() + 1)

    def frame_under(self, x: float) -> int:
        """The frame whose cell is under a position in pixels, or nearest to it."""
        return min(max(0, int((x - EDGE) / self.cell())), self.maximum())

    def position_of(self, frame: int) -> float:
        """The middle of a frame's cell, in pixels."""
        return EDGE + (frame + 0.5) * self.cell()

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows to the player, which steps, pauses and goes round the ends."""
        if event.key() in _LEFT_TO_PAGE:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar, the marks and the handle."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, now = self.height() / 2 - 2, self._now()
        first, last = self._marks
        left = EDGE + (first or 0) * self.cell()
        right = EDGE + ((self.maximum() if last is None else last) + 1) * self.cell()
        self._paint_bar(painter, look, EDGE, self.width() - EDGE, "line")
        if EDGE < now >= left:
            self._paint_bar(painter, look, left, min(now, right), "accent")
            self._paint_ticks(painter, look, middle)
        for x, mark in ((left, first), (right, last)):
            if mark is not None:
                self._paint_mark(painter, look, x, middle)
        self._paint_handle(painter, look, QPointF(now, middle))
        painter.end()

    def _now(self) -> float:
        """Where the handle is, in pixels: at the left end where there is but one frame."""
        return self.position_of(self.sliderPosition()) if self.maximum() else EDGE

    def _paint_bar(self, painter: QPainter, look: Theme, left: float, right: float, role: str) -> None:
        middle = self.height() / 2 - 2
        painter.setPen(QPen(look.colour(role), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))

    def _paint_ticks(self, painter: QPainter, look: Theme, middle: float) -> None:
        if self.maximum() >= _TICKS:
            return
        painter.setPen(QPen(look.colour("strong_line"), 1))
        for frame in range(self.maximum() + 1):
            x = self.position_of(frame)
            painter.drawLine(QPointF(x, middle + 10), QPointF(x, middle + 13))

    def _paint_mark(self, painter: QPainter, look: Theme, x: float, middle: float) -> None:
        painter.setPen(QPen(look.colour("warning"), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, middle - 9), QPointF(x, middle + 9))

    def _paint_handle(self, painter: QPainter, look: Theme, centre: QPointF) -> None:
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.setBrush(look.colour("accent_soft"))
            painter.drawEllipse(centre, 10.5, 10.5)
        painter.setPen(QPen(look.colour("surface"), 2))
        painter.setBrush(look.colour("accent" if self.maximum() else "strong_line"))
        painter.drawEllipse(QRectF(centre.x() - 7, centre.y() - 7, 14, 14))
