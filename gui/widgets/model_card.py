"""How a model looks in the list: what it is, its size, licence and fit, where it stands, and a bar while it comes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.i18n import tr
from core.models.downloads import State
from gui.icons import paint_icon
from gui.state.foreseen import FITS
from gui.state.model_row import ModelRow
from gui.state.models_model import ROW_ROLE
from gui.state.row_list import Index
from gui.state.words import capital, size
from gui.theme import current, font

CARD, HEAD = 88, 44
"""Pixels that a card is high, and the heading above the first of a group."""
_BAR, _FIT = 160, 120
"""Pixels of a bar, and for a verdict."""
_SIGNS = {
    State.READY: ("check", "good"),
    State.DAMAGED: ("alert", "danger"),
    State.FAILED: ("alert", "danger"),
    State.PARTIAL: ("pause", "warning"),
    State.PAUSED: ("pause", "warning"),
    State.WAITING: ("clock", "muted"),
    State.DOWNLOADING: ("download", "accent"),
    State.VERIFYING: ("search", "accent"),
}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class ModelDelegate(QStyledItemDelegate):
    """Paints one model, and the heading above the first of its group."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A card, and room for a heading where a group begins."""
        return QSize(300, CARD + (HEAD if _begins(index) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the heading, the ground, the words and the state."""
        row: ModelRow = index.data(ROW_ROLE)
        box = QRectF(option.rect).adjusted(2, 4, -2, -4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if _begins(index):
            head = QRectF(box.x() + 2, box.y(), box.width(), HEAD - 8)
            _write(painter, head, row.group.words, "muted", font("caption", QFont.Weight.DemiBold), _LEFT)
            box.setTop(box.top() + HEAD)
        self._paint_ground(painter, box, option.state)
        self._paint_inside(painter, box.adjusted(16, 11, -16, -11), row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, box: QRectF, state: QStyle.StateFlag) -> None:
        look = current()
        chosen, over = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(QPen(look.colour("accent" if chosen else "strong_line" if over else "line"), 1))
        painter.setBrush(look.colour("accent_soft" if chosen else "surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)

    def _paint_inside(self, painter: QPainter, box: QRectF, row: ModelRow) -> None:
        """Paint three lines: what it is called and where it stands, what it is, and its facts and its fit."""
        strong, small = font("body", QFont.Weight.DemiBold), font("caption")
        height = box.height() / 3
        lines = [QRectF(box.x(), box.y() + at * height, box.width(), height) for at in range(3)]
        used = self._paint_state(painter, lines[0], row)
        _write(painter, lines[0].adjusted(0, 0, -used, 0), row.title, "text", strong, _LEFT)
        barred = row.busy or row.status.state in (State.PARTIAL, State.PAUSED)
        if barred:
            bar = QRectF(box.right() - _BAR, lines[1].center().y() - 3, _BAR, 6)
            _paint_bar(painter, bar, row.fraction, _SIGNS[row.status.state][1])
        _write(painter, lines[1].adjusted(0, 0, -_BAR - 16 if barred else 0, 0), row.summary, "muted", font(), _LEFT)
        if row.verdict is not None:
            fit = row.verdict.fit
            _write(painter, lines[2], capital(fit.words), FITS[fit], small, _RIGHT)
        facts = " · ".join(filter(None, (size(row.bytes), row.licence or tr("licence not known"))))
        _write(painter, lines[2].adjusted(0, 0, -_FIT if row.verdict else 0, 0), facts, "muted", small, _LEFT)

    def _paint_state(self, painter: QPainter, line: QRectF, row: ModelRow) -> float:
        """Paint where it stands at the right end of a line, and say how many pixels that takes."""
        face, told = font("caption", QFont.Weight.DemiBold), row.told()
        sign, role = _SIGNS.get(row.status.state, ("", "muted"))
        width = QFontMetrics(face).horizontalAdvance(told) + 2
        _write(painter, line, told, role, face, _RIGHT)
        if sign:
            paint_icon(painter, sign, QRectF(line.right() - width - 22, line.center().y() - 8, 16, 16), role)
        return width + 40


def _begins(index: Index) -> bool:
    """Whether a group begins here."""
    if index.row() == 0:
        return True
    row, above = index.data(ROW_ROLE), index.model().index(index.row() - 1, 0).data(ROW_ROLE)
    return row.group is not above.group


def _write(painter: QPainter, box: QRectF, text: str, role: str, face: QFont, flags: int) -> None:
    painter.setFont(face)
    painter.setPen(current().colour(role))
    shown = QFontMetrics(face).elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, flags | int(Qt.TextFlag.TextSingleLine), shown)


def _paint_bar(painter: QPainter, bar: QRectF, fraction: float, role: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current().colour("line"))
    painter.drawRoundedRect(bar, 3, 3)
    if fraction > 0:
        painter.setBrush(current().colour(role))
        painter.drawRoundedRect(QRectF(bar.x(), bar.y(), max(6.0, bar.width() * fraction), bar.height()), 3, 3)
