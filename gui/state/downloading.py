"""Downloads as the window sees them: told by threads of their own, heard in the window's thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LacunaError
from core.models.downloads import RUNNING, Downloads, Status
from core.models.install import Preview

EVERY = 50
"""Milliseconds between two tellings; whatever came meanwhile is told together."""


class Downloading(QObject):
    """Drives `Downloads`; `changed` carries the ids that have another status, at most 20 times a second.

    `previewed` carries an id and what a download of it would fetch, or the LacunaError that stands against it.
    """

    changed = Signal(tuple)
    previewed = Signal(str, object)
    _heard = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._news: dict[str, Status] = {}
        self.known: dict[str, Status] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(EVERY)
        self._pause.timeout.connect(self._tell)
        self._heard.connect(self._wait)
        self.downloads = Downloads(self.hear)

    def hear(self, name: str, status: Status) -> None:
        """Take news, from any thread: keeps them, and wakes the window's thread by a queued signal."""
        with self._lock:
            first = not self._news
            self._news[name] = status
        if first:
            self._heard.emit()

    @Slot()
    def _wait(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _tell(self) -> None:
        with self._lock:
            news, self._news = self._news, {}
        self.known.update(news)
        self.changed.emit(tuple(news))

    @property
    def running(self) -> tuple[str, ...]:
        """The ids of what is being fetched, checked, or waits for its turn."""
        return tuple(name for name, status in self.known.items() if status.state in RUNNING)

    def move(self) -> None:
        """Download into another models folder, which the settings name by now; whatever still runs is paused."""
        self.downloads.close()
        self.known = {}
        self.downloads = Downloads(self.hear)

    def preview(self, name: str) -> None:
        """Ask what a download would fetch; `previewed` answers."""

        def told(found: Preview | LacunaError) -> None:
            self.previewed.emit(name, found)

        self.downloads.preview(name, told)

    def close(self) -> None:
        """Pause all that runs; what is there is kept, and goes on another time."""
        self._pause.stop()
        self.downloads.close()
