"""Jobs: what runs, what waits, what is done; the running one with its stages, preview, curves and log."""

from __future__ import annotations

import time

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QGridLayout, QListView, QPlainTextEdit, QStackedWidget, QWidget

from core.jobs.probe_list import OWN, PROBES
from core.jobs.spec import EraseSpec, IdentifySpec, ProbeSpec, StackSpec
from gui.icons import icon
from gui.state.job_queue import JOB_ROLE, JobQueue
from gui.state.jobs import Job, JobState
from gui.theme import PAD, WIDE
from gui.widgets.basics import button, card, clear, column, label, row, scrolled
from gui.widgets.clip_view import ClipView
from gui.widgets.curve import Curve
from gui.widgets.empty import EmptyState
from gui.widgets.job_delegate import JobDelegate
from gui.widgets.rates import Rates
from gui.widgets.stage_bar import StageBar

_CURVES = {
    "loss": ("Loss", "before"),
    "seen": ("Still seen", "after"),
    "kept": ("Still kept", "negative"),
}
_RESULTS = {
    "compare": ("Open in Compare", "compare"),
    "probe": ("Read the report", "probe"),
    "erase": ("Choose a concept", "erase"),
}
"""What the button says and shows that leads to the result, by the place that it leads to."""
_TITLES = {card.name: card.title for card in (*PROBES, OWN)}
_NO_CURVES = "Curves appear while the encoder forgets."
_ASKED, _PROBED = "Seen when asked for by name", "The concept is seen after the erasure"
_NO_RATES = "How often the concept is seen appears here, one line after the other."
_LOG_LINES = 500
_PREVIEW = 232


