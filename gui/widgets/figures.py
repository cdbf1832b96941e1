"""Measured rates as bars with their 95 % intervals, one block for each kind of prompt."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import tr
from gui.state.scorecard import COLUMNS, Figure, Row
from gui.state.words import percent
from gui.theme import Theme, current, font

_ROLES = {"original": "before", "negative_prompt": "negative", "filtered": "negative", "erased": "after"}
_SHORT = {
    "original": tr("Before"),
    "negative_prompt": tr("Negative"),
    "filtered": tr("Filter"),
    "erased": tr("After"),
}
_LINE, _HEAD = 22, 24
_NAME, _NUMBERS = 60, 132


class FigureBlock(QWidget):
    """A row of a scorecard: its title, then a bar, the rate, the count and the interval of each column."""

    def __init__(self, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        said = [f"{COLUMNS[column]}: {fig.words}" for column, fig in row.figures.items()]
        if row.retained:
            said.append(tr("Kept: {figure}", figure=row.retained.words))
        self.setAccessibleName(row.title)
        self.setAccessibleDescription(". ".join(said))
        self.setToolTip("\n".join(said))

    def sizeHint(self) -> QSize:
        """A line for the title and one for each column."""
        return QSize(300, _HEAD + _LINE * len(self.row.figures))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the title and the bars."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter, look)
        for line, (column, fig) in enumerate(self.row.figures.items()):
            self._paint_line(painter, look, _HEAD + line * _LINE, column, fig)
        painter.end()

    def _paint_head(self, painter: QPainter, look: Theme) -> None:
        painter.setFont(font("body", QFont.Weight.Medium))
        painter.setPen(look.colour("text"))
        box = QRectF(0, 0, self.width(), _HEAD - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.row.title)
        if self.row.retained:
            painter.setFont(font("caption", QFont.Weight.DemiBold))
            painter.setPen(look.colour("good"))
            words = tr("{share} kept", share=percent(self.row.retained.value))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_line(self, painter: QPainter, look: Theme, top: float, column: str, fig: Figure) -> None:
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        role = _ROLES[column]
        painter.setFont(font("caption"))
        painter.setPen(look.colour("muted"))
        painter.drawText(QRectF(0, top, _NAME, _LINE), left, _SHORT[column])
        room = QRectF(_NAME, top + 7, self.width() - _NAME - _NUMBERS - 10, 8)
        self._paint_bar(painter, look, room, role, fig)
        self._paint_numbers(painter, look, QRectF(self.width() - _NUMBERS, top, _NUMBERS, _LINE), role, fig)

    def _paint_bar(self, painter: QPainter, look: Theme, room: QRectF, role: str, fig: Figure) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(room, 4, 4)
        filled = QRectF(room.x(), room.y(), max(3.0, room.width() * min(1.0, fig.value)), room.height())
        painter.setBrush(look.colour(role))
        painter.drawRoundedRect(filled, 4, 4)
        painter.setPen(QPen(look.colour("text"), 1.2))
        low, high = (room.x() + room.width() * max(0.0, min(1.0, end)) for end in (fig.low, fig.high))
        middle = room.center().y()
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - 3), QPointF(end, middle + 3))

    def _paint_numbers(self, painter: QPainter, look: Theme, box: QRectF, role: str, fig: Figure) -> None:
        bold = font("caption", QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(look.colour(role))
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRectF(box.x(), box.y(), 42, box.height()), centre | Qt.AlignmentFlag.AlignRight, percent(fig.value)
        )
        painter.setFont(font("caption"))
        painter.setPen(look.colour("muted"))
        words = f"{round(100 * fig.low)}–{round(100 * fig.high)}"
        painter.drawText(box.adjusted(48, 0, 0, 0), centre | Qt.AlignmentFlag.AlignLeft, words)
        width = QFontMetrics(font("caption")).horizontalAdvance(f"n {fig.n}")
        painter.drawText(box.adjusted(box.width() - width, 0, 0, 0), centre, f"n {fig.n}")
