"""Reads and changes the library beside the window's thread, one thing after the other, and notices outside changes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QThreadPool, QTimerEvent, Signal, Slot
from PySide6.QtGui import QGuiApplication

from core.errors import LacunaError
from core.files import storage_error
from core.library.index import EMPTY, Shelf
from core.library.store import Library

SETTLE_MS = 150
"""Changes from outside come in bursts; the library is read this long after the first one."""


@dataclass(frozen=True)
class Snapshot:
    """What the library holds; `lost` if its folder is gone, `problem` says why it was not read."""

    shelf: Shelf = EMPTY
    lost: bool = False
    problem: str = ""


class _Answer(QObject):
    """Carries answers out of a thread; it belongs to no window, so that a closed one cannot take it away."""

    come = Signal(object, object, object)


def read(library: Library, before: Snapshot, *, trusting: bool = False) -> Snapshot:
    """The library now, `before` itself where nothing has changed; never raises. For `trusting` see `Index.look`."""
    if not library.present:
        return Snapshot(lost=True)
    try:
        now = Snapshot(library.look(before.shelf, trusting=trusting))
    except LacunaError as error:
        return replace(before, problem=str(error))
    return before if now == before else now


class LibraryDesk(QObject):
    """Does one piece of work at a time in a thread of Qt's pool, and reads the library after each.

    `answered` carries the Snapshot and what the work returned: None for a mere look, a LacunaError where it failed.
    """

    answered = Signal(object, object)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self._waiting: deque[Callable[[Library], object] | None] = deque()
        self._idle = threading.Event()
        self._idle.set()
        self._clock, self._busy, self._closed = 0, False, False
        self._now = Snapshot()
        self._mark: tuple[int, ...] = ()
        self._answer = _Answer()
        self._answer.come.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._watch()
        self._follow_application()

    def _follow_application(self) -> None:
        """Look again when a person comes back to the window: not every file system tells of changes."""
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._wake)

    def _watch(self) -> None:
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._notice)
        self._watcher.fileChanged.connect(self._notice)
        self._watch_again()

    def _watch_again(self) -> None:
        """Watch what is there; a folder that was removed is no longer watched once it comes back."""
        root = self.library.root
        wanted = {str(path) for path in (root.parent, *self.library.watched) if path.exists()}
        if new := wanted - {*self._watcher.files(), *self._watcher.directories()}:
            self._watcher.addPaths(list(new))

    @Slot(Qt.ApplicationState)
    def _wake(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._mark = ()
            self._notice("")

    @Slot(str)
    def _notice(self, path: str) -> None:
        """Look a moment later, once for a burst; the folder around the library matters only if the library goes."""
        around = path == str(self.library.root.parent)
        if self._closed or self._clock or (around and self.library.present is not self._now.lost):
            return
        self._clock = self.startTimer(SETTLE_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        """The burst is over; it may have been this window's own work, which is known once that is done."""
        if self._busy:
            return
        self._stop_clock()
        if _mark(self.library) != self._mark:
            self.look()

    def _stop_clock(self) -> None:
        if self._clock:
            self.killTimer(self._clock)
            self._clock = 0

    def look(self) -> None:
        """Read the library; once, however often this is asked before it begins."""
        if None not in self._waiting:
            self._waiting.append(None)
        self._begin()

    def look_now(self) -> None:
        """Read the library before this returns; for one that is small."""
        self._tell(read(self.library, self._now), None)

    def do(self, work: Callable[[Library], object]) -> None:
        """Have something done; LacunaError is the answer where it cannot be."""
        self._waiting.append(work)
        self._begin()

    @property
    def busy(self) -> bool:
        """Whether something is being done or waits."""
        return self._busy or bool(self._waiting)

    def _begin(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        self._idle.clear()
        work, library, now, answer, idle = self._waiting.popleft(), self.library, self._now, self._answer, self._idle

        def errand() -> None:
            result: object = None
            snapshot, mark = now, tuple[int, ...]()
            try:
                result = _result(work, library) if work else None
                mark = _mark(library)
                snapshot = read(library, now, trusting=work is not None)
            finally:
                idle.set()
                answer.come.emit(snapshot, result, mark)

        QThreadPool.globalInstance().start(errand)

    @Slot(object, object, object)
    def _take(self, snapshot: Snapshot, result: object, mark: tuple[int, ...]) -> None:
        self._busy, self._mark = False, mark
        self._tell(snapshot, result)
        self._begin()

    def _tell(self, snapshot: Snapshot, result: object) -> None:
        self._now = snapshot
        self._watch_again()
        self.answered.emit(snapshot, result)

    def close(self) -> None:
        """Do what was asked for and waits, so that no change is lost, and wait for it."""
        self._closed = True
        self._stop_clock()
        self._idle.wait()
        while self._waiting:
            if work := self._waiting.popleft():
                _result(work, self.library)


def _mark(library: Library) -> tuple[int, ...]:
    """See `Library.mark`; nothing where it cannot be told."""
    try:
        return library.mark()
    except OSError:
        return ()


def _result(work: Callable[[Library], object], library: Library) -> object:
    try:
        return work(library)
    except LacunaError as error:
        return error
    except OSError as error:
        return storage_error(Path(error.filename or library.root), error)
