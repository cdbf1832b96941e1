"""The queue: jobs as a list model, run one after the other by the engine worker, and kept across restarts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    Qt,
    QThreadPool,
    Signal,
    Slot,
)

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.events import Event
from core.jobs.queue import QueueFile, stops_the_queue
from core.jobs.spec import JobSpec
from gui.state.aside import Aside
from gui.state.jobs import Job, JobState, cancelled_while_waiting
from gui.state.row_list import Index

if TYPE_CHECKING:
    from gui.workers.engine_worker import EngineWorker
    from gui.workers.queue_writer import QueueWriter

JOB_ROLE = Qt.ItemDataRole.UserRole


def _import_worker() -> None:
    """Read the engine's code beside the window's thread, so that the first job does not hold it up."""
    import_module("gui.workers.engine_worker")


class JobQueue(QAbstractListModel):
    """The running job, the waiting ones in their order, then those that are over, the newest first.

    `folder` is the library's, whose queue file is used; None keeps the jobs for this run only. `library` is what the
    specs of that file name as theirs. `changed` and `finished` carry the Job; `turned` says that the queue was paused,
    went on, or has a new `note`.
    """

    changed = Signal(object)
    finished = Signal(object)
    turned = Signal()

    def __init__(self, parent: QObject | None = None, folder: Path | None = None, library: str = "") -> None:
        super().__init__(parent)
        self.jobs: list[Job] = []
        self.running: Job | None = None
        self.paused, self.note = False, ""
        self._place = (folder, library)
        self._writer: QueueWriter | None = None
        self._restored = self._closed = False
        self._kinds: list[str] = []

    @cached_property
    def worker(self) -> EngineWorker:
        """What runs the jobs; made for the first one, so that the first paint does not wait for it."""
        from gui.workers.engine_worker import EngineWorker

        made = EngineWorker(self)
        made.events.connect(self._take)
        return made

    @cached_property
    def _aside(self) -> Aside:
        return Aside(self.worker.run, self.worker.cancel)

    def restore(self) -> None:
        """Read what the last run left, once. Jobs that wait from then stay paused until the person lets them go on."""
        folder, library = self._place
        if self._restored or self._closed or folder is None:
            return
        self._restored = True
        from gui.workers.queue_writer import QueueWriter

        file = QueueFile(folder, library)
        try:
            jobs = [Job.of(record) for record in file.open()]
        except LacunaError as error:
            self._say(str(error))
            return
        self._writer = QueueWriter(file, self)
        self._writer.noted.connect(self._say)
        self.note = file.note
        self._insert(0, jobs)
        self.paused = self.paused or bool(self.waiting())
        self.turned.emit()
        QThreadPool.globalInstance().start(_import_worker)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The number of jobs."""
        return 0 if parent.isValid() else len(self.jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The job's title, its state in words for screen readers, or the Job itself."""
        if not index.isValid():
            return None
        job = self.jobs[index.row()]
        if role == JOB_ROLE:
            return job
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{job.title}, {job.status()}"
        return job.title if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Waiting jobs can be dragged to another place in the line."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        waits = self.jobs[index.row()].state is JobState.QUEUED
        return flags | Qt.ItemFlag.ItemIsDragEnabled if waits else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Jobs are moved, not copied."""
        return Qt.DropAction.MoveAction

    def moveRows(self, source: Index, row: int, count: int, target: Index, child: int) -> bool:
        """Put one waiting job before row `child`, among the waiting ones; for a drag in the list."""
        first = 1 if self.running else 0
        last = first + len(self.waiting())
        if count != 1 or not first <= row < last or not first <= child <= last or child in (row, row + 1):
            return False
        self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), child)
        job = self.jobs.pop(row)
        self.jobs.insert(child - (child > row), job)
        self.endMoveRows()
        self._line_up()
        self._save()
        return True

    def add(self, spec: JobSpec, about: str = "", attempts: int = 1) -> Job:
        """Queue a job; it begins at once if nothing runs. `about` names the entry that it looks at."""
        self.restore()
        job = Job(spec, about, attempts=attempts)
        self._insert(self._line_end, [job])
        self._save()
        self._next()
        return job

    def add_many(self, specs: Iterable[JobSpec]) -> list[Job]:
        """Queue several jobs in their order."""
        self.restore()
        jobs = [Job(spec) for spec in specs]
        self._insert(self._line_end, jobs)
        self._save()
        self._next()
        return jobs

    def quick(self, spec: JobSpec, done: Callable[[Job], None]) -> bool:
        """Run a job that is not listed, the latest wins; False where a listed job has the engine.

        `done` hears the Job once it is over: with its result, failed, or cancelled because a newer one or a listed one
        took its place.
        """
        if self.running is not None or self._closed:
            return False
        self._aside.ask(spec, done, time.monotonic())
        return True

    def retry(self, job: Job, spec: JobSpec | None = None) -> Job:
        """Queue a job again, or another spec in its place; what was interrupted leaves the list."""
        made = self.add(spec or job.spec, job.about, job.attempts + 1)
        if job.state is JobState.INTERRUPTED:
            self.remove([job])
        return made

    def cancel(self, job: Job) -> None:
        """Stop a running job or drop a waiting one."""
        if job is self.running:
            self.worker.cancel()
        elif job.state is JobState.QUEUED:
            job.apply(cancelled_while_waiting(), time.monotonic())
            self._settle(job)

    def remove(self, jobs: Iterable[Job]) -> None:
        """Take jobs out of the list; the running one stays."""
        for job in jobs:
            if job in self.jobs and job is not self.running:
                row = self.jobs.index(job)
                self.beginRemoveRows(QModelIndex(), row, row)
                del self.jobs[row]
                self.endRemoveRows()
        self._line_up()
        self._save()

    def restore_removed(self, jobs: Iterable[Job]) -> None:
        """Put jobs back that were removed, at the end of the line or on top of what is over."""
        for job in jobs:
            if job not in self.jobs:
                self._insert(self._line_end, [job])
        self._save()
        self._next()

    def over(self) -> list[Job]:
        """The jobs that are over, the newest first."""
        return [job for job in self.jobs if job.over]

    def move(self, job: Job, by: int) -> bool:
        """Put a waiting job further to the front (negative) or to the back."""
        row = self.jobs.index(job)
        return self.moveRows(QModelIndex(), row, 1, QModelIndex(), row + by + (by > 0))

    def waiting(self) -> list[Job]:
        """The jobs whose turn has not come."""
        return [job for job in self.jobs if job.state is JobState.QUEUED]

    def pause(self) -> None:
        """Begin no further job after the running one."""
        self.paused = True
        self.turned.emit()

    def go_on(self) -> None:
        """Let the waiting jobs begin."""
        self.paused = False
        self._kinds.clear()
        self.turned.emit()
        self._next()

    def close(self) -> None:
        """End the running job, the engine and its thread; what ran can be started again after the next start."""
        self._closed = True
        if self.running is not None:
            self.running.interrupt(time.monotonic())
            self.running = None
            self._save()
        if "worker" in self.__dict__:
            self.worker.close()
        if self._writer is not None:
            self._writer.close()

    @property
    def _line_end(self) -> int:
        """The row behind the last waiting job."""
        return sum(not job.over for job in self.jobs)

    def _insert(self, at: int, jobs: list[Job]) -> None:
        if jobs:
            self.beginInsertRows(QModelIndex(), at, at + len(jobs) - 1)
            self.jobs[at:at] = jobs
            self.endInsertRows()
            self._line_up()

    def _line_up(self) -> None:
        """Tell each waiting job its place."""
        waiting = self.waiting()
        for line, job in enumerate(waiting, start=1):
            job.line = line
        if waiting:
            row = self.jobs.index(waiting[0])
            self.dataChanged.emit(self.index(row), self.index(row + len(waiting) - 1))

    def _next(self) -> None:
        waiting = self.waiting()
        if self.running is not None or self.paused or self._closed or not waiting:
            return
        if "_aside" in self.__dict__ and self._aside.now is not None:
            self._aside.yield_to_listed(time.monotonic())
            return
        self.running = waiting[0]
        self.running.start(time.monotonic())
        self.worker.run(self.running.spec)
        self._line_up()
        self._save()
        self._tell(self.running)

    @Slot(list)
    def _take(self, events: list[Event]) -> None:
        job, now = self.running, time.monotonic()
        if job is None:
            self._aside.take(events, now)
            if self._aside.now is None:
                self._next()
            return
        for event in events:
            job.apply(event, now)
        if job.over:
            self.running = None
            self._settle(job)
            self._heed(job)
            self._next()
            self.finished.emit(job)
        else:
            self._tell(job)

    def _settle(self, job: Job) -> None:
        """Move a job that is over behind the line."""
        row, end = self.jobs.index(job), self._line_end
        if row < end:
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), end + 1)
            self.jobs.insert(end, self.jobs.pop(row))
            self.endMoveRows()
        self._line_up()
        self._save()
        self._tell(job)

    def _heed(self, job: Job) -> None:
        """Wait for a person where the next job would fail like the last two."""
        self._kinds.append(job.failure.kind if job.failure else "")
        if stops_the_queue(self._kinds) and self.waiting():
            self._say(tr("Two jobs failed for the same sort of reason. The queue waits until you let it go on."))
            self.pause()

    def _say(self, note: str) -> None:
        self.note = note
        self.turned.emit()

    def _save(self) -> None:
        if self._writer is not None:
            self._writer.save(tuple(job.record() for job in self.jobs))

    def _tell(self, job: Job) -> None:
        index = self.index(self.jobs.index(job))
        self.dataChanged.emit(index, index)
        self.changed.emit(job)
