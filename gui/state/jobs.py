"""The jobs of this session: what each has said so far, and the queue that runs one after the other."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field
from enum import StrEnum

from core.jobs.events import Event, Failure, Log, Metric, Preview, Progress, Result, Stage
from core.jobs.probe_list import OWN, PROBES
from core.jobs.spec import EraseSpec, GenerateSpec, IdentifySpec, JobSpec, ProbeSpec, StackSpec
from core.models.catalogue import family_card
from gui.state.words import duration


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_COUNTER = itertools.count(1)


@dataclass(eq=False)
class Job:
    """One job and all that its events have told; times are seconds of a monotonic clock.

    `about` is the name of the entry that it looks at, for its title.
    """

    spec: JobSpec
    about: str = ""
    id: int = field(default_factory=lambda: next(_COUNTER))
    state: JobState = JobState.QUEUED
    started: float = 0.0
    ended: float = 0.0
    stage: str = ""
    stage_index: int = 0
    stage_count: int = 0
    stage_started: float = 0.0
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    preview: bytes = b""
    preview_caption: str = ""
    metrics: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    result: Result | None = None
    failure: Failure | None = None

    @property
    def title(self) -> str:
        """What the job does, in a few words."""
        match self.spec:
            case EraseSpec(concept=concept, also=also, start=start):
                return f"{'Harden' if start else 'Erase'} {_listed((concept, *also))}"
            case GenerateSpec():
                return "Make a clip"
            case IdentifySpec():
                return "Ask what the model knows"
            case ProbeSpec():
                return f"Probe {self.about or 'an entry'}"
            case StackSpec(entries=entries, name=name):
                return f"Stack {name or f'{len(entries)} entries'}"
            case _:
                return "Score an entry"

    @property
    def subtitle(self) -> str:
        """The model and the method, or the probes."""
        match self.spec:
            case EraseSpec(family=family, preset=preset):
                return f"{family_card(family).title} · {preset.replace('_', ' ')}"
            case IdentifySpec(family=family, pictures=pictures):
                return f"{family_card(family).title} · {pictures} pictures of each concept"
            case ProbeSpec(probes=probes):
                return ", ".join(card.title for card in (*PROBES, OWN) if card.name in probes)
            case StackSpec(how=how):
                return f"Stacked by {how}"
            case _:
                return ""

    @property
    def entry(self) -> str:
        """The id of the library entry that the job made or looked at, empty if none."""
        return str(self.result.data.get("entry", "")) if self.result else ""

    @property
    def place(self) -> str:
        """The key of the page that shows what came of it; empty while there is nothing to show."""
        if self.result is None:
            return ""
        if isinstance(self.spec, IdentifySpec):
            return "erase"
        if isinstance(self.spec, ProbeSpec):
            return "probe"
        return "compare" if self.entry else ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def fraction(self) -> float:
        """How much of the job is behind it, in [0, 1], counting stages as equal."""
        if self.state is JobState.DONE:
            return 1.0
        if not self.stage_count:
            return 0.0
        return (self.stage_index - 1 + (self.done / self.total if self.total else 0.0)) / self.stage_count

    def start(self, now: float) -> None:
        """The engine has it now."""
        self.state, self.started = JobState.RUNNING, now

    def apply(self, event: Event, now: float) -> None:
        """Take in one event."""
        match event:
            case Stage():
                self.stage, self.stage_index, self.stage_count = event.name, event.index, event.count
                self.stage_started, self.done, self.total = now, 0, 0
            case Progress():
                self.done, self.total, self.seconds_left = event.done, event.total, event.seconds_left
            case Preview():
                self.preview, self.preview_caption = base64.b64decode(event.png), event.caption
            case Metric():
                self.metrics.setdefault(event.name, []).append((event.step, event.value))
            case Log():
                self.log.append(event.message if event.level == "info" else f"{event.level}: {event.message}")
            case Result():
                self._end(JobState.DONE, now)
                self.result = event
            case Failure():
                self._fail(event, now)

    def _fail(self, event: Failure, now: float) -> None:
        self._end(JobState.CANCELLED if event.kind == "cancelled" else JobState.FAILED, now)
        self.failure = event
        if event.traceback:
            self.log.extend(event.traceback.rstrip().splitlines())

    def _end(self, state: JobState, now: float) -> None:
        self.state, self.ended, self.seconds_left = state, now, None

    def pace(self, now: float) -> str:
        """Count, rate and time left of the running stage, as far as they are known."""
        parts = [f"{self.done} of {self.total}"] if self.total else []
        elapsed = now - self.stage_started
        if self.done and elapsed > 0.5:
            rate = self.done / elapsed
            parts.append(f"{rate:.1f} a second" if rate >= 1 else f"{1 / rate:.1f} seconds each")
        if self.seconds_left is not None:
            parts.append(f"about {duration(self.seconds_left)} left")
        return " · ".join(parts)

    def status(self, now: float) -> str:
        """One line for the list of jobs."""
        if self.state is JobState.RUNNING:
            left = f" · {duration(self.seconds_left)} left" if self.seconds_left is not None else ""
            return f"{self.stage or 'Starting'}{left}"
        if self.state is JobState.DONE:
            return f"Done in {duration(self.ended - self.started)}"
        return {"queued": "Waiting", "failed": "Failed", "cancelled": "Cancelled"}[self.state.value]


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def cancelled_while_waiting() -> Failure:
    """What a job says that was cancelled before its turn."""
    return Failure("cancelled", "The job was cancelled before it began.")
