"""What a job will take of a device's memory, by part, in words; asked anew every few seconds, beside the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.jobs.spec import JobSpec
from gui.workers.errands import Errands

EVERY = 4_000
"""Milliseconds after which the device is asked again what is free: other programs come and go."""


@dataclass(frozen=True)
class Piece:
    """A part of the bar: its words, its bytes, and its colour by theme role."""

    title: str
    bytes: int
    role: str


@dataclass(frozen=True)
class Bar:
    """What is shown: `total` bytes of the device, `device` in words, the verdict in one word and in a sentence or two.

    `refused` is whether the job will not be started unless a person says that it is to be done anyway.
    """

    pieces: tuple[Piece, ...] = ()
    total: int = 0
    device: str = ""
    verdict: str = ""
    role: str = "muted"
    why: str = ""
    refused: bool = False

    @property
    def taken(self) -> int:
        """Bytes of all pieces."""
        return sum(piece.bytes for piece in self.pieces)


NOTHING = Bar()
"""Before anything is known."""


class MemoryGauge(QObject):
    """Foresees a job's memory, and looks at the device again while it is watched; `changed` tells of another `bar`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bar = NOTHING
        self._spec: JobSpec | None = None
        self._asked = 0
        self._errands = Errands(1, self)
        self._errands.done.connect(self._take)
        self._clock = QTimer(self)
        self._clock.setInterval(EVERY)
        self._clock.timeout.connect(self._ask)

    @property
    def watched(self) -> bool:
        """Whether the device is looked at."""
        return self._clock.isActive()

    def watch(self, on: bool) -> None:
        """Look at the device every few seconds, or no longer."""
        if on:
            self._clock.start()
            self._ask()
        else:
            self._clock.stop()

    def show(self, spec: JobSpec) -> None:
        """Foresee another job."""
        if self._spec != spec:
            self._spec = spec
            if self.watched:
                self._ask()

    def _ask(self) -> None:
        if self._spec is None:
            return
        self._asked += 1
        key, spec = str(self._asked), self._spec
        self._errands.run(key, lambda: _foreseen(spec) if key == str(self._asked) else None)

    @Slot(str, object)
    def _take(self, key: str, found: object) -> None:
        if key == str(self._asked) and isinstance(found, Bar) and found != self.bar:
            self.bar = found
            self.changed.emit()

    def close(self) -> None:
        """Stop looking, and wait for what is being asked."""
        self._clock.stop()
        self._errands.close()


def _foreseen(spec: JobSpec) -> Bar:
    """The bar of a job; the planner is imported here, beside the window, which is not to wait for it."""
    from gui.state.foreseen import bar_of_job

    return bar_of_job(spec)
