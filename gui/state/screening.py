"""The decoded clips of a comparison on one clock: which frame of each is due, and its picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gui.state.timebase import Reel, clock_of, even, frame_of, reel, reference_of

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from gui.workers.clip_loader import Film


@dataclass(frozen=True)
class Screening:
    """Films by the key of their pane; `reference` is the one whose frames are the clock's."""

    films: Mapping[str, Film] = field(default_factory=dict)
    reels: Mapping[str, Reel] = field(default_factory=dict)
    reference: str = ""
    clock: Reel = field(default_factory=lambda: even(0, 8.0))

    @property
    def mixed(self) -> bool:
        """Whether the clips differ in their frames' times, so that it matters whose frames are stepped through."""
        return len({found.starts for found in self.reels.values() if found.count > 1}) > 1

    @property
    def width(self) -> float:
        """The widest picture, in pixels."""
        return max((float(film.frames[0].width()) for film in self.films.values() if film.frames), default=512.0)

    def index(self, key: str, at: int, offset: int = 0) -> int:
        """The frame of a pane's own clip at a frame of the clock."""
        return frame_of(self.clock, self.reels[key], at, offset) if key in self.reels else 0

    def picture(self, key: str, at: int, offset: int = 0) -> QImage | None:
        """What a pane shows at a frame of the clock; None without a film."""
        film = self.films.get(key)
        return film.frames[self.index(key, at, offset)] if film is not None and film.frames else None


def screening(films: Mapping[str, Film], reference: str = "") -> Screening:
    """Put films on one clock, that of the reference or else of the finest; see `clock_of`."""
    reels = {key: reel(len(film.frames), film.fps, film.times) for key, film in films.items() if film.frames}
    known = reference if reference in reels else reference_of(reels)
    return Screening(dict(films), reels, known, clock_of(reels, known))
