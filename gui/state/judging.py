"""What the judge says of each frame that is compared: read from the clips, or asked of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.i18n import tr
from core.jobs.events import CANCELLED
from core.jobs.spec import JudgeSpec
from gui.state.comparison import Pane
from gui.state.pane_facts import metadata_of, seen_of

if TYPE_CHECKING:
    from gui.state.job_queue import JobQueue
    from gui.state.jobs import Job
    from gui.workers.clip_loader import Film

_STARTER = "starter"


class Judging(QObject):
    """The figures of the panes on the stage, by key; `library` is the folder beside whose clips they are kept."""

    changed = Signal()
    """Other figures, or the judge began or ended."""
    failed = Signal(str)
    """Why nothing was judged, in words."""

    def __init__(self, jobs: JobQueue, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._library = jobs, library
        self._panes: dict[str, Pane] = {}
        self._films: dict[str, Film] = {}
        self._found: dict[str, tuple[float, ...]] = {}
        self.busy = False

    def take(self, panes: Sequence[Pane], films: Mapping[str, Film]) -> None:
        """Take the panes of another comparison with their films."""
        self._panes, self._films = {pane.key: pane for pane in panes}, dict(films)
        self.changed.emit()

    def seen(self, key: str) -> tuple[float, ...]:
        """The figure of each of a pane's own frames, empty before judging."""
        pane, film = self._panes[key], self._films.get(key)
        found = self._found.get(str(pane.path), ()) or seen_of(pane, film)
        return found if film is not None and len(found) == len(film.frames) else ()

    def concepts(self) -> tuple[str, ...]:
        """What to look for: the concepts of the entries, or what the clips themselves name; empty if nobody knows."""
        named: dict[str, None] = {}
        for key, pane in self._panes.items():
            manifest = pane.entry.manifest if pane.entry else None
            told = metadata_of(pane, self._films.get(key)).get("concept")
            named |= dict.fromkeys(manifest.gone if manifest else (told,) if isinstance(told, str) and told else ())
        return tuple(named)

    def missing(self) -> list[Pane]:
        """The panes whose frames were not judged."""
        return [pane for key, pane in self._panes.items() if key in self._films and not self.seen(key)]

    def possible(self) -> bool:
        """Whether something is left to judge, and for what is known."""
        return not self.busy and bool(self.missing() and self.concepts())

    def start(self) -> None:
        """Ask the engine about every pane that was not judged."""
        if not self.possible():
            return
        paths = tuple(str(pane.path) for pane in self.missing())
        spec = JudgeSpec(paths, self.concepts(), self._family(), library=str(self._library), kind=self._kind())
        if self._jobs.quick(spec, self._done):
            self.busy = True
            self.changed.emit()
        else:
            self.failed.emit(tr("The judge waits for the running job; try again when it is done."))

    def _kind(self) -> str:
        """The kind of names that no list holds, as the entries or the clips have it."""
        told = (metadata_of(pane, self._films.get(key)).get("kind") for key, pane in self._panes.items())
        entries = (pane.entry.manifest.kind for pane in self._panes.values() if pane.entry and pane.entry.manifest)
        return next((str(kind) for kind in (*entries, *told) if kind), "")

    def _family(self) -> str:
        told = (metadata_of(pane, self._films.get(key)).get("family") for key, pane in self._panes.items())
        entries = (pane.entry.manifest.family for pane in self._panes.values() if pane.entry and pane.entry.manifest)
        return next((str(name) for name in (*entries, *told) if name), _STARTER)

    def _done(self, job: Job) -> None:
        self.busy = False
        if job.result is not None:
            for path, values in dict(job.result.data.get("frames", {})).items():
                self._found[str(path)] = tuple(float(value) for value in values)
        elif job.failure is not None and job.failure.kind != CANCELLED:
            self.failed.emit(" ".join(part for part in (job.failure.what, job.failure.why, job.failure.fix) if part))
        self.changed.emit()
