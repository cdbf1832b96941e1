"""The one clock of a comparison: a frame index that every pane shows, moved by time, by steps or by hand."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

SPEEDS = (0.25, 0.5, 1.0, 2.0)


def frame_at(start: int, seconds: float, rate: float, count: int, loop: bool) -> tuple[int, bool]:
    """The frame shown `seconds` after frame `start` at `rate` frames a second, and whether the clip has ended."""
    index = start + int(seconds * rate + 1e-6)
    if loop:
        return index % count, False
    return min(index, count - 1), index >= count


class Player(QObject):
    """Plays `count` frames at `fps`; holds no pictures, so it can be tested by numbers alone."""

    moved = Signal(int)
    """The frame index that all panes now show."""
    state_changed = Signal()
    """Playing, paused, another clip, loop or speed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.count, self.fps, self.index = 0, 8.0, 0
        self.loop, self.speed = True, 1.0
        self._start = 0
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    def load(self, count: int, fps: float) -> None:
        """Take a clip of `count` frames; the clock stands at its first frame, or runs on if it ran."""
        self.count, self.fps = count, fps
        self._place(0)
        if count < 2:
            self._timer.stop()
        self.state_changed.emit()

    def play(self) -> None:
        """Run, from the start if the clip stands at its end and does not loop."""
        if self.count < 2:
            return
        if not self.loop and self.index == self.count - 1:
            self._place(0)
        self._mark()
        self._timer.start()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stand still on the frame that is shown."""
        self._timer.stop()
        self.state_changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def seek(self, index: int) -> None:
        """Show one frame; a running clock goes on from there."""
        if self.count:
            self._place(max(0, min(index, self.count - 1)))

    def step(self, by: int) -> None:
        """Pause and go some frames on or back, round the ends when looping."""
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
        """Play at a multiple of the clip's own speed."""
        self.speed = speed
        self._mark()
        self.state_changed.emit()

    def _mark(self) -> None:
        self._start = self.index
        self._elapsed.start()

    def _place(self, index: int) -> None:
        self.index = index
        self._mark()
        self.moved.emit(index)

    @Slot()
    def _tick(self) -> None:
        seconds = self._elapsed.nsecsElapsed() / 1e9
        index, ended = frame_at(self._start, seconds, self.fps * self.speed, self.count, self.loop)
        if index != self.index:
            self.index = index
            self.moved.emit(index)
        if ended:
            self.pause()
