"""How an entry looks in the library: a card with its picture and key figures, or a line of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.i18n import tr
from gui.icons import paint_icon
from gui.state.entry_words import concepts, day_of, figures, kind_words
from gui.state.library_model import ROW_ROLE, THUMBNAIL_ROLE
from gui.state.row_list import Index
from gui.theme import current, font
from gui.widgets.stars import paint_stars

if TYPE_CHECKING:
    from core.library.row import Row
    from gui.state.hover_film import HoverFilm
    from gui.state.thumbnails import Thumbnails

NARROW = 216
"""The least width of a card in pixels."""
LINE = 64
"""The height of a line in pixels."""
_EDGE, _PAD, _WORDS = 6, 8, 76
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_ROLES = {True: ("check", "good"), False: ("alert", "warning"), None: ("", "muted")}
"""The sign and the colour of a verdict."""


class Said(NamedTuple):
    """A line of words: what, in which face, in the colour of which role."""

    text: str
    face: QFont
    role: str


def paint_words(painter: QPainter, box: QRectF, said: Said) -> None:
    """Paint one line, cut with an ellipsis where there is no room."""
    painter.setFont(said.face)
    painter.setPen(current().colour(said.role))
    shown = QFontMetrics(said.face).elidedText(said.text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | _MIDDLE, shown)


class EntryDelegate(QStyledItemDelegate):
    """What cards and lines share: the picture, the film under the pointer, and the editing of a name."""

    def __init__(self, pictures: Thumbnails, film: HoverFilm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures, self._film = pictures, film

    def paint_picture(self, painter: QPainter, box: QRectF, row: Row, index: Index) -> None:
        """Paint the film that plays, else the picture, else a sign, into rounded corners."""
        look, broken = current(), bool(row.damage or row.missing)
        outline = QPainterPath()
        outline.addRoundedRect(box, 8, 8)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(box, look.colour("danger_soft" if broken else "sunken"))
        film = self._film.image if self._film.key == row.id else None
        picture = film or (None if row.missing else self._pictures.find(index.data(THUMBNAIL_ROLE) or ""))
        if picture is not None:
            painter.drawImage(box, picture, filling(picture, box))
        else:
            square = QRectF(0, 0, min(32.0, box.height() / 2), min(32.0, box.height() / 2))
            square.moveCenter(box.center())
            paint_icon(painter, "alert" if broken else "library", square, "danger" if broken else "muted")
        painter.restore()

    def paint_verdict(self, painter: QPainter, box: QRectF, row: Row) -> None:
        """Paint the key figures behind the sign of the verdict, or what is wrong with the entry."""
        broken = bool(row.damage or row.missing)
        sign, role = ("alert", "danger") if broken else _ROLES[row.passed]
        if sign:
            paint_icon(painter, sign, QRectF(box.x(), box.center().y() - 7, 14, 14), role)
            box = box.adjusted(20, 0, 0, 0)
        paint_words(painter, box, Said(figures(row), font("caption", QFont.Weight.Medium), role))

    def helpEvent(self, event: object, view: object, option: QStyleOptionViewItem, index: Index) -> bool:
        """Nothing: the details tell all, and a tooltip would cover the film."""
        return False

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line edit for the name."""
        edit = QLineEdit(parent)
        edit.setAccessibleName(tr("New name"))
        edit.setMaxLength(200)
        return edit


def filling(picture: QImage, box: QRectF) -> QRectF:
    """The part of a picture that fills a box, cut evenly at both sides."""
    ratio = max(box.width() / picture.width(), box.height() / picture.height())
    width, height = box.width() / ratio, box.height() / ratio
    return QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)


def paint_ground(painter: QPainter, box: QRectF, state: QStyle.StateFlag, plain: str, radius: int) -> None:
    """Paint what an entry or a take stands on: chosen, under the pointer, and, with a dotted ring, where the keys are.

    `plain` is the role of its edge otherwise.
    """
    look = current()
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    edge = "accent" if chosen else "strong_line" if hovered else plain
    painter.setPen(QPen(look.colour(edge), 2.0 if chosen else 1.0))
    painter.setBrush(look.colour("accent_soft" if chosen else "surface"))
    painter.drawRoundedRect(box, radius, radius)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(look.colour("text"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), radius - 3, radius - 3)


