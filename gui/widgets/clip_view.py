"""A view of one frame of a clip, fitted into its room or zoomed to a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.state.viewport import SHARP, Viewport
from gui.theme import current, font

RADIUS = 10


class ClipView(QWidget):
    """Shows frame `index` of its frames; `words` stand there while it has none.

    `hugs` means no higher than the frame, and the frame at the left under what stands over it.
    """

    def __init__(self, name: str, words: str = "", hugs: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: Sequence[QImage] = ()
        self._index = 0
        self._words, self._hugs = words, hugs
        self.view = Viewport()
        self.setAccessibleName(name)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def index(self) -> int:
        """The frame that is shown."""
        return self._index

    def sizeHint(self) -> QSize:
        """As large as there is room."""
        return QSize(320, 320)

    def set_frames(self, frames: Sequence[QImage], words: str = "") -> None:
        """Take another clip, or `words` to show in its place."""
        self._frames, self._words = frames, words
        self.setAccessibleDescription("" if frames else words)
        self._hug()
        self.update()

    def show_frame(self, index: int) -> None:
        """Show one frame; a shorter clip stands at its last."""
        self._index = index
        self.update()

    def set_view(self, view: Viewport) -> None:
        """Show another part of the frames."""
        self.view = view
        self.update()

    def picture(self) -> QImage | None:
        """The frame that is shown, None without a clip."""
        return self._frames[min(self._index, len(self._frames) - 1)] if self._frames else None

    def picture_size(self) -> QSizeF:
        """How large the shown frame is in its own pixels; a square where there is none."""
        picture = self.picture()
        return QSizeF(picture.size()) if picture is not None else QSizeF(1, 1)

    def target(self) -> QRectF:
        """Where the whole frame lies, parts outside the view included."""
        view = self.view if self.picture() is not None else Viewport()
        box = view.target(QSizeF(self.size()), self.picture_size(), self.devicePixelRatioF())
        if self._hugs and view.fits:
            box.moveLeft(0)
        return box

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for no more height than the frame fills."""
        super().resizeEvent(event)
        self._hug()

    def _hug(self) -> None:
        size = self.picture_size()
        if self._hugs:
            self.setMaximumHeight(max(self.minimumHeight(), round(self.width() * size.height() / size.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame with rounded corners, or the words."""
        painter, picture = QPainter(self), self.picture()
        box = self.open_stage(painter)
        if picture is None:
            self.paint_words(painter, box)
        else:
            painter.drawImage(box, picture)
        painter.end()

    def open_stage(self, painter: QPainter) -> QRectF:
        """Clip to what the view shows, choose smooth or square pixels, and return the target."""
        box = self.target()
        seen = box.intersected(QRectF(self.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        magnified = self.view.magnified(box, self.picture_size(), self.devicePixelRatioF())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.view.fits or magnified <= SHARP)
        outline = QPainterPath()
        outline.addRoundedRect(seen, RADIUS, RADIUS)
        painter.setClipPath(outline)
        return box

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        """Paint the words that stand in for a frame."""
        look = current()
        painter.fillRect(box, look.colour("sunken"))
        painter.setPen(look.colour("muted"))
        painter.setFont(font())
        room = box.adjusted(16, 16, -16, -16)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
