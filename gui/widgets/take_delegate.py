"""How a take looks in the gallery: its picture, or the clip under the pointer, over its prompt and its encoder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.i18n import number, tr
from gui.icons import paint_icon
from gui.state.gallery_model import TAKE_ROLE, told
from gui.state.row_list import Index
from gui.theme import current, font
from gui.widgets.entry_delegate import Said, filling, paint_ground, paint_words
from gui.workers.small_pictures import small_film, small_picture

if TYPE_CHECKING:
    from core.library.gallery import Take
    from gui.state.hover_film import HoverFilm
    from gui.state.thumbnails import Thumbnails

NARROW, WIDE = 146, 184
"""The least width of a take in pixels, in a narrow window and in one with room for many."""
_EDGE, _PAD, _WORDS = 4, 6, 46


def take_picture(path: Path) -> QImage | None:
    """The middle frame of a clip, or the picture; runs beside the window's thread. LacunaError."""
    if path.suffix.lower() == ".png":
        return small_picture(path)
    frames = small_film([path]).frames
    return frames[len(frames) // 2]


class TakeDelegate(QStyledItemDelegate):
    """Paints a take; the view tells how wide takes are."""

    def __init__(self, pictures: Thumbnails, film: HoverFilm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures, self._film = pictures, film
        self.width = NARROW

    @property
    def size(self) -> QSize:
        """A take with its gap: the picture is a square."""
        return QSize(self.width, self.width + _WORDS)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of a take."""
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground, the picture and the words."""
        take: Take = index.data(TAKE_ROLE)
        box = QRectF(option.rect).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_ground(painter, box, option.state, "line", 10)
        side = box.width() - 2 * _PAD
        self._paint_picture(painter, QRectF(box.x() + _PAD, box.y() + _PAD, side, side), take)
        words = QRectF(box.x() + _PAD + 3, box.y() + _PAD + side + 4, side - 6, 18)
        paint_words(painter, words, Said(take.prompt or take.name, font("caption", QFont.Weight.DemiBold), "text"))
        paint_words(painter, words.translated(0, 18), Said(_line(take), font("caption"), _ink(take, chosen)))
        painter.restore()

    def _paint_picture(self, painter: QPainter, box: QRectF, take: Take) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(box, 7, 7)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(box, current().colour("sunken"))
        playing = self._film.image if self._film.key == take.id else None
        picture = playing or self._pictures.find(str(take.path))
        if picture is None:
            paint_icon(painter, "studio", QRectF(box.center().x() - 14, box.center().y() - 14, 28, 28), "muted")
        else:
            painter.drawImage(box, picture, filling(picture, box))
        if take.starred:
            self._paint_star(painter, QRectF(box.right() - 28, box.y() + 6, 22, 22))
        painter.restore()

    def _paint_star(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour("surface"))
        painter.drawEllipse(box)
        paint_icon(painter, "star_full", box.adjusted(3, 3, -3, -3), "warning")


def _line(take: Take) -> str:
    seed = "" if take.seed is None else tr("seed {seed}", seed=take.seed)
    strength = take.number("strength") if take.encoder else None
    who = told(take) if strength is None else f"{take.encoder} {number(strength, 'g')}"
    return take.fault or " · ".join(filter(None, (who, seed)))


def _ink(take: Take, chosen: bool) -> str:
    """The colour of the column that the take would stand in when compared, where it can be read."""
    if take.fault or chosen:
        return "danger" if take.fault else "text"
    return "after" if take.encoder else "negative" if take.text("negative_prompt") else "before"
