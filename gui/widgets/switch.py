"""A switch for what is on or off; a check box to the keyboard and to screen readers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from gui.theme import current

_WIDTH, _HEIGHT, _EDGE = 40, 22, 3


class Switch(QCheckBox):
    """Painted as a track with a knob; `name` is what a screen reader says."""

    def __init__(self, name: str, on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setChecked(on)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The track and the ring around it."""
        return QSize(_WIDTH + 2 * _EDGE, _HEIGHT + 2 * _EDGE)

    def hitButton(self, pos: QPoint) -> bool:
        """All of it can be pressed."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track, the knob where it stands, and a ring while it has the focus."""
        painter, look, on = QPainter(self), current(), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_EDGE, _EDGE, _WIDTH, _HEIGHT)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), _HEIGHT / 2 + 2, _HEIGHT / 2 + 2)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.setPen(QPen(look.colour("accent" if on else "strong_line"), 1))
        painter.setBrush(look.colour("accent" if on else "sunken"))
        painter.drawRoundedRect(track, _HEIGHT / 2, _HEIGHT / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("on_accent" if on else "strong_line"))
        knob = _HEIGHT - 8
        left = track.right() - knob - 4 if on else track.left() + 4
        painter.drawEllipse(QRectF(left, track.top() + 4, knob, knob))
        painter.end()
