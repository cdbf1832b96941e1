"""A card to choose: a title, a summary that wraps, and a line of facts, drawn as one radio or check button."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.icons import paint_icon
from gui.theme import PAD, Theme, current, font

_WRAP = int(Qt.TextFlag.TextWordWrap)
_LEFT = 44


class OptionCard(QAbstractButton):
    """A choice with a title, a summary and facts; `several` draws the box of one that does not exclude the others."""

    def __init__(
        self, title: str, summary: str, facts: str = "", several: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._several, self._edge = several, 8 if several else 12
        self._lines = [
            (title, font("body", QFont.Weight.DemiBold), "text"),
            (summary, font("caption" if several else "body"), "muted"),
        ]
        if facts:
            self._lines.append((facts, font("caption"), "muted"))
        self.setCheckable(True)
        self.setAutoExclusive(not several)
        self.setAccessibleName(title)
        self.setAccessibleDescription(summary)
        self.toggled.connect(self._rove)
        self._rove()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _rove(self) -> None:
        """Let Tab stop at the checked one of those that exclude each other; Qt does so from the first focus on."""
        stops = self._several or self.isChecked()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.ClickFocus)

    def _boxes(self, width: int) -> list[QRect]:
        top, boxes = self._edge, []
        for text, face, _ in self._lines:
            room = QRect(_LEFT, top, max(40, width - _LEFT - PAD), 4000)
            boxes.append(QFontMetrics(face).boundingRect(room, _WRAP, text).united(QRect(_LEFT, top, 1, 1)))
            top = boxes[-1].bottom() + 4
        return boxes

    def heightForWidth(self, width: int) -> int:
        """The height at which all the text shows."""
        return self._boxes(width)[-1].bottom() + self._edge + 2

    def sizeHint(self) -> QSize:
        """A comfortable size; the height follows from the width."""
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card, its mark and its lines."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, look)
        for (text, face, role), box in zip(self._lines, self._boxes(self.width()), strict=True):
            painter.setFont(face)
            painter.setPen(look.colour(role))
            painter.drawText(QRect(box.x(), box.y(), self.width() - _LEFT - PAD, box.height() + 2), _WRAP, text)
        painter.end()

    def _paint_frame(self, painter: QPainter, look: Theme) -> None:
        checked, focused = self.isChecked(), self.hasFocus()
        edge = "accent" if checked or focused else "strong_line" if self.underMouse() else "line"
        painter.setPen(QPen(look.colour(edge), 2 if checked or focused else 1))
        painter.setBrush(look.colour("accent_soft" if checked else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        if focused and checked:
            painter.setPen(QPen(look.colour("text"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 7, 7)
        painter.setPen(QPen(look.colour("accent" if checked else "strong_line"), 1.6))
        paint_mark = self._paint_box if self._several else self._paint_dot
        paint_mark(painter, look, QRectF(PAD, self._edge + 2, 16, 16), checked)

    def _paint_dot(self, painter: QPainter, look: Theme, dot: QRectF, checked: bool) -> None:
        painter.setBrush(look.colour("surface"))
        painter.drawEllipse(dot)
        if checked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(dot.adjusted(4, 4, -4, -4))

    def _paint_box(self, painter: QPainter, look: Theme, box: QRectF, checked: bool) -> None:
        painter.setBrush(look.colour("accent" if checked else "surface"))
        painter.drawRoundedRect(box, 4, 4)
        if checked:
            paint_icon(painter, "check", box.adjusted(2, 2, -2, -2), "on_accent")
