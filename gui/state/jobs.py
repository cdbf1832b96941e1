"""One job as the window sees it: what it was asked, and all that its events have told so far."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from core.i18n import number, tr
from core.jobs.events import CANCELLED, Event, Failure, Log, Metric, Preview, Progress, Result, Stage
from core.jobs.queue import JobState, Record, new_key, stamp, summary
from core.jobs.spec import EraseSpec, IdentifySpec, JobSpec, ProbeSpec, ShootSpec
from core.jobs.titles import subtitle_of, title_of
from gui.state.words import duration

__all__ = ["RESULTS", "Job", "JobState", "cancelled_while_waiting"]

RESULTS = {
    "compare": tr("Open in Compare"),
    "probe": tr("Read the report"),
    "erase": tr("Choose a concept"),
    "studio": tr("Look at them"),
}
"""What leads to a job's result, in words, by the place that shows it."""
LOG_LINES = 2_000
"""Log lines that a job keeps; the oldest go first."""
_QUIET = 60.0
"""Seconds without a word after which a person is told that the engine is silent."""


@dataclass(eq=False)
class Job:
    """One job and all that its events have told; `started`, `ended` and `heard` are seconds of a monotonic clock.

    `about` is the name of the entry that it looks at, for its title. `line` is its place among the waiting jobs, from
    1; `created`, `began` and `over_at` are UTC as the queue's file holds them; `seconds` is how long it ran.
    """

    spec: JobSpec
    about: str = ""
    id: str = field(default_factory=new_key)
    state: JobState = JobState.QUEUED
    attempts: int = 1
    line: int = 0
    created: str = field(default_factory=stamp)
    began: str = ""
    over_at: str = ""
    seconds: float = 0.0
    started: float = 0.0
    heard: float = 0.0
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
    logged: int = 0
    result: Result | None = None
    failure: Failure | None = None

    @classmethod
    def of(cls, record: Record) -> Job:
        """The job that a record remembers; its pictures, curves and log are gone."""
        job = cls(record.spec, record.about, record.key, record.state, record.attempts)
        job.created, job.began, job.over_at = record.created, record.started, record.ended
        job.seconds = record.seconds
        if record.state is JobState.DONE:
            job.result = Result("", dict(record.result))
        if record.failure:
            job.failure = Failure(**record.failure)
        return job

    def record(self) -> Record:
        """What the queue's file remembers of it."""
        told = self.failure
        return Record(
            spec=self.spec,
            key=self.id,
            about=self.about,
            state=self.state,
            created=self.created,
            started=self.began,
            ended=self.over_at,
            seconds=self.seconds,
            attempts=self.attempts,
            result=summary(self.result.data) if self.result else {},
            failure={"kind": told.kind, "what": told.what, "why": told.why, "fix": told.fix} if told else {},
        )

    @property
    def title(self) -> str:
        """What the job does, in a few words."""
        return title_of(self.spec, self.about)

    @property
    def subtitle(self) -> str:
        """The model and the method, or the probes."""
        return subtitle_of(self.spec)

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
        if isinstance(self.spec, ShootSpec):
            return "studio"
        return "compare" if self.entry else ""

    @property
    def editable(self) -> bool:
        """Whether a form can be filled from it."""
        return isinstance(self.spec, EraseSpec)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)

    @property
    def again(self) -> bool:
        """Whether it ended in a way that makes a person try again."""
        return self.state in (JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED)

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
        self.state, self.started, self.heard, self.began, self.line = JobState.RUNNING, now, now, stamp(), 0

    def apply(self, event: Event, now: float) -> None:
        """Take in one event."""
        self.heard = now
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
                self._note(event.message if event.level == "info" else f"{event.level}: {event.message}")
            case Result():
                self._end(JobState.DONE, now)
                self.result = event
            case Failure():
                self._fail(event, now)

    def _note(self, *lines: str) -> None:
        """Keep log lines; `logged` counts all there ever were."""
        self.log.extend(lines)
        self.logged += len(lines)
        del self.log[:-LOG_LINES]

    def _fail(self, event: Failure, now: float) -> None:
        self._end(JobState.CANCELLED if event.kind == CANCELLED else JobState.FAILED, now)
        self.failure = event
        if event.traceback:
            self._note(*event.traceback.rstrip().splitlines())

    def _end(self, state: JobState, now: float) -> None:
        self.seconds = max(0.0, now - self.started) if self.state is JobState.RUNNING else 0.0
        self.state, self.seconds_left, self.over_at, self.line = state, None, stamp(), 0

    def interrupt(self, now: float) -> None:
        """The window goes away while it runs."""
        self._end(JobState.INTERRUPTED, now)

    def pace(self, now: float) -> str:
        """Count, rate and time left of the running stage, as far as they are known."""
        parts = [tr("{done} of {total}", done=self.done, total=self.total)] if self.total else []
        elapsed = now - self.stage_started
        if self.done and elapsed > 0.5:
            parts.append(_rate_words(self.done / elapsed))
        if now - self.heard > _QUIET:
            parts.append(tr("nothing heard for {time}", time=duration(now - self.heard)))
        elif self.seconds_left is not None:
            parts.append(tr("about {time} left", time=duration(self.seconds_left)))
        return " · ".join(parts)

    def status(self) -> str:
        """One line for the list of jobs."""
        match self.state:
            case JobState.RUNNING:
                stage = self.stage or tr("Starting")
                if self.seconds_left is None:
                    return stage
                return f"{stage} · {tr('{time} left', time=duration(self.seconds_left))}"
            case JobState.DONE:
                return tr("Done in {time}", time=duration(self.seconds))
            case JobState.QUEUED:
                return tr("Queued #{number}", number=self.line) if self.line else tr("Queued")
            case JobState.FAILED:
                return tr("Failed")
            case JobState.CANCELLED:
                return tr("Cancelled")
            case JobState.INTERRUPTED:
                return tr("Interrupted")


def _rate_words(rate: float) -> str:
    """How fast pieces are done, by the second or by the piece."""
    if rate >= 1:
        return tr("{rate} a second", rate=number(rate, ".1f"))
    return tr("{seconds} seconds each", seconds=number(1 / rate, ".1f"))


def cancelled_while_waiting() -> Failure:
    """What a job says that was cancelled before its turn."""
    return Failure(CANCELLED, tr("The job was cancelled before it began."))
