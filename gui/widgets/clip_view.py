"""A pane of a comparison: one frame of a clip, scaled smoothly to fit, on a dark stage."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import current, font


class ClipView(QWidget):
    """Shows frame `index` of its frames; `words` stand there while it has none; `hugs`: no higher than the frame."""

    def __init__(self, name: str, words: str = "", hugs: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: tuple[QImage, ...] = ()
        self._index = 0
        self._words, self._hugs = words, hugs
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

    def set_frames(self, frames: tuple[QImage, ...], words: str = "") -> None:
        """Take another clip, or `words` to show in its place."""
        self._frames, self._words = frames, words
        self._hug()
        self.update()

    def show_frame(self, index: int) -> None:
        """Show one frame; a shorter clip stands at its last."""
        self._index = index
        self.update()

    def picture(self) -> QImage | None:
        """The frame that is shown, None without a clip."""
        return self._frames[min(self._index, len(self._frames) - 1)] if self._frames else None

    def target(self) -> QRectF:
        """Where the frame is painted: as large as fits, in the middle."""
        picture, room = self.picture(), QRectF(self.rect())
        ratio = picture.width() / picture.height() if picture else 1.0
        width = min(room.width(), room.height() * ratio)
        height = width / ratio
        return QRectF((room.width() - width) / 2, (room.height() - height) / 2, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for no more height than the frame fills."""
        super().resizeEvent(event)
        self._hug()

    def _hug(self) -> None:
        picture = self.picture()
        ratio = picture.height() / picture.width() if picture else 1.0
        if self._hugs:
            self.setMaximumHeight(max(self.minimumHeight(), round(self.width() * ratio)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame with rounded corners, or the words."""
        painter, picture = QPainter(self), self.picture()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self.target()
        outline = QPainterPath()
        outline.addRoundedRect(box, 10, 10)
        painter.setClipPath(outline)
        if picture is None:
            self._paint_words(painter, box)
        else:
            painter.drawImage(box, picture)
        painter.end()

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        look = current()
        painter.fillRect(box, look.colour("sunken"))
        painter.setPen(look.colour("muted"))
        painter.setFont(font())
        painter.drawText(
            box.adjusted(16, 16, -16, -16), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words
        )
