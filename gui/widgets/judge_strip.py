"""What the judge sees, frame by frame: a row for each pane under the timeline, darker the surer it sees the concept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.i18n import tr
from gui.state.words import percent
from gui.theme import Theme, current, font
from gui.widgets.timeline import EDGE

_LINE, _GAP = 14, 3
_LIKELY = 0.5


@dataclass(frozen=True)
class JudgedRow:
    """One pane: the probability in [0, 1] that each frame of the clock shows the concept; empty before judging."""

    title: str
    role: str
    seen: tuple[float, ...]

    @property
    def words(self) -> str:
        """In how many of the frames the concept is likely seen."""
        if not self.seen:
            return tr("{pane}: not judged", pane=self.title)
        count = sum(value >= _LIKELY for value in self.seen)
        return tr("{pane}: seen in {count} of {all} frames", pane=self.title, count=count, all=len(self.seen))


class JudgeStrip(QWidget):
    """Rows over the frames of the clock, in line with a timeline that has the same gutter at its left."""

    def __init__(self, gutter: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[JudgedRow, ...] = ()
        self._gutter, self._index = gutter, 0
        self.setAccessibleName(tr("What the judge sees"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.hide()

    def sizeHint(self) -> QSize:
        """A thin line for each pane."""
        return QSize(240, max(0, len(self.rows) * (_LINE + _GAP) - _GAP + 4))

    def set_rows(self, rows: Sequence[JudgedRow]) -> None:
        """Take other figures; hidden while no pane was judged."""
        self.rows = tuple(rows)
        self.setVisible(any(row.seen for row in self.rows))
        self.setAccessibleDescription(". ".join(row.words for row in self.rows))
        self.updateGeometry()
        self.update()

    def show_frame(self, index: int, tell: bool = False) -> None:
        """Mark the frame that is shown; `tell` lets a screen reader say its figures, too much for a running clock."""
        self._index = index
        if tell and self.rows:
            figures = [self._figure(row, index) for row in self.rows if index < len(row.seen)]
            self.setAccessibleDescription(". ".join([*(row.words for row in self.rows), *figures]))
        self.update()

    def told(self, at: QPointF) -> str:
        """What stands at a position: the pane, the frame and the figure; empty beside the cells."""
        line = int(at.y() // (_LINE + _GAP))
        if not 0 <= line < len(self.rows):
            return ""
        row = self.rows[line]
        frame = int((at.x() - self._gutter - EDGE) / self._cell(row)) if row.seen else -1
        if at.x() < self._gutter + EDGE or not 0 <= frame < len(row.seen):
            return row.words
        return self._figure(row, frame)

    def _figure(self, row: JudgedRow, frame: int) -> str:
        return tr(
            "{pane}, frame {frame}: the judge sees the concept with {figure}",
            pane=row.title,
            frame=frame + 1,
            figure=percent(row.seen[frame]),
        )

    def event(self, event: QEvent) -> bool:
        """Tell the figure under the pointer."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the figure follow the pointer while it is shown."""
        if QToolTip.isVisible():
            QToolTip.showText(event.globalPosition().toPoint(), self.told(event.position()), self)

    def _cell(self, row: JudgedRow) -> float:
        return max(1.0, self.width() - self._gutter - 2 * EDGE) / max(1, len(row.seen))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every row, then the line of the shown frame."""
        painter, look = QPainter(self), current()
        for line, row in enumerate(self.rows):
            top = line * (_LINE + _GAP)
            self._paint_name(painter, look, row, top)
            box = QRectF(self._gutter + EDGE, top, self.width() - self._gutter - 2 * EDGE, _LINE)
            self._paint_row(painter, look, row, box)
        self._paint_frame(painter, look)
        painter.end()

    def _paint_name(self, painter: QPainter, look: Theme, row: JudgedRow, top: float) -> None:
        face = font("caption")
        painter.setFont(face)
        painter.setPen(look.colour(row.role))
        shown = QFontMetrics(face).elidedText(row.title, Qt.TextElideMode.ElideRight, self._gutter)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(0, top - 1, self._gutter, _LINE + 2), align, shown)

    def _paint_row(self, painter: QPainter, look: Theme, row: JudgedRow, box: QRectF) -> None:
        if not row.seen:
            painter.setPen(look.colour("muted"))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, tr("not judged"))
            return
        painter.drawImage(box, _cells(row.seen, look.colour("sunken"), look.colour(row.role)))
        painter.setPen(QPen(look.colour("line"), 1))
        painter.drawRect(box.adjusted(0, 0, -0.5, -0.5))
        if box.width() / len(row.seen) >= 6:
            painter.setPen(QPen(look.colour("surface"), 1))
            for frame in range(1, len(row.seen)):
                x = box.x() + frame * box.width() / len(row.seen)
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    def _paint_frame(self, painter: QPainter, look: Theme) -> None:
        seen = next((row for row in self.rows if row.seen), None)
        if seen is None or self._index >= len(seen.seen):
            return
        cell = self._cell(seen)
        left, height = self._gutter + EDGE + self._index * cell, len(self.rows) * (_LINE + _GAP) - _GAP
        painter.setPen(QPen(look.colour("text"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left, 0.5, max(2.0, cell), height))


def _cells(seen: Sequence[float], low: QColor, high: QColor) -> QImage:
    """A pixel for each frame, from one colour to the other by probability; scaled up without smoothing."""
    made = QImage(len(seen), 1, QImage.Format.Format_RGB32)
    made.fill(low)
    painter = QPainter(made)
    for at, value in enumerate(seen):
        painter.setOpacity(min(max(value, 0.0), 1.0))
        painter.fillRect(at, 0, 1, 1, high)
    painter.end()
    return made
