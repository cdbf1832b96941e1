"""Two panes in one picture: a wipe, an overlay, their difference, or now one and now the other."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.i18n import tr
from gui.state.stage import Mode, StageState
from gui.theme import font
from gui.widgets.clip_view import ClipView

_KEPT = 96
"""Differences that are remembered, so that a loop makes each but once."""
_GRIP = 12.0


def inside(box: QRectF, picture: QImage) -> QRectF:
    """Where a picture of any shape lies in a box: as large as it fits, in the middle."""
    size = QSizeF(picture.size()).scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    made = QRectF(QPointF(0, 0), size)
    made.moveCenter(box.center())
    return made


def difference(one: QImage, other: QImage, gain: int) -> QImage:
    """|a − b| of each channel, amplified by a power of two, in the size of the first picture."""
    mode = QPainter.CompositionMode
    made = one.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    _compose(made, other, mode.CompositionMode_Difference)
    while gain > 1:
        _compose(made, made.copy(), mode.CompositionMode_Plus)
        gain //= 2
    return made


def _compose(onto: QImage, other: QImage, mode: QPainter.CompositionMode) -> None:
    painter = QPainter(onto)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setCompositionMode(mode)
    painter.drawImage(inside(QRectF(onto.rect()), other), other)
    painter.end()


class BlendView(ClipView):
    """Shows A and B by the mode of a StageState; `show_pair` hands it the two frames, either may be None."""

    def __init__(self, state: StageState, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.state = state
        self.titles = ("A", "B")
        self._pair: tuple[QImage | None, QImage | None] = (None, None)
        self._made: OrderedDict[tuple[int, int, int], QImage] = OrderedDict()
        self.setMinimumSize(240, 200)

    def set_titles(self, a: str, b: str) -> None:
        """Say what A and B are."""
        self.titles = (a, b)
        self.setAccessibleName(tr("{a} and {b}", a=a, b=b))

    def forget(self) -> None:
        """Let go of the differences that were made."""
        self._made.clear()

    def show_pair(self, a: QImage | None, b: QImage | None, words: str = "") -> None:
        """Show two frames at one moment; `words` where there are none."""
        self._pair = (a, b)
        self._words = words
        self.update()

    def picture(self) -> QImage | None:
        """A's frame, or B's where A has none: both are painted into its box."""
        return self._pair[0] if self._pair[0] is not None else self._pair[1]

    def edge_at(self) -> float:
        """Where the wipe's edge stands, in pixels of the view."""
        box = self._seen()
        return box.x() + self.state.edge * box.width()

    def share_at(self, x: float) -> float:
        """The edge, as a share, that would stand at a position in pixels."""
        box = self._seen()
        return (x - box.x()) / box.width() if box.width() else 0.5

    def _seen(self) -> QRectF:
        return self.target().intersected(QRectF(self.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both frames as the mode says, then what is where."""
        painter = QPainter(self)
        box = self.open_stage(painter)
        a, b = self._pair
        if self.picture() is None:
            self.paint_words(painter, box)
        elif a is None or b is None:
            self._draw(painter, box, a if a is not None else b)
        else:
            self._paint_pair(painter, box, a, b)
        painter.setOpacity(1.0)
        painter.setClipping(False)
        if self.picture() is not None:
            self._paint_marks(painter)
        painter.end()

    def _paint_pair(self, painter: QPainter, box: QRectF, a: QImage, b: QImage) -> None:
        mode = self.state.mode
        if mode is Mode.DIFFERENCE:
            self._draw(painter, box, self._difference(a, b))
        elif mode is Mode.TOGGLE:
            self._draw(painter, box, b if self.state.flipped else a)
        else:
            self._draw(painter, box, a)
            if mode is Mode.OVERLAY:
                painter.setOpacity(self.state.opacity)
            else:
                seen, edge = self._seen(), self.edge_at()
                behind = QRectF(edge, seen.y(), seen.right() - edge, seen.height())
                painter.setClipRect(behind, Qt.ClipOperation.IntersectClip)
            self._draw(painter, box, b)

    def _draw(self, painter: QPainter, box: QRectF, picture: QImage | None) -> None:
        if picture is not None:
            painter.drawImage(inside(box, picture), picture)

    def _difference(self, a: QImage, b: QImage) -> QImage:
        key = (a.cacheKey(), b.cacheKey(), self.state.gain)
        if key not in self._made:
            self._made[key] = difference(a, b, self.state.gain)
            if len(self._made) > _KEPT or len(self._made) * a.sizeInBytes() > 256_000_000:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]

    def _paint_marks(self, painter: QPainter) -> None:
        mode = self.state.mode
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if mode is Mode.WIPE:
            self._paint_edge(painter)
        a, b = self.titles
        if mode is Mode.TOGGLE:
            self._paint_tag(painter, f"B · {b}" if self.state.flipped else f"A · {a}", left=True)
        elif mode is Mode.DIFFERENCE:
            self._paint_tag(painter, tr("Difference ×{gain}", gain=self.state.gain), left=True)
        else:
            self._paint_tag(painter, f"A · {a}", left=True)
            self._paint_tag(painter, f"B · {b}", left=False)

    def _paint_edge(self, painter: QPainter) -> None:
        seen, edge = self._seen(), self.edge_at()
        for colour, width in ((QColor(0, 0, 0, 110), 4.0), (QColor("white"), 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(edge, seen.top()), QPointF(edge, seen.bottom()))
        grip = QPointF(edge, seen.center().y())
        painter.setPen(QPen(QColor(0, 0, 0, 110), 1.5))
        painter.setBrush(QColor("white"))
        painter.drawEllipse(grip, _GRIP, _GRIP)
        painter.setPen(QPen(QColor("#1d1f1e"), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for side in (-1, 1):
            tip = QPointF(grip.x() + side * 7, grip.y())
            for slope in (-3.5, 3.5):
                painter.drawLine(tip, QPointF(tip.x() - side * 3.5, tip.y() + slope))

    def _paint_tag(self, painter: QPainter, words: str, left: bool) -> None:
        face = font("caption", QFont.Weight.DemiBold)
        metrics, seen = QFontMetricsF(face), self._seen()
        room = max(24.0, seen.width() / 2 - 24)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room - 16)
        size = QSizeF(metrics.horizontalAdvance(shown) + 16, 22)
        x = seen.left() + 10 if left else seen.right() - 10 - size.width()
        box = QRectF(QPointF(x, seen.top() + 10), size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(13, 14, 15, 190))
        painter.drawRoundedRect(box, 11, 11)
        painter.setPen(QColor("#f2f1ed"))
        painter.setFont(face)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
