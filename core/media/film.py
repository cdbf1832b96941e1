"""A decoded clip, and what every long reading, writing and composing has in common."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""RGB bytes (h, w, 3) of one frame, or (n, h, w, 3) of many."""

Tell = Callable[[int, int], None]
"""Is told how many of how many frames are done, 0 where the number is not known; raises Cancelled to stop the work."""


def silent(_done: int, _total: int) -> None:
    """For work that nobody follows."""


@dataclass(frozen=True)
class Clip:
    """A decoded clip: `frames` is (n, h, w, 3) RGB bytes.

    `times` are the seconds at which each frame starts, the first at 0; empty where they follow from `fps`. `full` is
    the width and height in the file, where the frames were made smaller to be held in memory. `sound` says that the
    file has a sound track.
    """

    frames: Frame
    fps: float
    metadata: dict[str, Any] = field(default_factory=dict)
    times: tuple[float, ...] = ()
    full: tuple[int, int] | None = None
    sound: bool = False

    @cached_property
    def starts(self) -> tuple[float, ...]:
        """The second at which each frame starts."""
        return self.times or tuple(k / self.fps for k in range(len(self.frames)))

    @property
    def seconds(self) -> float:
        """How long it plays; the last frame stands as long as one does on average."""
        return self.starts[-1] + 1 / self.fps


def frame_at(starts: tuple[float, ...], seconds: float) -> int:
    """The index of the frame that is shown at a time; the last where the clip has ended."""
    return max(0, bisect_right(starts, seconds + 1e-4) - 1)


def timing(stamps: list[float], told: float) -> tuple[float, tuple[float, ...]]:
    """Frames a second and, where the gaps differ, the start of each frame, from stamps in seconds and the file's word.

    A container that counts whole milliseconds makes gaps of 33 and 34: those are steady.
    """
    starts = [at - stamps[0] for at in stamps]
    gaps = [after - before for before, after in pairwise(starts)]
    usable = 0 < told < 1000
    if not gaps or min(gaps) <= 0:
        return (told if usable else 1.0), ()
    usual = median(gaps)
    if all(abs(gap - usual) <= max(0.0015, 0.1 * usual) for gap in gaps):
        rate = len(gaps) / starts[-1]
        return (told if usable and abs(told - rate) < 0.05 * rate else rate), ()
    return len(gaps) / starts[-1], tuple(starts)


def durations(clip: Clip, unit: int) -> list[int]:
    """Milliseconds that each frame stands, in whole units of so many; none is under two, and the sum does not drift."""
    ends = [round(1000 / unit * at) for at in (*clip.starts, clip.seconds)]
    return [unit * max(2, after - before) for before, after in pairwise(ends)]


def steady(clip: Clip) -> tuple[list[int], float]:
    """Which frame to show at each tick of one constant rate, and that rate, for formats that know no other.

    A frame that stands longer is repeated.
    """
    if not clip.times:
        return list(range(len(clip.frames))), clip.fps
    fps = min(60.0, 1 / min(after - before for before, after in pairwise(clip.times)))
    count = max(1, round(clip.seconds * fps))
    return [frame_at(clip.times, k / fps) for k in range(count)], fps
