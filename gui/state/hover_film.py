"""The clip that plays in the card under the pointer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from gui.workers.errands import Errands
from gui.workers.small_pictures import SmallFilm, small_film

DELAY = 220
"""Milliseconds that the pointer rests on a card before its clip is read: passing over it costs nothing."""
KEPT = 6
"""Films that are kept for coming back to."""


class HoverFilm(QObject):
    """Plays one film at a time, round and round; `moved` tells that `image` is another one, or none."""

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key = ""
        self.image: QImage | None = None
        self._paths: tuple[Path, ...] = ()
        self._moving = True
        self._films: OrderedDict[str, SmallFilm] = OrderedDict()
        self._errands = Errands(1, self)
        self._errands.done.connect(self._keep)
        self._rest, self._tick, self._clock = QTimer(self), QTimer(self), QElapsedTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(DELAY)
        self._rest.timeout.connect(self._read)
        self._tick.setTimerType(Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._move)

    def start(self, key: str, paths: Sequence[Path], *, moving: bool = True) -> None:
        """Play the clips of these files side by side once the pointer has rested; the key tells whose they are.

        Where nothing may move, their first frames are shown.
        """
        if key == self.key:
            return
        self.stop()
        if paths:
            self.key, self._paths, self._moving = key, tuple(paths), moving
            self._rest.start()

    def stop(self) -> None:
        """Show no clip."""
        self._rest.stop()
        self._tick.stop()
        self.key, shown, self.image = "", self.image, None
        if shown is not None:
            self.moved.emit()

    def _read(self) -> None:
        if self.key in self._films:
            self._play()
            return
        paths = self._paths
        self._errands.run(self.key, lambda: small_film(paths))

    @Slot(str, object)
    def _keep(self, key: str, film: SmallFilm | None) -> None:
        if film is None:
            return
        self._films[key] = film
        while len(self._films) > KEPT:
            self._films.popitem(last=False)
        if key == self.key:
            self._play()

    def _play(self) -> None:
        film = self._films[self.key]
        self._films.move_to_end(self.key)
        self._clock.start()
        self.image = film.frames[0]
        if self._moving and len(film.frames) > 1:
            self._tick.start(max(50, round(1000 / film.fps)))
        self.moved.emit()

    def _move(self) -> None:
        film = self._films[self.key]
        at = int(self._clock.elapsed() / 1000 * film.fps) % len(film.frames)
        if film.frames[at] is not self.image:
            self.image = film.frames[at]
            self.moved.emit()

    def close(self) -> None:
        """Stop, and wait for what is being read."""
        self.stop()
        self._errands.close()
