"""What a job has done so far, kept outside of its device: after an out-of-memory the next attempt goes on from it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from core.erasure.trainable import Delta
from core.hardware.oom import is_out_of_memory

T = TypeVar("T")


@dataclass
class Notes:
    """The notes of one job, which outlive its attempts: results by name, seconds by stage, and a folder for files.

    `tries_left` says that a leaner attempt follows if this one runs out of memory.

    Nothing that is noted may hold a tensor on a GPU, or a part of a model: the memory could not be given back.
    """

    folder: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    tries_left: bool = False
    _done: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What was made under this name, which is made now if no attempt came so far."""
        if name not in self._done:
            self._done[name] = make()
        return self._done[name]

    def put(self, name: str, value: object) -> None:
        """Note a value, in the place of an earlier one."""
        self._done[name] = value

    def get(self, name: str, kind: type[T]) -> T | None:
        """What was noted under this name, of this type; None where nothing was."""
        found = self._done.get(name)
        return found if isinstance(found, kind) else None


_NOTES: ContextVar[Notes | None] = ContextVar("notes", default=None)


def notes() -> Notes:
    """Those of the job that runs; outside of one, new ones that nobody else sees."""
    return _NOTES.get() or Notes()


def seconds_so_far() -> dict[str, float]:
    """The seconds of the running job's stages, which its attempts add to."""
    return notes().seconds


@contextmanager
def remembering() -> Generator[Notes]:
    """A job begins; its notes and their folder last until it is over."""
    with tempfile.TemporaryDirectory(prefix="lacuna-", ignore_cleanup_errors=True) as folder:
        kept = Notes(Path(folder))
        token = _NOTES.set(kept)
        try:
            yield kept
        finally:
            _NOTES.reset(token)


def comes_again(error: Exception) -> bool:
    """Whether a job that ends with this error is tried once more, so that it need not tidy up yet."""
    return is_out_of_memory(error) and notes().tries_left


@contextmanager
def workplace() -> Generator[Path]:
    """A folder for the files of the running job, the same for all its attempts; one of its own outside of a job."""
    if folder := notes().folder:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="lacuna-") as made:
        yield Path(made)


@dataclass(frozen=True)
class Mark:
    """Where an erasure stood when it was last judged: Δ after `step` steps, as float32 arrays by tensor name."""

    step: int
    delta: Delta
