"""The one clock of a comparison: a frame index that every pane shows, moved by time, by steps or by hand."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from gui.state.timebase import Reel, even

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
FASTEST = 8.0
"""The most that repeated presses of J or L make of the clip's own speed."""


def place(reel: Reel, now: float, backwards: bool, span: tuple[int, int], loop: bool) -> tuple[int, bool]:
    """The frame shown once the clock has run to `now` seconds of film, and whether it has ended.

    `span` names the first and the last frame that are played. A clock that runs backwards leaves a frame where the
    frame begins.
    """
    low, high = reel.starts[span[0]], reel.over(span[1])
    ended = not loop and (now <= low + 1e-6 if backwards else now >= high - 1e-6)
    if loop and not low < now < high:
        now = high - (high - now) % (high - low) if backwards else low + (now - low) % (high - low)
    index = reel.before(now) if backwards else reel.due(now)
    return min(max(index, span[0]), span[1]), ended


class Player(QObject):
    """Plays the frames of a clock; holds no pictures, so it can be tested by numbers alone.

    `now` tells seconds that only rise; a test hands over its own.
    """

    moved = Signal(int)
    """The frame index that all panes now show."""
    state_changed = Signal()
    """Playing, paused, another clip, loop, marks, direction or speed."""

    def __init__(self, parent: QObject | None = None, now: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self.reel = even(0, 8.0)
        self.index = 0
        self.loop, self.speed, self.direction, self.boost = True, 1.0, 1, 1.0
        self.mark_in: int | None = None
        self.mark_out: int | None = None
        self.now = now
        self._origin, self._since = 0.0, 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(8)
        self._timer.timeout.connect(self.tick)

    @property
    def count(self) -> int:
        """The number of frames."""
        return self.reel.count

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def rate(self) -> float:
        """Seconds of film a second, negative backwards."""
        return self.direction * min(self.speed * self.boost, max(FASTEST, self.speed))

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last frame that are played: the marks, else the ends."""
        last = self.count - 1
        return self.mark_in or 0, last if self.mark_out is None else self.mark_out

    @property
    def seconds(self) -> float:
        """When the shown frame begins."""
        return self.reel.starts[self.index] if self.count else 0.0

    def load(self, count: int, fps: float) -> None:
        """Take a clip of `count` frames at an even rate; see `take`."""
        self.take(even(count, fps))

    def take(self, reel: Reel) -> None:
        """Take another clock; it stands at its first frame without marks, or runs on if it ran."""
        self.reel = reel
        self.mark_in = self.mark_out = None
        self._place(0)
        if reel.count < 2:
            self._timer.stop()
        self.state_changed.emit()

    def retime(self, reel: Reel) -> None:
        """Take another clock for the same clips: stay at the moment that is shown."""
        index = reel.due(self.seconds) if reel.count else 0
        self.take(reel)
        self._place(index)

    def play(self) -> None:
        """Run forwards at the chosen speed, from the start where the clip stands at its end and does not loop."""
        self._run(1, 1.0)

    def shuttle(self, direction: int) -> None:
        """Run forwards (1) or backwards (-1); each further call in the same direction doubles the speed."""
        again = self.playing and direction == self.direction
        self._run(direction, min(2 * self.boost, FASTEST) if again else 1.0)

    def _run(self, direction: int, boost: float) -> None:
        if self.count < 2:
            return
        self.direction, self.boost = direction, boost
        first, last = self.span if direction > 0 else self.span[::-1]
        if not min(first, last) <= self.index <= max(first, last) or (not self.loop and self.index == last):
            self._place(first)
        self._mark()
        self._timer.start()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stand still on the frame that is shown."""
        self._timer.stop()
        self.direction, self.boost = 1, 1.0
        self.state_changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def seek(self, index: int) -> None:
        """Show one frame; a running clock goes on from there."""
        if self.count:
            self._place(max(0, min(index, self.count - 1)))

    def step(self, by: int) -> None:
        """Pause and go some frames on or back, round the ends of the clip when looping; marks do not hold a step."""
        if self.count:
            self.pause()
            target = self.index + by
            self.seek(target % self.count if self.loop else target)

    def set_loop(self, loop: bool) -> None:
        """Start again at the end, or stop there."""
        self.loop = loop
        self._mark()
        self.state_changed.emit()

    def set_speed(self, speed: float) -> None:
        """Play at a multiple of the clip's own speed, from 0.1 to 4."""
        self.speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        self._mark()
        self.state_changed.emit()

    def change_speed(self, by: int) -> None:
        """Go to the next faster (1) or slower (-1) speed of the list."""
        nearest = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - self.speed))
        self.set_speed(SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)])

    def set_mark_in(self) -> None:
        """Let playing begin at the shown frame; a mark-out at or before it is dropped."""
        self.mark_in = self.index
        if self.mark_out is not None and self.mark_out <= self.index:
            self.mark_out = None
        self._marked()

    def set_mark_out(self) -> None:
        """Let playing end with the shown frame; a mark-in at or behind it is dropped."""
        self.mark_out = self.index
        if self.mark_in is not None and self.mark_in >= self.index:
            self.mark_in = None
        self._marked()

    def clear_marks(self) -> None:
        """Play the whole clip again."""
        self.mark_in = self.mark_out = None
        self._marked()

    def _marked(self) -> None:
        self._mark()
        self.state_changed.emit()

    def _mark(self) -> None:
        if self.count:
            self._origin = self.seconds if self.direction > 0 else self.reel.over(self.index)
        self._since = self.now()

    def _place(self, index: int) -> None:
        self.index = index
        self._mark()
        self.moved.emit(index)

    @Slot()
    def tick(self) -> None:
        """Show the frame that is due; the timer calls this about every 8 ms while the clock runs."""
        if not self.playing:
            return
        now = self._origin + (self.now() - self._since) * self.rate
        index, ended = place(self.reel, now, self.direction < 0, self.span, self.loop)
        if index != self.index:
            self.index = index
            self.moved.emit(index)
        if ended:
            self.pause()
