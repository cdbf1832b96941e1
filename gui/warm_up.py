"""Builds the places before they are asked for, in idle moments, so that opening one later holds nobody up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

FIRST_MS, NEXT_MS = 900, 350
"""Milliseconds after the first paint, and between two places."""


class WarmUp(QObject):
    """Reads the code of the places beside the window's thread, then has one after the other built while `idle()`."""

    _read = Signal()

    def __init__(self, keys: Iterable[str], build: Callable[[str], object], idle: Callable[[], bool]) -> None:
        super().__init__()
        self._keys, self._build, self._idle = list(keys), build, idle
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)
        self._pool = QThreadPool(self)
        self._read.connect(self._begin)

    def start(self) -> None:
        """Begin; called once the window has painted."""
        modules = [f"gui.pages.{key}" for key in self._keys]

        def read() -> None:
            for module in modules:
                import_module(module)
            self._read.emit()

        self._pool.start(read)

    def stop(self) -> None:
        """Build nothing more; waits for the reading."""
        self._keys.clear()
        self._pool.waitForDone()
        self._timer.stop()

    def _begin(self) -> None:
        if self._keys:
            self._timer.start(FIRST_MS)

    def _next(self) -> None:
        if not self._keys:
            return
        if self._idle():
            self._build(self._keys.pop(0))
        self._timer.start(NEXT_MS)
