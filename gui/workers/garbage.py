"""Collects Python's garbage in the window's thread alone.

Left to itself, the collector runs in whichever thread happens to allocate. In a worker it would free the wrappers of
widgets there, and Qt objects die only in the thread that they live in: anything else is a crash that comes and goes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500


class Garbage(QObject):
    """Takes the collector over for as long as it lives; the same thresholds hold, asked twice a second."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(collect)
        self._timer.start()

    def stop(self) -> None:
        """Give the collector back, for when no other thread has to do with Qt."""
        self._timer.stop()
        gc.enable()


def collect() -> None:
    """Collect the oldest generation that is due, and with it the younger ones."""
    limits = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, limit) in enumerate(limits) if count > limit]
    if due:
        gc.collect(due[-1])
