"""When the frames of clips begin, and which of them are due at the same moment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

SLACK = 0.001
"""Seconds by which the starts of two frames may differ and still count as one moment: WebM keeps whole milliseconds."""
_LONGEST = 20_000
"""Frames of one clock; a still frame beside an hour of film adds none."""


@dataclass(frozen=True)
class Reel:
    """The frames of one clip in time: `starts` in seconds, the first at 0, and `end`, when the last one is over."""

    starts: tuple[float, ...]
    end: float

    @property
    def count(self) -> int:
        """The number of frames."""
        return len(self.starts)

    @property
    def pace(self) -> float:
        """Seconds that a frame usually stands."""
        gaps = [after - before for before, after in pairwise(self.starts)]
        return median(gaps) if gaps else self.end

    def over(self, index: int) -> float:
        """When a frame gives way to the next."""
        return self.starts[index + 1] if index + 1 < self.count else self.end

    def due(self, seconds: float) -> int:
        """The frame that stands at a moment: the first before the clip, the last behind it."""
        return max(0, bisect_right(self.starts, seconds + SLACK) - 1)

    def before(self, seconds: float) -> int:
        """The frame that stood just before a moment: what a clip that runs backwards shows."""
        return max(0, bisect_left(self.starts, seconds - 1e-6) - 1)


def even(count: int, fps: float) -> Reel:
    """`count` frames at `fps` a second."""
    return Reel(tuple(at / fps for at in range(count)), count / fps)


def reel(count: int, fps: float, times: Sequence[float] = ()) -> Reel:
    """A clip's frames by their own times in seconds where each has one and they rise, else at an even rate."""
    if len(times) != count or any(after <= before for before, after in pairwise(times)):
        return even(count, fps)
    starts = tuple(time - times[0] for time in times)
    last = median(after - before for before, after in pairwise(starts)) if count > 1 else 1 / fps
    return Reel(starts, (starts[-1] if starts else 0.0) + last)


def reference_of(reels: Mapping[str, Reel]) -> str:
    """The clip whose frames are the clock's: the one with the finest frames, so that no frame of any is passed over."""
    moving = {key: found for key, found in reels.items() if found.count > 1} or dict(reels)
    return min(moving, key=lambda key: (round(moving[key].pace / SLACK), -moving[key].count)) if moving else ""


def clock_of(reels: Mapping[str, Reel], reference: str = "") -> Reel:
    """The clock of a comparison: the frames of the reference, going on at its pace until the longest clip is over.

    All clips begin together and run in seconds. A step goes to the next frame of the reference, and every other clip
    shows what it shows at the moment at which that frame begins; a clip that is over stands at its last frame.
    """
    known = reels.get(reference) or reels.get(reference_of(reels))
    if known is None or not known.count:
        return Reel((), 0.0)
    starts, pace = list(known.starts), max(known.pace, SLACK)
    longest = max(found.end for found in reels.values() if found.count > 1 or found is known)
    while longest - (known.end + (len(starts) - known.count) * pace) > pace / 2 and len(starts) < _LONGEST:
        starts.append(known.end + (len(starts) - known.count) * pace)
    return Reel(tuple(starts), known.end + (len(starts) - known.count) * pace)


def frame_of(clock: Reel, shown: Reel, index: int, offset: int = 0) -> int:
    """The frame of a clip at a frame of the clock, nudged by `offset` of its own frames and kept inside the clip."""
    if not shown.count or not clock.count:
        return 0
    return min(max(0, shown.due(clock.starts[min(index, clock.count - 1)]) + offset), shown.count - 1)