class JobsPage(QWidget):
    """The list of jobs beside the chosen one; `opened` carries a job whose result is asked for."""

    opened = Signal(object)
    new = Signal()

    def __init__(self, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.queue = queue
        self.job: Job | None = None
        self._logged, self._following = 0, True
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._show_pace)
        self._make_controls()
        self._arrange()
        queue.changed.connect(self._changed)
        queue.rowsInserted.connect(self._inserted)
        self.choose(queue.running or (queue.jobs[-1] if queue.jobs else None))

    def _make_controls(self) -> None:
        self.list = QListView()
        self.list.setObjectName("jobs")
        self.list.setAccessibleName("Jobs")
        self.list.setModel(self.queue)
        self.list.setItemDelegate(JobDelegate(self.list))
        self.list.setFixedWidth(264)
        self.list.selectionModel().currentChanged.connect(self._picked)
        self.cancel = button("Cancel", "stop", tip="Stop this job (Ctrl+.)")
        self.cancel.setShortcut("Ctrl+.")
        self.cancel.clicked.connect(lambda: self.job and self.queue.cancel(self.job))
        self.retry = button("Retry", "retry", tip="Start it again with the same settings")
        self.retry.clicked.connect(lambda: self.job and self.queue.retry(self.job))
        self.open = button("Open in Compare", "compare", "primary")
        self.open.clicked.connect(lambda: self.job and self.opened.emit(self.job))
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setPlaceholderText("Nothing has been logged.")
        self.log.setAccessibleName("Log")
        self.log.setMaximumBlockCount(_LOG_LINES)
        self.log.setTabChangesFocus(True)
        self.log.setMinimumHeight(96)
        self.preview = ClipView("Live preview", "A picture appears here as soon as there is one.")
        self.preview.setFixedSize(_PREVIEW, _PREVIEW)

    def _arrange(self) -> None:
        self._empty = EmptyState(
            "jobs",
            "No jobs yet",
            "An erasure that you start runs here: its stages, a live preview, and what is still seen of the concept.",
            "Erase a concept",
        )
        self._empty.action.clicked.connect(self.new)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        self.setLayout(column(self._stack))
        self.setFocusProxy(self.list)

    def _content(self) -> QWidget:
        made = QWidget()
        left = column(label("Jobs", "title"), self.list, spacing=PAD)
        left.setContentsMargins(32, WIDE, 0, WIDE)
        inner = QWidget()
        detail = column(self._head(), self._problem(), self._figures(), self._log_card(), spacing=PAD)
        detail.setStretch(3, 1)
        detail.setContentsMargins(WIDE, WIDE, 32, WIDE)
        inner.setLayout(detail)
        made.setLayout(row(left, scrolled(inner), spacing=0))
        return made

    def _head(self) -> QFrame:
        self._title, self._subtitle = label("", "heading"), label("", "muted", wrap=True)
        self._bar = StageBar()
        names = column(self._title, self._subtitle, spacing=2)
        top = row(names, self.retry, self.cancel, self.open)
        top.setStretch(0, 1)
        self._stage, self._pace = label("", "strong"), label("", "muted")
        return card(
            top,
            self._bar,
            row(self._stage, 1, self._pace),
            spacing=12,
        )

    def _problem(self) -> QFrame:
        self._what, self._why = label("", "strong", wrap=True), label("", "body", wrap=True)
        self._fix = label("", "body", wrap=True)
        self._problem_card = card(self._what, self._why, self._fix, name="problem")
        return self._problem_card

    def _figures(self) -> QFrame:
        self._curves: dict[str, Curve] = {}
        self._caption = label("", "caption", wrap=True)
        self._caption.setFixedWidth(_PREVIEW)
        self._grid = QGridLayout()
        self._grid.setSpacing(PAD)
        self._no_curves = label(_NO_CURVES, "muted", wrap=True)
        self._rated, self.rates = label("", "overline"), Rates("Rates so far")
        left = column(label("Live preview", "overline"), self.preview, self._caption, 1)
        right = column(self._no_curves, self._rated, self.rates, self._grid, 1)
        box = row(left, right, spacing=WIDE)
        box.setStretch(1, 1)
        self._figures_card = card(box)
        return self._figures_card

    def _log_card(self) -> QFrame:
        return card(label("Log", "overline"), self.log)

    def choose(self, job: Job | None) -> None:
        """Show one job."""
        self.job = job
        self._stack.setCurrentIndex(0 if job is None else 1)
        if job is None:
            return
        index = self.queue.index(self.queue.jobs.index(job))
        if self.list.currentIndex() != index:
            self.list.setCurrentIndex(index)
        self._reset()
        self._show()

    def _picked(self, now: QModelIndex, before: QModelIndex) -> None:
        job = now.data(JOB_ROLE)
        if job is not None and job is not self.job:
            self._following = not job.over
            self.choose(job)

    def _inserted(self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:
        if self.job is None or self.job.over:
            self._following = True
            self.choose(self.queue.jobs[last])

    def _changed(self, job: Job) -> None:
        if job is self.job:
            self._show()
        elif job is self.queue.running and self._following and (self.job is None or self.job.over):
            self.choose(job)

    def _reset(self) -> None:
        self._logged = 0
        self.log.clear()
        clear(self._grid)
        self._curves.clear()
        self.preview.set_frames((), "A picture appears here as soon as there is one.")

    def _show(self) -> None:
        job = self.job
        if job is None:
            return
        self._title.setText(job.title)
        prompt = job.spec.prompt if isinstance(job.spec, EraseSpec | StackSpec) else ""
        self._subtitle.setText(" · ".join(part for part in (job.subtitle, prompt) if part))
        self._show_state(job)
        self._show_pace()
        self._show_preview(job)
        self._show_curves(job)
        for line in job.log[self._logged :]:
            self.log.appendPlainText(line)
        self._logged = len(job.log)

    def _show_state(self, job: Job) -> None:
        running = job.state is JobState.RUNNING
        self.cancel.setVisible(not job.over)
        self.retry.setVisible(job.state in (JobState.FAILED, JobState.CANCELLED))
        self.open.setVisible(bool(job.place))
        if job.place:
            words, sign = _RESULTS[job.place]
            self.open.setText(f" {words}")
            self.open.setAccessibleName(words)
            self.open.setIcon(icon(sign, "on_accent"))
        self._clock.start() if running else self._clock.stop()
        if job.state is JobState.DONE:
            self._bar.show_state(1, 1, 1.0, "good")
        else:
            role = "accent" if running else "strong_line"
            fraction = job.done / job.total if job.total else 0.0
            self._bar.show_state(job.stage_index, job.stage_count, fraction, role)
        stage = f"{job.stage} ({job.stage_index} of {job.stage_count})" if job.stage else "Starting the engine"
        self._stage.setText(stage if running else job.status(time.monotonic()))
        self._problem_card.setVisible(job.failure is not None and job.state is JobState.FAILED)
        if job.failure is not None:
            for shown, text in (
                (self._what, job.failure.what),
                (self._why, job.failure.why),
                (self._fix, job.failure.fix),
            ):
                shown.setText(text)
                shown.setVisible(bool(text))

    def _show_pace(self) -> None:
        job = self.job
        running = job is not None and job.state is JobState.RUNNING
        self._pace.setText(job.pace(time.monotonic()) if job is not None and running else "")

    def _show_preview(self, job: Job) -> None:
        if job.preview:
            image = QImage.fromData(job.preview)
            if not image.isNull():
                self.preview.set_frames((image,))
        self._caption.setText(job.preview_caption)

    def _show_curves(self, job: Job) -> None:
        lists = isinstance(job.spec, ProbeSpec | IdentifySpec)
        for name, points in job.metrics.items() if not lists else ():
            if name not in self._curves:
                self._add_curve(name)
            self._curves[name].set_points(points)
        self.rates.set_rates({_TITLES.get(n, n): p[-1][1] for n, p in job.metrics.items()} if lists else {})
        self._rated.setText(_ASKED if isinstance(job.spec, IdentifySpec) else _PROBED)
        for shown in (self._rated, self.rates):
            shown.setVisible(lists and bool(job.metrics))
        self._no_curves.setText(_NO_RATES if lists else _NO_CURVES)
        self._no_curves.setVisible(not job.metrics)
        self._figures_card.setVisible(not job.over or bool(job.preview or job.metrics))

    def _add_curve(self, name: str) -> None:
        title, role = _CURVES.get(name, (name.replace("_", " ").capitalize(), "negative"))
        curve = Curve(title, role, rate=name != "loss")
        at = len(self._curves)
        self._curves[name] = curve
        self._grid.addWidget(curve, at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
