"""Paints one part of Lacuna: its name and version, and below them its licence."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.hardware.parts import Part
from gui.state.part_list import PART_ROLE
from gui.state.row_list import Index
from gui.theme import current, font

_HEIGHT, _SIDE, _LINE = 44, 10, 18
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class PartDelegate(QStyledItemDelegate):
    """Two lines; what is too long ends in an ellipsis."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        return QSize(120, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the part on the ground of its state."""
        part: Part = index.data(PART_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current().colour("accent_soft"))
            painter.drawRoundedRect(QRect(option.rect).adjusted(2, 1, -2, -1), 6, 6)
        box = QRect(option.rect).adjusted(_SIDE, 4, -_SIDE, -4)
        name = f"{part.name} {part.version}".strip()
        self._put(painter, QRect(box.left(), box.top(), box.width(), _LINE), name, "text")
        self._put(painter, QRect(box.left(), box.top() + _LINE, box.width(), _LINE), part.licence, "muted")
        painter.restore()

    def _put(self, painter: QPainter, box: QRect, text: str, role: str) -> None:
        painter.setFont(font("caption", QFont.Weight.Medium if role == "text" else QFont.Weight.Normal))
        painter.setPen(current().colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, shown)
