"""How an entry looks in the library: a card with its picture, name, kind and key figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPixmap, QPixmapCache
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.library.entry import Entry
from gui.icons import paint_icon
from gui.state.library_model import ENTRY_ROLE, key_figures
from gui.theme import Theme, current, font

CARD = QSize(248, 212)
_PICTURE = 124
Index = QModelIndex | QPersistentModelIndex


def thumbnail(entry: Entry) -> QPixmap | None:
    """The entry's picture, kept in Qt's cache; None if it has none that can be read."""
    path = entry.thumbnail
    if path is None:
        return None
    key, found = f"thumbnail:{path}", QPixmap()
    if not QPixmapCache.find(key, found):
        found = QPixmap(str(path))
        QPixmapCache.insert(key, found)
    return None if found.isNull() else found


class EntryDelegate(QStyledItemDelegate):
    """Paints one entry and edits its name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The size of a card with its gap."""
        return CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the card, the picture and the words."""
        entry: Entry = index.data(ENTRY_ROLE)
        look = current()
        box = QRectF(option.rect).adjusted(8, 8, -8, -8)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, look, box, state)
        picture = QRectF(box.x() + 8, box.y() + 8, box.width() - 16, _PICTURE - 16)
        self._paint_picture(painter, look, picture, entry)
        self._paint_words(painter, look, QRectF(box.x() + 14, picture.bottom() + 10, box.width() - 28, 80), entry)
        painter.restore()

    def _paint_ground(self, painter: QPainter, look: Theme, box: QRectF, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        pen = painter.pen()
        pen.setColor(look.colour("accent" if chosen else "strong_line" if hovered else "line"))
        pen.setWidthF(2.0 if chosen else 1.0)
        painter.setPen(pen)
        painter.setBrush(look.colour("accent_soft" if chosen else "surface"))
        painter.drawRoundedRect(box, 12, 12)

    def _paint_picture(self, painter: QPainter, look: Theme, box: QRectF, entry: Entry) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(box, 8, 8)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(box, look.colour("danger_soft" if entry.damage else "sunken"))
        picture = None if entry.damage else thumbnail(entry)
        if picture is None:
            sign, role = ("alert", "danger") if entry.damage else ("library", "muted")
            paint_icon(painter, sign, QRectF(box.center().x() - 16, box.center().y() - 16, 32, 32), role)
        else:
            ratio = max(box.width() / picture.width(), box.height() / picture.height())
            width, height = box.width() / ratio, box.height() / ratio
            source = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
            painter.drawPixmap(box, picture, source)
        painter.restore()

    def _paint_words(self, painter: QPainter, look: Theme, box: QRectF, entry: Entry) -> None:
        kind = entry.manifest.kind.capitalize() if entry.manifest else "Damaged"
        lines = (
            (entry.name, font("body", QFont.Weight.DemiBold), "text"),
            (kind, font("caption"), "muted"),
            (key_figures(entry), font("caption", QFont.Weight.Medium), "danger" if entry.damage else "accent"),
        )
        top = box.y()
        for text, face, role in lines:
            metrics = QFontMetrics(face)
            painter.setFont(face)
            painter.setPen(look.colour(role))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(QRectF(box.x(), top, box.width(), metrics.height() + 2), shown)
            top += metrics.height() + 5

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line edit for the name."""
        edit = QLineEdit(parent)
        edit.setAccessibleName("New name")
        edit.setMaxLength(200)
        return edit

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the line edit over the name."""
        box: QRect = option.rect
        editor.setGeometry(box.x() + 14, box.y() + _PICTURE + 2, box.width() - 28, 36)
