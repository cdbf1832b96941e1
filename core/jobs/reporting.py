"""How a job tells what it is doing: stages, progress with time left, previews, figures, and a cancel that is heard."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from torch import Tensor

from core.errors import Cancelled
from core.generation.glimpse import glimpse
from core.generation.sample import Frames
from core.i18n import tr
from core.jobs.events import Emit, Log, Metric, Preview, Progress, Stage
from core.jobs.resuming import seconds_so_far
from core.media.clip import png_bytes
from core.media.picture import small
from core.models.catalogue import FamilyCard

_ENOUGH = 4.0
"""Expected seconds of work, as measured on two cores, that must be timed before a time left is told."""
PREVIEW = 512
"""Pixels of a preview's longer side; it goes through the engine's pipe and is shown small."""
_GLIMPSE = 0.25
"""Seconds between two glimpses of what is being sampled."""


@dataclass
class Report:
    """Emits events for one job; `weights` are the expected seconds of each stage, which give the time left."""

    emit: Emit
    cancelled: Callable[[], bool]
    weights: dict[str, float]
    seconds: dict[str, float] = field(default_factory=seconds_so_far)
    clock: Callable[[], float] = time.perf_counter
    _stage: str = ""
    _began: float = 0.0
    _said: float = 0.0
    _glimpsed: float = 0.0
    _warned: set[str] = field(default_factory=set)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A part of the job; its seconds are added up under its name, and a person is told it in their language."""
        self.check()
        self._stage, self._began = name, self.clock()
        self.emit(Stage(tr(name), list(self.weights).index(name) + 1, len(self.weights)))
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self.clock() - self._began

    def check(self) -> None:
        """Raise Cancelled when the person asked to stop."""
        if self.cancelled():
            raise Cancelled

    def progress(self, done: int, total: int, share: float | None = None) -> None:
        """Say how far the stage is, at most ten times a second, and hear a cancel.

        `share` is the part of the stage's seconds that is over, in [0, 1], where the pieces differ in length.
        """
        self.check()
        now = self.clock()
        if now - self._said >= 0.1 or done == total:
            self._said = now
            over = share if share is not None else done / total if total else 0.0
            self.emit(Progress(done, total, self._left(over, now) if done > 1 or share else None))

    def _left(self, share: float, now: float) -> float | None:
        """The seconds left of the whole job; None until enough was timed to know how fast this computer is.

        Opening the model tells nothing of that: a warm engine has it open.
        """
        passed = now - self._began
        names = list(self.weights)
        at = names.index(self._stage)
        timed = [name for name in names[1:at] if name in self.seconds]
        expected = sum(self.weights[name] for name in timed) + self.weights[self._stage] * share
        if share <= 0 or passed < 0.5 or expected < min(_ENOUGH, 0.2 * sum(self.weights.values())):
            return None
        pace = (sum(self.seconds[name] for name in timed) + passed) / expected
        return passed / share * (1 - share) + pace * sum(self.weights[name] for name in names[at + 1 :])

    def glimpse(self, latents: Tensor, card: FamilyCard, caption: str) -> None:
        """Show what is being sampled, at most four times a second."""
        now = self.clock()
        if now - self._glimpsed >= _GLIMPSE:
            self._glimpsed = now
            frames = glimpse(latents, card)
            if frames is not None:
                self.preview(frames, caption)

    def preview(self, frames: Frames, caption: str) -> None:
        """Show the middle frame of the first picture or clip of a batch."""
        middle = small(frames[0, frames.shape[1] // 2], PREVIEW)
        self.emit(Preview(base64.b64encode(png_bytes(middle)).decode(), caption))

    def metric(self, name: str, step: int, value: float) -> None:
        """One point of a curve."""
        self.emit(Metric(name, step, value))

    def log(self, message: str, level: str = "info") -> None:
        """A line for the log."""
        self.emit(Log(level, message))

    def warn(self, message: str) -> None:
        """A line of the log that a person should read, once a job."""
        if message not in self._warned:
            self._warned.add(message)
            self.log(message, "warning")