class CardDelegate(EntryDelegate):
    """Paints an entry as a card; the view tells how wide cards are."""

    width = NARROW

    @property
    def size(self) -> QSize:
        """A card with its gap: the picture is twice as wide as high."""
        inner = self.width - 2 * (_EDGE + _PAD)
        return QSize(self.width, inner // 2 + _WORDS + 2 * (_EDGE + _PAD))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of a card."""
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the card, the picture and the words."""
        row: Row = index.data(ROW_ROLE)
        box = QRectF(option.rect).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paint_ground(painter, box, option.state, "line", 12)
        picture = QRectF(box.x() + _PAD, box.y() + _PAD, box.width() - 2 * _PAD, box.height() - 2 * _PAD - _WORDS)
        self.paint_picture(painter, picture, row, index)
        self._paint_words(painter, QRectF(box.x() + 12, picture.bottom() + 8, box.width() - 24, _WORDS), row)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRectF, row: Row) -> None:
        stars = row.stars * 15
        name = QRectF(box.x(), box.y(), box.width() - (stars + 6 if stars else 0), 22)
        paint_words(painter, name, Said(row.name, font("body", QFont.Weight.DemiBold), "text"))
        paint_stars(painter, box.right() - stars + 2, box.y() + 5, row.stars, 13, 2, empty=False)
        told = " · ".join(filter(None, (kind_words(row.kind), row.family)))
        paint_words(painter, QRectF(box.x(), box.y() + 22, box.width(), 20), Said(told, font("caption"), "muted"))
        self.paint_verdict(painter, QRectF(box.x(), box.y() + 44, box.width(), 20), row)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the line edit over the name."""
        box: QRect = option.rect
        editor.setGeometry(box.x() + _EDGE + 4, box.bottom() - _EDGE - _WORDS - 8, box.width() - 2 * (_EDGE + 4), 36)


class Column(NamedTuple):
    """A column of the list: its title, its width, and the width of the view from which it is shown."""

    title: str
    width: int
    shown_from: int


COLUMNS = (
    Column(tr("Kind and model"), 150, 560),
    Column(tr("Result"), 168, 420),
    Column(tr("Rating"), 92, 640),
    Column(tr("Made on"), 104, 760),
)
"""What the list tells beside the name."""


def column_boxes(box: QRectF) -> list[tuple[int, QRectF]]:
    """Where the columns that fit into a line stand, from the left, by their place in `COLUMNS`."""
    fitting = [at for at, column in enumerate(COLUMNS) if box.width() >= column.shown_from]
    left, boxes = box.right(), []
    for at in reversed(fitting):
        left -= COLUMNS[at].width
        boxes.append((at, QRectF(left, box.y(), COLUMNS[at].width - 12, box.height())))
    return boxes[::-1]


class LineDelegate(EntryDelegate):
    """Paints an entry as a line of a list."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line as wide as the view."""
        return QSize(NARROW, LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground, the picture, the name and the columns."""
        row: Row = index.data(ROW_ROLE)
        box = QRectF(option.rect).adjusted(_EDGE, 2, -_EDGE, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paint_ground(painter, box, option.state, "surface", 8)
        self.paint_picture(painter, QRectF(box.x() + 6, box.y() + 6, 96, box.height() - 12), row, index)
        boxes = column_boxes(box)
        end = boxes[0][1].left() if boxes else box.right()
        self._paint_pair(painter, QRectF(box.x() + 114, box.y(), end - box.x() - 130, box.height()), *_named(row))
        paints = (self._paint_kind, self.paint_verdict, self._paint_stars, self._paint_day)
        for at, place in boxes:
            paints[at](painter, place, row)
        painter.restore()

    def _paint_pair(self, painter: QPainter, box: QRectF, upper: Said, lower: Said) -> None:
        middle = box.center().y()
        paint_words(painter, QRectF(box.x(), middle - 21, box.width(), 22), upper)
        paint_words(painter, QRectF(box.x(), middle + 1, box.width(), 20), lower)

    def _paint_kind(self, painter: QPainter, box: QRectF, row: Row) -> None:
        caption, model = font("caption"), " · ".join(filter(None, (row.family, row.method)))
        self._paint_pair(painter, box, Said(kind_words(row.kind), caption, "text"), Said(model, caption, "muted"))

    def _paint_stars(self, painter: QPainter, box: QRectF, row: Row) -> None:
        paint_stars(painter, box.x(), box.center().y() - 7, row.stars, 13, 2, empty=False)

    def _paint_day(self, painter: QPainter, box: QRectF, row: Row) -> None:
        paint_words(painter, box, Said(day_of(row.created), font("caption"), "muted"))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the line edit over the name."""
        box: QRect = option.rect
        editor.setGeometry(box.x() + _EDGE + 106, box.y() + (LINE - 36) // 2, min(360, box.width() - 140), 36)


def _named(row: Row) -> tuple[Said, Said]:
    below = concepts(row) if concepts(row) != row.name else row.prompt
    return Said(row.name, font("body", QFont.Weight.DemiBold), "text"), Said(below, font("caption"), "muted")
