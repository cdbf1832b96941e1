"""Runs jobs beside the window: a worker in a QThread supervises the engine's process and hands its events over."""

from __future__ import annotations

import traceback
from collections import deque

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from core.errors import FailureKind
from core.i18n import tr
from core.jobs.engine import Engine
from core.jobs.events import Event, Failure, Preview, Progress, ends
from core.jobs.spec import JobSpec

INTERVAL_MS = 50
"""At most 20 signals a second reach the window, however much the engine says."""


class _Worker(QObject):
    """Lives in the thread; blocks there while a job runs, and leaves the events in `inbox`."""

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine()
        self.inbox: deque[Event] = deque()
        self.cancelled = False

    @Slot(object)
    def run(self, spec: JobSpec) -> None:
        """Run one spec to its end; whatever happens, the last event left is a Result or a Failure."""
        try:
            for count, event in enumerate(self.engine.run(spec)):
                self.inbox.append(event)
                if count == 0 and self.cancelled:
                    self.engine.cancel()
        except Exception as error:  # noqa: BLE001 - an exception in a thread would only be printed
            self._broken(error)
        self.ended.emit()

    def _broken(self, error: Exception) -> None:
        self.engine.stop()
        why, trace = f"{type(error).__name__}: {error}", traceback.format_exc()
        self.inbox.append(
            Failure(FailureKind.ENGINE, tr("The engine could not run the job."), why, tr("Start the job again."), trace)
        )

    @Slot()
    def stop(self) -> None:
        """End the engine's process."""
        self.engine.stop()


def latest(events: list[Event]) -> list[Event]:
    """The events without the progress and previews that newer ones of the same batch replace."""
    kept: list[Event] = []
    seen: set[type] = set()
    for event in reversed(events):
        if isinstance(event, Progress | Preview):
            if type(event) in seen:
                continue
            seen.add(type(event))
        kept.append(event)
    return kept[::-1]


class EngineWorker(QObject):
    """The window's handle on the engine: `run` one job at a time, `cancel` it, `close` at the end."""

    events = Signal(list)
    """What the job has said since the last signal, in order."""

    _wanted = Signal(object)
    _closing = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("engine supervisor")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._wanted.connect(self._worker.run)
        self._closing.connect(self._worker.stop, Qt.ConnectionType.BlockingQueuedConnection)
        self._worker.ended.connect(self._drain)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._drain)

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._timer.isActive()

    @property
    def pid(self) -> int | None:
        """The engine's process id while it lives."""
        return self._worker.engine.pid

    def run(self, spec: JobSpec) -> None:
        """Start a job; its events arrive through `events`."""
        if not self._thread.isRunning():
            self._thread.start()
        self._worker.cancelled = False
        self._timer.start()
        self._wanted.emit(spec)

    def cancel(self) -> None:
        """Ask the running job to stop; it answers with a `cancelled` failure within about two seconds."""
        self._worker.cancelled = True
        self._worker.engine.cancel()

    def close(self) -> None:
        """Cancel what runs, end the engine's process and the thread; waits for both."""
        if not self._thread.isRunning():
            return
        if self.busy:
            self.cancel()
        self._timer.stop()
        self._closing.emit()
        self._thread.quit()
        self._thread.wait()

    @Slot()
    def _drain(self) -> None:
        inbox = self._worker.inbox
        events = [inbox.popleft() for _ in range(len(inbox))]
        if events and ends(events[-1]):
            self._timer.stop()
        if events:
            self.events.emit(latest(events))
