"""Paints one record of the log: when, how bad, from where, and what."""

from __future__ import annotations

import logging

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.state.log_model import LEVELS, RECORD_ROLE, Record
from gui.state.row_list import Index
from gui.theme import current, font

HEIGHT = 26
_COLUMNS = (70, 84, 116)
_ROLES = {logging.DEBUG: "muted", logging.INFO: "text", logging.WARNING: "warning", logging.ERROR: "danger"}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class LogDelegate(QStyledItemDelegate):
    """One line of columns; all lines are of one height, so that thousands scroll."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line."""
        return QSize(200, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the record on the ground of its state."""
        record: Record = index.data(RECORD_ROLE)
        look, box = current(), QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("accent_soft"))
        box.adjust(10, 0, -10, 0)
        level = _ROLES[record.level]
        texts = ((record.stamp, "muted"), (LEVELS[record.level], level), (record.source, "muted"))
        for (text, role), width in zip(texts, _COLUMNS, strict=True):
            self._put(painter, QRect(box.left(), box.top(), width - 10, box.height()), text, role)
            box.setLeft(box.left() + width)
        self._put(painter, box, record.text, level if record.level > logging.INFO else "text")
        painter.restore()

    def _put(self, painter: QPainter, box: QRect, text: str, role: str) -> None:
        painter.setFont(font("caption", QFont.Weight.Medium if role in ("danger", "warning") else QFont.Weight.Normal))
        painter.setPen(current().colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, shown)
