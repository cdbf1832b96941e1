"""Which part of a picture a view shows, and how large: the same for every pane of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt

LARGEST = 32.0
"""Screen pixels a picture pixel at the closest."""
SHARP = 2.0
"""Screen pixels a picture pixel above which pixels are shown as squares, so that one sees them."""
_KEEP = Qt.AspectRatioMode.KeepAspectRatio


@dataclass(frozen=True)
class Viewport:
    """`scale` is screen pixels for a pixel of a picture that is `width` wide; 0 fits each picture into its view.

    `x` and `y` in [0, 1] name the point of the picture in the middle of the view. Pictures of other widths are scaled
    to the same width, so that all panes show the same part of the scene.
    """

    scale: float = 0.0
    x: float = 0.5
    y: float = 0.5
    width: float = 512.0

    @property
    def fits(self) -> bool:
        """Whether each picture is shown whole."""
        return self.scale <= 0

    def target(self, room: QSizeF, picture: QSizeF, ratio: float = 1.0) -> QRectF:
        """Where in a view of size `room` the whole picture lies; `ratio` is the screen's pixels for one of `room`'s."""
        if picture.isEmpty() or room.isEmpty():
            return QRectF(QPointF(0, 0), room)
        if self.fits:
            size = picture.scaled(room, _KEEP)
            return QRectF(QPointF((room.width() - size.width()) / 2, (room.height() - size.height()) / 2), size)
        size = _size(self.width * self.scale / ratio, picture)
        x, y = (_held(at, side, long) for at, side, long in self._axes(room, size))
        left, top = room.width() / 2 - x * size.width(), room.height() / 2 - y * size.height()
        return QRectF(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), size)

    def magnified(self, target: QRectF, picture: QSizeF, ratio: float = 1.0) -> float:
        """Screen pixels for a pixel of this very picture."""
        return target.width() * ratio / picture.width() if picture.width() else 1.0

    def zoomed(self, factor: float, at: QPointF, room: QSizeF, picture: QSizeF, ratio: float = 1.0) -> Viewport:
        """Larger or smaller by a factor, the point of the picture under `at` staying there.

        Going smaller ends with the whole picture.
        """
        least = self.fitting(room, picture, ratio)
        scale = (least if self.fits else self.scale) * factor
        if factor < 1 and scale <= least * 1.001:
            return self.scaled(0.0, room, picture, ratio)
        shown = self.target(room, picture, ratio)
        u, v = (at.x() - shown.x()) / shown.width(), (at.y() - shown.y()) / shown.height()
        made = replace(self, scale=min(scale, max(LARGEST, least)))
        size = _size(made.width * made.scale / ratio, picture)
        x = u - (at.x() - room.width() / 2) / size.width()
        y = v - (at.y() - room.height() / 2) / size.height()
        return replace(made, x=x, y=y).held(room, picture, ratio)

    def scaled(self, scale: float, room: QSizeF, picture: QSizeF, ratio: float = 1.0) -> Viewport:
        """At a scale of its own, smaller than what fits too, with the same middle; 0 fits."""
        if not scale:
            return replace(self, scale=0.0, x=0.5, y=0.5)
        return replace(self, scale=min(scale, LARGEST)).held(room, picture, ratio)

    def panned(self, by: QPointF, room: QSizeF, picture: QSizeF, ratio: float = 1.0) -> Viewport:
        """Moved so that the picture goes along by some pixels of the view; it never leaves the view."""
        if self.fits:
            return self
        size = _size(self.width * self.scale / ratio, picture)
        moved = replace(self, x=self.x - by.x() / size.width(), y=self.y - by.y() / size.height())
        return moved.held(room, picture, ratio)

    def held(self, room: QSizeF, picture: QSizeF, ratio: float = 1.0) -> Viewport:
        """With a middle at which the picture fills the view as far as it can."""
        x, y = (
            _held(at, side, long)
            for at, side, long in self._axes(room, _size(self.width * self.scale / ratio, picture))
        )
        return replace(self, x=x, y=y)

    def fitting(self, room: QSizeF, picture: QSizeF, ratio: float = 1.0) -> float:
        """The scale at which the picture just fits."""
        return picture.scaled(room, _KEEP).width() * ratio / self.width

    def _axes(self, room: QSizeF, size: QSizeF) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        return (self.x, room.width(), size.width()), (self.y, room.height(), size.height())


def _held(at: float, side: float, long: float) -> float:
    """A middle in [0, 1] that leaves no gap at either end; half where the picture is shorter than the view."""
    half = side / long / 2
    return 0.5 if half >= 0.5 else min(max(at, half), 1 - half)


def _size(width: float, picture: QSizeF) -> QSizeF:
    return QSizeF(width, width * picture.height() / picture.width())
