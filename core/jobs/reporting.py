"""How a job tells what it is doing: stages, progress with time left, previews, figures, and a cancel that is heard."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.errors import Cancelled
from core.generation.sample import Frames
from core.jobs.events import Emit, Log, Metric, Preview, Progress, Stage
from core.media.clip import png_bytes


@dataclass
class Report:
    """Emits events for one job; `weights` are the expected seconds of each stage, which give the time left."""

    emit: Emit
    cancelled: Callable[[], bool]
    weights: dict[str, float]
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _began: float = 0.0
    _said: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A part of the job; its seconds are kept under its name."""
        self.check()
        self._stage, self._began = name, time.perf_counter()
        self.emit(Stage(name, list(self.weights).index(name) + 1, len(self.weights)))
        yield
        self.seconds[name] = time.perf_counter() - self._began

    def check(self) -> None:
        """Raise Cancelled when the person asked to stop."""
        if self.cancelled():
            raise Cancelled

    def progress(self, done: int, total: int) -> None:
        """Say how far the stage is, at most ten times a second, and hear a cancel."""
        self.check()
        now = time.perf_counter()
        if now - self._said >= 0.1 or done == total:
            self._said = now
            self.emit(Progress(done, total, self._left(done, total, now)))

    def _left(self, done: int, total: int, now: float) -> float | None:
        passed = now - self._began
        if done < 2 or passed < 0.5:
            return None
        names = list(self.weights)
        later = sum(self.weights[name] for name in names[names.index(self._stage) + 1 :])
        planned = sum(self.weights[name] for name in self.seconds)
        pace = sum(self.seconds.values()) / planned if planned else 1.0
        return passed / done * (total - done) + later * pace

    def preview(self, frames: Frames, caption: str) -> None:
        """Show the middle frame of the first picture or clip of a batch."""
        middle = frames[0, frames.shape[1] // 2]
        self.emit(Preview(base64.b64encode(png_bytes(middle)).decode(), caption))

    def metric(self, name: str, step: int, value: float) -> None:
        """One point of a curve."""
        self.emit(Metric(name, step, value))

    def log(self, message: str, level: str = "info") -> None:
        """A line for the log."""
        self.emit(Log(level, message))
