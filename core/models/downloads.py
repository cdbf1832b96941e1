"""Downloads as the window drives them: started, paused and watched by id, each in a thread of its own. No Qt, no torch.

`changed` is called from those threads. What is there stands on the disk alone, so a Downloads made after a crash knows
of every download that was not finished.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import Cancelled, FailureKind, LacunaError
from core.files import storage
from core.i18n import tr
from core.models.component import Component
from core.models.offers import Offer, offer, offers
from core.models.registry import Registry

if TYPE_CHECKING:
    from core.models.install import Installer, Preview

AT_ONCE = 2
"""Downloads that run together; the others wait for their turn."""
JOIN_SECONDS = 2.0
_EVERY = 0.1


class State(StrEnum):
    """Where a model stands. `PARTIAL` is a download of an earlier session, `PAUSED` one of this."""

    ABSENT = "absent"
    PARTIAL = "partial"
    WAITING = "waiting"
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    PAUSED = "paused"
    FAILED = "failed"
    READY = "ready"
    DAMAGED = "damaged"


RUNNING = frozenset((State.WAITING, State.DOWNLOADING, State.VERIFYING))
"""States in which something is being done, and can be paused."""


@dataclass(frozen=True)
class Status:
    """Bytes that are there and in all, bytes a second, seconds left if they can be told, and what went wrong."""

    state: State
    done: int = 0
    total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    error: LacunaError | None = None


@dataclass
class Meter:
    """How fast bytes come, over the last seconds, told a few times a second at most."""

    span: float = 5.0

    def __post_init__(self) -> None:
        self._seen: list[tuple[float, int]] = []
        self._told = 0.0

    def heard(self, done: int, now: float) -> bool:
        """Take note of the bytes there are at a time in seconds; whether it is time to tell of it."""
        if not self._seen or done < self._seen[-1][1]:
            self._seen = [(now, done)]
        due = now - self._told >= _EVERY
        if due:
            self._told = now
            self._seen = [*((when, count) for when, count in self._seen if now - when <= self.span), (now, done)]
        return due

    @property
    def rate(self) -> float:
        """Bytes a second; 0 before two moments are known."""
        if len(self._seen) < 2:
            return 0.0
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / max(end - start, 1e-6)

    def left(self, missing: int) -> float | None:
        """Seconds until the missing bytes are there, None if that cannot be told."""
        return missing / self.rate if self.rate > 0 else None


def _installer(root: Path, *heard: Any) -> Installer:
    """An installer; it is imported late, for requests takes longer than the window's first picture may wait."""
    from core.models.install import Installer

    return Installer(root, *heard)


