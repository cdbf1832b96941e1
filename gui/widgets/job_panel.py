"""Everything about one job: its stages and time left, what went wrong, its figures and its log."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from core.i18n import tr
from core.jobs.events import Failure
from core.jobs.titles import prompt_of
from gui.icons import icon
from gui.state.jobs import RESULTS, Job, JobState
from gui.state.remedies import remedies
from gui.state.words import moment_of
from gui.theme import PAD, WIDE
from gui.widgets.basics import button, card, column, label, row, scrolled
from gui.widgets.job_figures import JobFigures
from gui.widgets.problem_card import ProblemCard
from gui.widgets.stage_bar import StageBar

_LOG_LINES = 500
_NO_LOG, _NOT_KEPT = tr("Nothing has been logged."), tr("No log. Those of earlier starts are not kept.")


class JobPanel(QWidget):
    """Shows one job; its buttons are the page's to connect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job: Job | None = None
        self._logged = 0
        self._failure: Failure | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._show_pace)
        self._make_controls()
        inner = QWidget()
        detail = column(self._head(), self.problem, self.figures, self._log_card(), spacing=PAD)
        detail.setStretch(3, 1)
        detail.setContentsMargins(WIDE, WIDE, 32, WIDE)
        inner.setLayout(detail)
        self._area = scrolled(inner)
        self.setLayout(column(self._area))

    def _make_controls(self) -> None:
        self.cancel = button(tr("Cancel"), "stop", tip=tr("Stop this job (Ctrl+.)"))
        self.retry = button(tr("Retry"), "retry", tip=tr("Queue it again with the same settings (Ctrl+R)"))
        self.edit = button(tr("Edit and run again"), "rename", tip=tr("Open Erase with its settings (Ctrl+E)"))
        self.open = button(tr("Open in Compare"), "compare", "primary")
        self.problem, self.figures = ProblemCard(), JobFigures()
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName(tr("Log"))
        self.log.setMaximumBlockCount(_LOG_LINES)
        self.log.setTabChangesFocus(True)
        self.log.setMinimumHeight(96)
        self.log.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def _head(self) -> QFrame:
        self._title, self._subtitle = label("", "heading", wrap=True), label("", "muted", wrap=True)
        self._bar = StageBar()
        names = column(self._title, self._subtitle, spacing=2)
        top = row(names, self.edit, self.retry, self.cancel, self.open)
        top.setStretch(0, 1)
        for widget in (self.edit, self.retry, self.cancel, self.open):
            top.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        self._stage, self._pace = label("", "strong"), label("", "muted")
        return card(top, self._bar, row(self._stage, 1, self._pace), spacing=12)

    def _log_card(self) -> QFrame:
        return card(label(tr("Log"), "overline"), self.log)

    def show_job(self, job: Job, memory: str) -> None:
        """Show a job, or what is new about it; `memory` is the setting that a retry may lower."""
        if job is not self.job:
            self.job, self._logged, self._failure = job, 0, None
            self.log.clear()
            self.figures.reset()
        self._title.setText(job.title)
        self._subtitle.setText(" · ".join(part for part in (job.subtitle, prompt_of(job.spec)) if part))
        self._show_buttons(job)
        self._show_state(job)
        self._show_problem(job, memory)
        self.figures.show_job(job)
        self._show_log(job)

    def _show_buttons(self, job: Job) -> None:
        failed = job.state is JobState.FAILED
        self.cancel.setVisible(not job.over)
        self.retry.setVisible(job.again and not failed)
        self.edit.setVisible(job.over and job.editable and not failed)
        self.open.setVisible(bool(job.place))
        if job.place and self.open.text().strip() != RESULTS[job.place]:
            words = RESULTS[job.place]
            self.open.setText(f" {words}")
            self.open.setAccessibleName(words)
            self.open.setIcon(icon(job.place, "on_accent"))

    def _show_state(self, job: Job) -> None:
        running = job.state is JobState.RUNNING
        if running != self._clock.isActive():
            self._clock.start() if running else self._clock.stop()
        if job.state is JobState.DONE:
            self._bar.show_state(1, 1, 1.0, "good")
        else:
            role = "accent" if running else "strong_line"
            fraction = job.done / job.total if job.total else 0.0
            self._bar.show_state(job.stage_index, job.stage_count, fraction, role)
        self._stage.setText(_stage_words(job) if running else _end_words(job))
        self._show_pace()

    def _show_pace(self) -> None:
        job = self.job
        if job is None:
            return
        self._pace.setText(job.pace(time.monotonic()) if job.state is JobState.RUNNING else _when(job))

    def _show_problem(self, job: Job, memory: str) -> None:
        failure = job.failure if job.state is JobState.FAILED else None
        if failure is not None and failure is not self._failure:
            self.problem.show_failure(failure, remedies(job, memory))
        self._failure = failure
        self.problem.setVisible(failure is not None)

    def _show_log(self, job: Job) -> None:
        if new := min(job.logged - self._logged, len(job.log), _LOG_LINES):
            self.log.appendPlainText("\n".join(job.log[-new:]))
        self._logged = job.logged
        self.log.setPlaceholderText(_NOT_KEPT if job.over else _NO_LOG)

    def show_log(self) -> None:
        """Bring the log into view."""
        self._area.ensureWidgetVisible(self.log)
        self.log.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_down(self) -> None:
        """Stop the clock."""
        self._clock.stop()


def _stage_words(job: Job) -> str:
    if not job.stage:
        return tr("Starting the engine")
    return tr("{stage} ({index} of {count})", stage=job.stage, index=job.stage_index, count=job.stage_count)


def _end_words(job: Job) -> str:
    """How it ended, and in which stage if it did not come to its end."""
    if job.again and job.stage:
        return tr("{state} in “{stage}”", state=job.status(), stage=job.stage)
    return job.status()


def _when(job: Job) -> str:
    """When it ended, and how often it was tried."""
    tried = tr("try {number}", number=job.attempts) if job.attempts > 1 else ""
    return " · ".join(filter(None, (tried, moment_of(job.over_at))))
