"""Small pieces of work beside the window's thread, each answered by its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal


class Errands(QObject):
    """Runs functions in a pool of its own; `done` carries the key and the result, None where reading failed.

    The signal is emitted in a thread of the pool: connect it to a slot of a QObject, which Qt calls in its thread.
    """

    done = Signal(str, object)

    def __init__(self, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._closed = False

    def run(self, key: str, work: Callable[[], object]) -> None:
        """Have a piece of work done; LacunaError, OSError and ValueError in it are answered with None.

        After `close` nothing is done any more: a last paint may still ask for a picture.
        """
        if not self._closed:
            self._pool.start(lambda: self._work(key, work))

    def _work(self, key: str, work: Callable[[], object]) -> None:
        from core.errors import LacunaError

        try:
            result = work()
        except (LacunaError, OSError, ValueError):
            result = None
        self.done.emit(key, result)

    def close(self) -> None:
        """Drop what waits and wait for what runs."""
        self._closed = True
        self._pool.clear()
        self._pool.waitForDone()
