"""Seconds of steps that should be alike: a GPU whose driver lends it the computer's memory gets suddenly slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from statistics import median

ENOUGH = 5
"""Steps of one work that must be timed before another is held against them."""
SLOWER, LONG = 6.0, 1.0
"""A step is slow that takes so many times their median, and so many seconds at least."""


class Pace:
    """Times the steps of a job and tells, once, when one takes far longer than those before of the same work."""

    def __init__(self, tell: Callable[[], None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._tell, self._clock = tell, clock
        self._seconds: dict[str, list[float]] = {}
        self._work, self._began, self._told = "", 0.0, False

    def tick(self, work: str) -> None:
        """A step of this work begins now; the one before it has ended if it was of the same work."""
        now = self._clock()
        if work == self._work:
            self._hear(self._seconds.setdefault(work, []), now - self._began)
        self._work, self._began = work, now

    def rest(self) -> None:
        """What comes next is no step."""
        self._work = ""

    def _hear(self, known: list[float], seconds: float) -> None:
        slow = len(known) >= ENOUGH and seconds >= max(LONG, SLOWER * median(known))
        if slow and not self._told:
            self._told = True
            self._tell()
        if not slow:
            known.append(seconds)


_PACE: ContextVar[Pace | None] = ContextVar("pace", default=None)


def tick(work: str) -> None:
    """A step of this work begins in the job that runs; nothing where no job watches its pace."""
    if watcher := _PACE.get():
        watcher.tick(work)


def rest() -> None:
    """What comes next in the job that runs is no step."""
    if watcher := _PACE.get():
        watcher.rest()


@contextmanager
def watching(pace: Pace) -> Generator[None]:
    """Meanwhile the steps of the job are timed."""
    token = _PACE.set(pace)
    try:
        yield
    finally:
        _PACE.reset(token)
