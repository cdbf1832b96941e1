"""Keeps the queue's file up to date beside the window: the newest state is written, one write at a time."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThreadPool, Signal

from core.errors import LacunaError
from core.jobs.queue import QueueFile, Record, unsaved


class QueueWriter(QObject):
    """Writes what it was last given; states that came while it wrote are skipped but for the last."""

    noted = Signal(str)
    """What a person must know: the disk refuses, or another window has the file; empty once it is over."""

    def __init__(self, file: QueueFile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._told = file, file.note
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._lock = threading.Lock()
        self._next: tuple[Record, ...] | None = None

    def save(self, records: tuple[Record, ...]) -> None:
        """Have these records written soon."""
        with self._lock:
            idle, self._next = self._next is None, records
        if idle:
            self._pool.start(self._write)

    def _write(self) -> None:
        with self._lock:
            records, self._next = self._next, None
        note = self._told
        try:
            self._file.write(records or ())
            self._told = self._file.note
        except LacunaError as error:
            self._told = unsaved(error)
        if self._told != note:
            self.noted.emit(self._told)

    def close(self) -> None:
        """Wait for the last write, and let others own the file."""
        self._pool.waitForDone()
        self._file.close()
