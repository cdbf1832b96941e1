"""What an entry looks like: its picture, and its clips before and after while the pointer or the focus is on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import tr
from gui.icons import paint_icon
from gui.state.hover_film import HoverFilm
from gui.state.thumbnails import Thumbnails
from gui.theme import current
from gui.widgets.entry_delegate import filling
from gui.widgets.motion import may_move


class PreviewView(QWidget):
    """Shows one entry's picture twice as wide as high; Space plays and stops."""

    def __init__(self, pictures: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures, self._picture = pictures, ""
        self._key, self._paths = "", ()
        self.film = HoverFilm(self)
        self.film.moved.connect(self.update)
        pictures.ready.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Preview: before and after"))
        self.setAccessibleDescription(tr("Space plays and stops it."))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """Half as high as wide: two square pictures."""
        return width // 2

    def sizeHint(self) -> QSize:
        """The width of the details."""
        return QSize(296, 148)

    def show_clips(self, key: str, picture: str, paths: Sequence[Path]) -> None:
        """Take another entry's picture and clips; the film that plays stops."""
        if (key, tuple(paths)) != (self._key, self._paths):
            self.film.stop()
        self._key, self._picture, self._paths = key, picture, tuple(paths)
        self.setVisible(bool(picture or paths))
        self.update()

    def play(self) -> None:
        """Play the clips."""
        self.film.start(f"{self._key}/{':'.join(path.name for path in self._paths)}", self._paths)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Play under the pointer."""
        if may_move(self):
            self.play()

    def leaveEvent(self, event: QEvent) -> None:
        """Stop when it leaves."""
        self.film.stop()

    def hideEvent(self, event: QEvent) -> None:
        """Play nothing that is not seen."""
        self.film.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or stop."""
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif self.film.key:
            self.film.stop()
        else:
            self.play()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the film, else the picture, else a sign."""
        painter, look, box = QPainter(self), current(), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(box, 8, 8)
        painter.setClipPath(outline)
        painter.fillRect(box, look.colour("sunken"))
        picture = self.film.image or self._pictures.find(self._picture)
        if picture is None:
            paint_icon(painter, "library", QRectF(box.center().x() - 16, box.center().y() - 16, 32, 32), "muted")
        else:
            painter.drawImage(box, picture, filling(picture, box))
        painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(box, 8, 8)
        painter.end()
