"""Jobs: what runs, what waits and in which order, what is over; the chosen one with everything about it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QFrame, QListView, QPushButton, QStackedWidget, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.spec import EraseSpec
from gui.icons import icon
from gui.pages.page import Page
from gui.state.commands import Command
from gui.state.job_queue import JOB_ROLE
from gui.state.jobs import Job, JobState
from gui.state.remedies import leaner
from gui.state.session import Session
from gui.theme import GAP, PAD, TIGHT, WIDE
from gui.widgets.basics import button, column, label, row
from gui.widgets.empty import EmptyState
from gui.widgets.job_delegate import JobDelegate
from gui.widgets.job_panel import JobPanel

_WIDTH = 308


class JobsPage(Page):
    """The list of jobs beside the chosen one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.queue = session, session.jobs
        self.job: Job | None = None
        self._following = True
        self.queue.restore()
        self._make_controls()
        self._arrange()
        self.commands = self._list_commands()
        self._connect()
        self._turned()
        self.choose(self.queue.running or (self.queue.jobs[0] if self.queue.jobs else None))

    def _make_controls(self) -> None:
        self.list = QListView()
        self.list.setObjectName("jobs")
        self.list.setAccessibleName(tr("Jobs"))
        self.list.setModel(self.queue)
        self.list.setItemDelegate(JobDelegate(self.list))
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setDragDropMode(QListView.DragDropMode.InternalMove)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.many = _small("stack", tr("Erase many concepts"))
        self.pause = _small("pause", tr("Pause after the running job"))
        self.tidy = _small("trash", tr("Remove the jobs that are over"))
        self.go_on = button(tr("Go on"), "play", "primary")
        self.panel = JobPanel()

    def _arrange(self) -> None:
        self._empty = EmptyState(
            "jobs",
            tr("No jobs yet"),
            tr(
                "An erasure that you start runs here: its stages, a live preview, and what is still seen of the "
                "concept. Several wait in line, in the order that you give them."
            ),
            tr("Erase a concept"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        self.setLayout(column(self._stack))
        self.first = self.list

    def _content(self) -> QWidget:
        made = QWidget()
        head = row(label(tr("Jobs"), "title"), 1, self.many, self.pause, self.tidy, spacing=TIGHT)
        side = QWidget()
        side.setFixedWidth(_WIDTH + 32)
        left = column(head, self._hint(), self.list, spacing=PAD)
        left.setContentsMargins(32, WIDE, 0, WIDE)
        side.setLayout(left)
        made.setLayout(row(side, self.panel, spacing=0))
        return made

    def _hint(self) -> QFrame:
        self._note = label("", "body", wrap=True)
        self._banner = QFrame()
        self._banner.setObjectName("hint")
        box = column(self._note, row(self.go_on, 1), spacing=GAP)
        box.setContentsMargins(12, 12, 12, 12)
        self._banner.setLayout(box)
        return self._banner

    def _list_commands(self) -> list[Command]:
        def has_job() -> bool:
            return self.job is not None

        return [
            Command("jobs.new", tr("Erase a concept"), lambda: self.went.emit("erase", None)),
            Command("jobs.many", tr("Erase many concepts"), self.ask_many, ("Ctrl+Shift+E",)),
            Command("jobs.open", tr("Open the result"), self.open_result, ("Ctrl+Return",), self._has_result),
            Command("jobs.cancel", tr("Cancel the job"), self.cancel_job, ("Ctrl+.",), self._is_on),
            Command("jobs.retry", tr("Retry the job"), self.retry_job, ("Ctrl+R",), self._is_over),
            Command("jobs.edit", tr("Edit and run again"), self.edit_job, ("Ctrl+E",), self._is_editable),
            Command("jobs.up", tr("Move the job up"), lambda: self.shift(-1), ("Alt+Up",), self._waits),
            Command("jobs.down", tr("Move the job down"), lambda: self.shift(1), ("Alt+Down",), self._waits),
            Command("jobs.remove", tr("Remove the chosen jobs"), self.remove_chosen, ("Del",), has_job),
            Command("jobs.tidy", tr("Remove the jobs that are over"), self.remove_over, (), self._any_over),
            Command("jobs.clear", tr("Take all waiting jobs off the list"), self.remove_waiting, (), self._any_waiting),
            Command("jobs.pause", tr("Pause after this job, or go on"), self.toggle_pause, ("Ctrl+P",)),
            Command("jobs.log", tr("Go to the log"), self.panel.show_log, ("Ctrl+L",), has_job),
        ]

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._picked)
        self.list.activated.connect(lambda _: self.open_result())
        self._empty.action.clicked.connect(lambda: self.went.emit("erase", None))
        for control, act in (
            (self.many, self.ask_many),
            (self.pause, self.toggle_pause),
            (self.go_on, self.queue.go_on),
            (self.tidy, self.remove_over),
            (self.panel.cancel, self.cancel_job),
            (self.panel.retry, self.retry_job),
            (self.panel.edit, self.edit_job),
            (self.panel.open, self.open_result),
        ):
            control.clicked.connect(lambda _=False, act=act: act())
        self.panel.problem.chosen.connect(self.remedy)
        self.queue.changed.connect(self._changed)
        self.queue.turned.connect(self._turned)
        self.queue.rowsInserted.connect(self._inserted)
        self.queue.rowsRemoved.connect(self._removed)

    def take(self, thing: object) -> None:
        """Show a job."""
        if isinstance(thing, Job):
            self.choose(thing)

    def choose(self, job: Job | None) -> None:
        """Show one job."""
        self.job = job
        self._stack.setCurrentIndex(0 if job is None else 1)
        self.tidy.setEnabled(self._any_over())
        if job is None:
            return
        index = self.queue.index(self.queue.jobs.index(job))
        selection = self.list.selectionModel()
        if self.list.currentIndex() != index or not selection.hasSelection():
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._show(job)

    def _show(self, job: Job) -> None:
        self.panel.show_job(job, self.session.settings.value.memory)

    def _picked(self, now: QModelIndex, before: QModelIndex) -> None:
        job = now.data(JOB_ROLE)
        if job is not None and job is not self.job:
            self._following = not job.over
            self.choose(job)

    def _inserted(self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:
        if self.job is None or self.job.over:
            self._following = True
            self.choose(self.queue.jobs[first])
        self._turned()

    def _removed(self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:
        if self.job not in self.queue.jobs:
            row = min(first, len(self.queue.jobs) - 1)
            self.choose(self.queue.jobs[row] if row >= 0 else None)
        self._turned()

    def _changed(self, job: Job) -> None:
        self._turned()
        if job is self.job:
            self._show(job)
        elif job is self.queue.running and self._following and (self.job is None or self.job.over):
            self.choose(job)

    def _turned(self) -> None:
        """Show whether the queue is paused, and what is unusual about it."""
        queue = self.queue
        waits = queue.paused and bool(queue.waiting())
        said = [queue.note] if queue.note else []
        if waits:
            said.append(_paused_words(len(queue.waiting()), running=queue.running is not None))
        self._note.setText(" ".join(said))
        self.go_on.setVisible(waits)
        self._banner.setVisible(bool(said))
        words = tr("Go on with the queue") if queue.paused else tr("Pause after the running job")
        if self.pause.accessibleName() != words:
            self.pause.setIcon(icon("play" if queue.paused else "pause", "text", "accent"))
            self.pause.setAccessibleName(words)
            self.pause.setToolTip(words)
        self.tidy.setEnabled(self._any_over())

    def _is_on(self) -> bool:
        return self.job is not None and not self.job.over

    def _is_over(self) -> bool:
        return self.job is not None and self.job.over

    def _is_editable(self) -> bool:
        return self.job is not None and self.job.editable

    def _has_result(self) -> bool:
        return self.job is not None and bool(self.job.place)

    def _waits(self) -> bool:
        return self.job is not None and self.job.state is JobState.QUEUED

    def _any_over(self) -> bool:
        return any(job.over for job in self.queue.jobs)

    def _any_waiting(self) -> bool:
        return bool(self.queue.waiting())

    def cancel_job(self) -> None:
        """Stop the chosen job, or take it out of the line."""
        if self.job is not None:
            self.queue.cancel(self.job)

    def retry_job(self) -> None:
        """Queue the chosen job again."""
        if self.job is not None:
            self._following = True
            self.choose(self.queue.retry(self.job))

    def insist(self) -> None:
        """Queue the chosen erasure again, to be done although the model does not seem to know the concept."""
        if self.job is not None and isinstance(self.job.spec, EraseSpec):
            self.choose(self.queue.retry(self.job, replace(self.job.spec, anyway=True)))

    def edit_job(self) -> None:
        """Open Erase filled in with the chosen job's settings."""
        if self.job is not None and self.job.editable:
            self.went.emit("erase", self.job.spec)

    def open_result(self) -> None:
        """Go where the chosen job's result is shown."""
        job = self.job
        if job is None or not job.place:
            return
        try:
            result = self.session.result_of(job)
        except LacunaError as error:
            self.say(str(error))
        else:
            self.went.emit(job.place, result)

    def shift(self, by: int) -> None:
        """Put the chosen waiting job one place further."""
        if self.job is not None:
            self.queue.move(self.job, by)

    def remove_chosen(self) -> None:
        """Take the chosen jobs off the list, but for the running one."""
        rows = self.list.selectionModel().selectedIndexes()
        self._remove([index.data(JOB_ROLE) for index in rows])

    def remove_over(self) -> None:
        """Take everything off the list that is over."""
        self._remove(self.queue.over())

    def remove_waiting(self) -> None:
        """Take everything off the list that waits."""
        self._remove(self.queue.waiting())

    def _remove(self, jobs: list[Job]) -> None:
        gone = [job for job in jobs if job is not self.queue.running]
        if gone:
            self.queue.remove(gone)
            one, more = (
                tr("A job was taken off the list."),
                tr("{count} jobs were taken off the list.", count=len(gone)),
            )
            words = one if len(gone) == 1 else more
            self.noticed.emit(words, tr("Undo"), lambda: self.queue.restore_removed(gone))

    def toggle_pause(self) -> None:
        """Begin no further job after the running one, or let the line go on."""
        self.queue.go_on() if self.queue.paused else self.queue.pause()

    def ask_many(self) -> None:
        """Ask for a list of concepts, and queue an erasure of each with the Erase form's settings."""
        from gui.widgets.batch_dialog import ask_many

        if specs := ask_many(self, self.session.form.spec()):
            self.queue.add_many(specs)

    def remedy(self, key: str) -> None:
        """Do what a failed job's card offers."""
        settings = self.session.settings
        if key == "leaner":
            settings.change(memory=leaner(settings.value.memory) or settings.value.memory)
        acts = {
            "retry": self.retry_job,
            "leaner": self.retry_job,
            "anyway": self.insist,
            "edit": self.edit_job,
            "log": self.panel.show_log,
            "folder": lambda: self.went.emit("settings", "library"),
            "library": lambda: self.went.emit("library", None),
        }
        acts[key]()

    def close_down(self) -> None:
        """Stop the clock."""
        self.panel.close_down()


def _small(sign: str, words: str) -> QPushButton:
    made = button("", sign, "quiet", tip=words, name=words)
    made.setFixedWidth(40)
    return made


def _paused_words(waiting: int, running: bool) -> str:
    if waiting == 1:
        after = tr("A job waits, and does not start after the running one.")
        return after if running else tr("A job waits until you let it go on.")
    after = tr("{count} jobs wait, and do not start after the running one.", count=waiting)
    return after if running else tr("{count} jobs wait until you let them go on.", count=waiting)
