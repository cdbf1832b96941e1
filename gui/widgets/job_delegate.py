"""How a job looks in the list: title, state in words, a thin bar while it runs, and a line above each group."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.icons import paint_icon
from gui.state.job_queue import JOB_ROLE
from gui.state.jobs import Job, JobState
from gui.state.row_list import Index
from gui.theme import current, font

_SIGNS = {
    JobState.QUEUED: ("clock", "muted"),
    JobState.RUNNING: ("jobs", "accent"),
    JobState.DONE: ("check", "good"),
    JobState.FAILED: ("alert", "danger"),
    JobState.CANCELLED: ("close", "muted"),
    JobState.INTERRUPTED: ("pause", "warning"),
}


class JobDelegate(QStyledItemDelegate):
    """Paints one job."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines and a bar."""
        return QSize(200, 64)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground, the sign, the words and the bar."""
        job: Job = index.data(JOB_ROLE)
        look, box = current(), QRectF(option.rect).adjusted(2, 2, -2, -2)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if _begins_group(index):
            painter.setPen(QPen(look.colour("line"), 1))
            painter.drawLine(QPointF(box.left() + 8, box.top() - 2), QPointF(box.right() - 8, box.top() - 2))
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(look.colour("accent") if state & QStyle.StateFlag.State_HasFocus else Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft"))
            painter.drawRoundedRect(box, 8, 8)
        sign, role = _SIGNS[job.state]
        paint_icon(painter, sign, QRectF(box.x() + 12, box.center().y() - 10, 20, 20), role)
        self._paint_words(painter, box.adjusted(44, 10, -12, -8), job)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRectF, job: Job) -> None:
        look, strong, small = current(), font("body", QFont.Weight.DemiBold), font("caption")
        painter.setFont(strong)
        painter.setPen(look.colour("text"))
        title = QFontMetrics(strong).elidedText(job.title, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(small)
        painter.setPen(look.colour("muted"))
        words = QFontMetrics(small).elidedText(job.status(), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box.adjusted(0, 22, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)
        if job.state is JobState.RUNNING:
            _paint_bar(painter, QRectF(box.x(), box.bottom() - 3, box.width(), 3), job.fraction)


def _begins_group(index: Index) -> bool:
    """Whether what waits, or what is over, begins here below something else."""
    if index.row() == 0:
        return False
    job, above = index.data(JOB_ROLE), index.model().index(index.row() - 1, 0).data(JOB_ROLE)
    return job.over != above.over or above.state is JobState.RUNNING


def _paint_bar(painter: QPainter, bar: QRectF, fraction: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current().colour("line"))
    painter.drawRoundedRect(bar, 1.5, 1.5)
    painter.setBrush(current().colour("accent"))
    painter.drawRoundedRect(QRectF(bar.x(), bar.y(), bar.width() * fraction, 3), 1.5, 1.5)
