"""Quick jobs beside the queue: one that is not listed, and gives way to a newer one and to every listed job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.jobs.events import Event
from core.jobs.spec import JobSpec
from gui.state.jobs import Job, cancelled_while_waiting

Done = Callable[[Job], None]


@dataclass(frozen=True)
class Asked:
    """A quick job and who hears of its end."""

    job: Job
    done: Done


class Aside:
    """Holds the quick job that runs and the one that is to follow; `run` and `cancel` are the engine's."""

    def __init__(self, run: Callable[[JobSpec], None], cancel: Callable[[], None]) -> None:
        self._run, self._cancel = run, cancel
        self.now: Asked | None = None
        self.next: Asked | None = None

    def ask(self, spec: JobSpec, done: Done, now: float) -> None:
        """Run a quick job, in place of what is waiting here and soon in place of what runs here."""
        asked = Asked(Job(spec), done)
        if self.now is None:
            self._begin(asked, now)
            return
        self._drop(now)
        self.next = asked
        self.hurry()

    def hurry(self) -> None:
        """Cut the running one short, unless it is still opening the model: that serves its successor as well."""
        if self.now is not None and self.now.job.done:
            self._cancel()

    def yield_to_listed(self, now: float) -> None:
        """A listed job wants the engine."""
        self._drop(now)
        if self.now is not None:
            self._cancel()

    def take(self, events: list[Event], now: float) -> None:
        """Take in what the engine says; at the end the next one begins."""
        if self.now is None:
            return
        asked = self.now
        for event in events:
            asked.job.apply(event, now)
        if asked.job.over:
            self._follow(asked, now)
        elif self.next is not None:
            self.hurry()

    def _follow(self, asked: Asked, now: float) -> None:
        self.now, following, self.next = None, self.next, None
        if following is not None:
            self._begin(following, now)
        asked.done(asked.job)

    def _begin(self, asked: Asked, now: float) -> None:
        self.now = asked
        asked.job.start(now)
        self._run(asked.job.spec)

    def _drop(self, now: float) -> None:
        dropped, self.next = self.next, None
        if dropped is not None:
            dropped.job.apply(cancelled_while_waiting(), now)
            dropped.done(dropped.job)
