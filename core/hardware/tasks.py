"""What is to be done on a device, as far as its memory is concerned. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Work(StrEnum):
    """Kinds of work that differ in what they keep in memory; `SCORE` and `ERASE` are jobs that are made of others."""

    PICTURES = "pictures"
    CLIPS = "clips"
    LEARN = "learn"
    JUDGE = "judge"
    PROBE = "probe"
    SCORE = "score"
    ERASE = "erase"


@dataclass(frozen=True)
class Task:
    """One piece of work. `method` and its `settings` are of an erasure; zeros take the host's frames and pixels.

    `count` is how many pictures or clips are wanted in all; fewer are made at once. `continued` says that an erasure
    begins from an entry, whose encoder is held beside the original.
    """

    work: Work
    method: str = "guarded"
    settings: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    frames: int = 0
    continued: bool = False
