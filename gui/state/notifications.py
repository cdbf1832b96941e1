"""What the desktop is told of jobs that end while nobody looks at the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from core.i18n import tr
from gui.state.job_queue import JobQueue
from gui.state.jobs import Job, JobState


def news(job: Job, waiting: int) -> str:
    """What to say of a job that is over, and of how many wait; empty for one that the person ended."""
    if job.state is JobState.CANCELLED:
        return ""
    what = job.failure.what if job.failure else f"{job.status()}."
    if not waiting:
        return what
    one, more = tr("One more job waits."), tr("{count} more jobs wait.", count=waiting)
    return f"{what} {one if waiting == 1 else more}"


class Notifier(QObject):
    """Hears of every job's end; `told` carries its title, what to say, and the Job.

    `looked_at` says whether the person has the window before them, where its own notice is enough.
    """

    told = Signal(str, str, object)

    def __init__(self, queue: JobQueue, looked_at: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._looked_at = queue, looked_at
        queue.finished.connect(self._ended)

    def _ended(self, job: Job) -> None:
        said = news(job, sum(not other.over for other in self._queue.jobs))
        if said and not self._looked_at():
            self.told.emit(job.title, said, job)