class _Task(threading.Thread):
    """One download, check or repair; a daemon, since a server that is silent must not keep the window open."""

    def __init__(self, owner: Downloads, name: str, work: Callable[[Installer], object]) -> None:
        super().__init__(name=f"download {name}", daemon=True)
        self.model = name
        self._owner, self._work = owner, work
        self._asked = threading.Event()
        self._meter = Meter()
        self._checked = 0.0
        self.installer = _installer(owner.registry.root, self._asked.is_set, self._heard, self._checks)

    def stop(self) -> None:
        self._asked.set()
        self.installer.interrupt()

    @property
    def stopped(self) -> bool:
        return self._asked.is_set()

    def run(self) -> None:
        state, error = State.FAILED, LacunaError(FailureKind.INTERNAL, tr("The download ended unexpectedly."))
        try:
            with storage(self._owner.registry.root):
                self._work(self.installer)
            state, error = State.READY, None
        except Cancelled:
            state, error = State.PAUSED, None
        except LacunaError as failed:
            state, error = (State.PAUSED, None) if self.stopped else (State.FAILED, failed)
        finally:
            self._owner.ended(self, state, error)

    def _heard(self, done: int, total: int) -> None:
        if self._meter.heard(done, time.monotonic()):
            rate, left = self._meter.rate, self._meter.left(total - done)
            self._owner.told(self, Status(State.DOWNLOADING, done, total, rate, left))

    def _checks(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - self._checked >= _EVERY:
            self._checked = now
            self._owner.told(self, Status(State.VERIFYING, done, total))


class Downloads:
    """Every download of a models folder. Thread-safe; `changed` hears the id and its status, from any thread."""

    def __init__(self, changed: Callable[[str, Status], None], registry: Registry | None = None) -> None:
        self.registry = registry or Registry()
        self._changed = changed
        self._lock = threading.RLock()
        self._tasks: dict[str, _Task] = {}
        self._waiting: list[_Task] = []
        self._known: dict[str, Status] = {}
        self._closed = False

    def state(self, name: str) -> Status:
        """Where a model stands now; reads the disk where nothing runs."""
        with self._lock:
            known = self._known.get(name)
        return known or self._on_disk(name)

    def states(self) -> dict[str, Status]:
        """Where every offer stands."""
        return {found.id: self.state(found.id) for found in offers(self.registry.root)}

    def _offer(self, name: str) -> Offer:
        return offer(name, self.registry.root)

    def _installed(self, name: str) -> Component | None:
        return _installer(self.registry.root).installed(self._offer(name))

    def _on_disk(self, name: str) -> Status:
        there, total = _installer(self.registry.root).there(self._offer(name))
        component = self._installed(name)
        if component is not None:
            return Status(State.DAMAGED if component.problems else State.READY, there, total)
        return Status(State.PARTIAL if there else State.ABSENT, there, total)

    def preview(self, name: str, told: Callable[[Preview | LacunaError], None]) -> None:
        """Find out what a download would fetch, exactly; asks the hub, so `told` is called from a thread."""
        installer = _installer(self.registry.root)

        def look() -> None:
            try:
                found: Preview | LacunaError = installer.preview(self._offer(name))
            except LacunaError as error:
                found = error
            if not self._closed:
                told(found)

        threading.Thread(target=look, name=f"preview {name}", daemon=True).start()

    def start(self, name: str) -> None:
        """Download, go on or try again; nothing where it runs already. InputError if the licence is not accepted."""
        found = self._offer(name)
        _installer(self.registry.root).require_allowed(found)
        self._begin(name, lambda installer: installer.install(found))

    def verify(self, name: str) -> None:
        """Read every file and compare its SHA-256; FAILED says which files are not what they were."""
        self._begin(name, lambda installer: installer.verify(self._offer(name)))

    def repair(self, name: str) -> None:
        """Fetch anew what is missing or broken, and nothing else."""
        self._begin(name, lambda installer: installer.repair(self._offer(name)))

    def pause(self, name: str) -> None:
        """Stop; every byte that is there is kept. Nothing where nothing runs.

        It is paused at once, also where a server is silent and its thread ends a little later.
        """
        with self._lock:
            task = self._tasks.get(name)
            waiting = next((found for found in self._waiting if found.model == name), None)
            if waiting is not None:
                self._waiting.remove(waiting)
        if task is not None:
            task.stop()
        if task is not None or waiting is not None:
            self._tell(name, replace(self._on_disk(name), state=State.PAUSED))

    def remove(self, name: str) -> None:
        """Delete what was downloaded of a model, and nothing else. The window asks first."""
        self._settle(name)
        _installer(self.registry.root).remove(self._offer(name))
        with self._lock:
            self._known.pop(name, None)
        self._changed(name, self.state(name))

    def _settle(self, name: str) -> None:
        """Stop what runs and wait for it; two at once are kept apart by the model's lock in any case."""
        self.pause(name)
        with self._lock:
            task = self._tasks.get(name)
        if task is not None and task is not threading.current_thread():
            task.join(JOIN_SECONDS)

    def close(self) -> None:
        """Pause everything and wait for it for two seconds at most; what is silent then ends with the process."""
        with self._lock:
            self._closed = True
            running, self._waiting = list(self._tasks.values()), []
        for task in running:
            task.stop()
        end = time.monotonic() + JOIN_SECONDS
        for task in running:
            task.join(max(0.0, end - time.monotonic()))

    def _begin(self, name: str, work: Callable[[Installer], object]) -> None:
        with self._lock:
            running = self._tasks.get(name)
            if self._closed or any(task.model == name for task in self._waiting):
                return
            if running is not None and not running.stopped:
                return
            self._waiting.append(_Task(self, name, work))
        self._tell(name, replace(self._on_disk(name), state=State.WAITING))
        self._next()

    def _next(self) -> None:
        with self._lock:
            while len(self._tasks) < AT_ONCE and (task := self._due()) is not None:
                self._waiting.remove(task)
                self._tasks[task.model] = task
                task.start()

    def _due(self) -> _Task | None:
        """The first that waits and whose model is not being paused just now."""
        return next((task for task in self._waiting if task.model not in self._tasks), None)

    def told(self, task: _Task, status: Status) -> None:
        """A task tells how far it is; one that was stopped is not heard any more."""
        if not task.stopped:
            self._tell(task.model, status)

    def ended(self, task: _Task, state: State, error: LacunaError | None) -> None:
        """A task is over: what the disk says counts, and beside it what went wrong."""
        with self._lock:
            self._tasks.pop(task.model, None)
        found = self._on_disk(task.model)
        if found.state in (State.READY, State.DAMAGED):
            damaged = error is not None and error.kind is FailureKind.DAMAGED
            state = State.DAMAGED if damaged else found.state
        if not any(waiting.model == task.model for waiting in self._waiting):
            self._tell(task.model, replace(found, state=state, error=error))
        self._next()

    def _tell(self, name: str, status: Status) -> None:
        with self._lock:
            if self._closed:
                return
            if status.state is State.READY and status.error is None:
                self._known.pop(name, None)
            else:
                self._known[name] = status
        self._changed(name, status)
