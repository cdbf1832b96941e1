"""A rating of no to five stars, given with the mouse, the arrow keys or a digit."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from core.i18n import tr
from gui.icons import paint_icon
from gui.theme import current

MOST = 5
EDGE = 4
"""Pixels around the stars, where the ring of the focus is painted."""
_SIDE, _GAP = 20, 4


def star_words(count: int) -> str:
    """A rating in words."""
    return tr("Not rated") if not count else tr("1 star") if count == 1 else tr("{count} stars", count=count)


def paint_stars(painter: QPainter, left: float, top: float, count: int, side: float, gap: float, empty: bool) -> None:
    """Paint stars side by side; `empty` draws those that were not given as outlines."""
    for at in range(MOST if empty else count):
        given = at < count
        box = QRectF(left + at * (side + gap), top, side, side)
        paint_icon(painter, "star_full" if given else "star", box, "warning" if given else "muted")


class Stars(QAbstractSlider):
    """Shows a rating; `chosen` carries the one a person gives. A click on the last star takes all of them off."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, MOST)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("Rate it (0 to 5)"))
        self.valueChanged.connect(self._told)
        self.set_stars(0)

    def sizeHint(self) -> QSize:
        """Five stars and room for the ring of the focus."""
        return QSize(MOST * (_SIDE + _GAP) - _GAP + 2 * EDGE, _SIDE + 2 * EDGE)

    def set_stars(self, count: int) -> None:
        """Show another rating without telling."""
        self.blockSignals(True)
        self.setValue(count)
        self.blockSignals(False)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(tr("Rating: {stars}", stars=star_words(self.value())))
        self.update()

    def _told(self, count: int) -> None:
        self._name()
        self.chosen.emit(count)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Give as many stars as the pointer is on; the same number again takes them off."""
        count = max(1, min(MOST, int((event.position().x() - EDGE) // (_SIDE + _GAP)) + 1))
        self.setValue(0 if count == self.value() else count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a digit; the arrow keys are the slider's."""
        if event.text() and event.text() in "012345":
            self.setValue(int(event.text()))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page, which scrolls."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stars, and a ring where the focus is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_stars(painter, EDGE, EDGE, self.value(), _SIDE, _GAP, empty=True)
        if self.hasFocus():
            painter.setPen(QPen(current().colour("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
