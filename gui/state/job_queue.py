"""The queue: jobs as a list model, run one after the other by the engine worker."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from core.jobs.events import Event
from core.jobs.spec import JobSpec
from gui.state.jobs import Job, JobState, cancelled_while_waiting

if TYPE_CHECKING:
    from gui.workers.engine_worker import EngineWorker

Index = QModelIndex | QPersistentModelIndex
JOB_ROLE = Qt.ItemDataRole.UserRole


class JobQueue(QAbstractListModel):
    """Every job of this session, newest last. `changed` and `finished` carry the Job."""

    changed = Signal(object)
    finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: list[Job] = []
        self.running: Job | None = None

    @cached_property
    def worker(self) -> EngineWorker:
        """What runs the jobs; made for the first one, so that the first paint does not wait for it."""
        from gui.workers.engine_worker import EngineWorker

        made = EngineWorker(self)
        made.events.connect(self._take)
        return made

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
            return f"{job.title}, {job.status(time.monotonic())}"
        return job.title if role == Qt.ItemDataRole.DisplayRole else None

    def add(self, spec: JobSpec, about: str = "") -> Job:
        """Queue a job; it begins at once if nothing runs. `about` names the entry that it looks at."""
        job = Job(spec, about)
        at = len(self.jobs)
        self.beginInsertRows(QModelIndex(), at, at)
        self.jobs.append(job)
        self.endInsertRows()
        self._next()
        return job

    def retry(self, job: Job) -> Job:
        """Queue the same spec again."""
        return self.add(job.spec, job.about)

    def cancel(self, job: Job) -> None:
        """Stop a running job or drop a waiting one."""
        if job is self.running:
            self.worker.cancel()
        elif job.state is JobState.QUEUED:
            job.apply(cancelled_while_waiting(), time.monotonic())
            self._tell(job)

    def waiting(self) -> list[Job]:
        """The jobs whose turn has not come."""
        return [job for job in self.jobs if job.state is JobState.QUEUED]

    def close(self) -> None:
        """End the running job, the engine and its thread."""
        if "worker" in self.__dict__:
            self.worker.close()

    def _next(self) -> None:
        waiting = self.waiting()
        if self.running is None and waiting:
            self.running = waiting[0]
            self.running.start(time.monotonic())
            self.worker.run(self.running.spec)
            self._tell(self.running)

    @Slot(list)
    def _take(self, events: list[Event]) -> None:
        job = self.running
        if job is None:
            return
        for event in events:
            job.apply(event, time.monotonic())
        if job.over:
            self.running = None
        self._tell(job)
        if job.over:
            self.finished.emit(job)
            self._next()

    def _tell(self, job: Job) -> None:
        index = self.index(self.jobs.index(job))
        self.dataChanged.emit(index, index)
        self.changed.emit(job)
