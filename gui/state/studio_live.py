"""A still that follows the strength slider: the original beside the erased encoder, made anew as the slider moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTemporaryDir, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.checks import check_prompt
from core.jobs.spec import GenerateSpec
from gui.state.jobs import Job, JobState

if TYPE_CHECKING:
    from gui.state.job_queue import JobQueue


@dataclass(frozen=True)
class Still:
    """A picture to make; without an entry the original encoder makes it."""

    prompt: str
    seed: int
    family: str
    entry: str = ""
    strength: float | None = None

    @property
    def original(self) -> Still:
        """The same picture by the original encoder."""
        return replace(self, entry="", strength=None)


class LiveStill(QObject):
    """Makes the newest still that was asked for, one at a time; `changed` follows each picture and each word.

    A still that is being made is finished before the newest is begun, so that pictures keep coming while the slider
    moves. `words` say what it waits for, empty when all is shown.
    """

    changed = Signal()

    def __init__(self, jobs: JobQueue, library: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs, self.library = jobs, library
        self.words = ""
        self.shown: Still | None = None
        self._wanted: Still | None = None
        self._made: dict[Still, QImage] = {}
        self._running = self._closed = False
        self._folder: QTemporaryDir | None = None
        self._count = 0
        jobs.finished.connect(self._later)

    @property
    def before(self) -> QImage | None:
        """The original's picture of what is wanted."""
        return self._made.get(self._wanted.original) if self._wanted else None

    @property
    def after(self) -> QImage | None:
        """The newest picture of the erased encoder; while one is dragged to, the one before."""
        return self._made.get(self.shown) if self.shown else None

    def ask(self, wanted: Still | None) -> None:
        """Want another still, None to stop."""
        self._wanted = wanted
        if wanted is None or self.shown is None or self.shown.original != wanted.original:
            self.shown = None
        self._next()
        self.changed.emit()

    def _missing(self) -> Still | None:
        wanted = self._wanted
        if wanted is None:
            return None
        return next((still for still in (wanted.original, wanted) if still not in self._made), None)

    def _next(self) -> None:
        if self._running:
            return
        still = self._missing()
        if still is None:
            self.words = ""
            self._show()
        elif not self._begin(still):
            self.words = tr("A job has the engine: the picture follows when it is done.")
        self.changed.emit()

    def _begin(self, still: Still) -> bool:
        """Start a still; False while a job has the engine. What cannot be made is told and not asked for again."""
        path = self._path()
        spec = GenerateSpec(still.prompt, still.family, "still", still.entry, still.strength, seed=still.seed,
                            library=self.library, out=str(path))  # fmt: skip
        try:
            check_prompt(still.prompt)
        except LacunaError as error:
            self._refuse(str(error))
            return True
        self._running = self.jobs.quick(spec, lambda job: self._take(still, path, job))
        if self._running:
            self.words = tr("Making the picture…")
        return self._running

    def _path(self) -> Path:
        if self._folder is None:
            self._folder = QTemporaryDir()
        self._count += 1
        return Path(self._folder.path()) / f"{self._count}.png"

    def _refuse(self, words: str) -> None:
        self._wanted, self.words = None, words

    def _take(self, still: Still, path: Path, job: Job) -> None:
        if self._closed:
            return
        self._running = False
        if job.state is JobState.DONE:
            self._made[still] = QImage(str(path))
            path.unlink(missing_ok=True)
            self._forget()
            self._show()
            self._next()
        elif job.state is JobState.FAILED and job.failure is not None:
            self._refuse(f"{job.failure.what} {job.failure.why}".strip())
        else:
            self.words = tr("A job has the engine: the picture follows when it is done.")
            self._later()
        self.changed.emit()

    def _show(self) -> None:
        """Show the newest picture of the same prompt and seed."""
        wanted = self._wanted
        if wanted is None:
            return
        fitting = [still for still in self._made if still.entry == wanted.entry and still.original == wanted.original]
        if wanted in self._made:
            self.shown = wanted
        elif wanted.entry and fitting:
            self.shown = fitting[-1]

    def _forget(self) -> None:
        """Keep what a slider can come back to, and no more."""
        while len(self._made) > 64:
            del self._made[next(iter(self._made))]

    @Slot()
    def _later(self) -> None:
        """Try again once the queue has decided whether another job follows."""
        QTimer.singleShot(0, self, self._next)

    def close(self) -> None:
        """Make nothing more, and hear nothing of what is being made."""
        self._wanted, self._closed, self._folder = None, True, None
