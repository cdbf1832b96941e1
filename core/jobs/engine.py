"""The window's side of the engine: starts the child, sends a spec, yields its events, cancels, and survives a crash."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as Flag

from core.errors import FailureKind, LacunaError
from core.hardware.pack.place import packs_folder, stamp
from core.hardware.pack.use import in_use
from core.i18n import tr
from core.jobs.child import AGAIN, serve
from core.jobs.events import CANCELLED, Event, Failure, ends, from_dict
from core.jobs.spec import JobSpec, to_json

CRASHES = frozenset((-4, -6, -7, -8, -11))
"""Exit codes of a process that its own code brought down: SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV."""

GRACE = 2.0
"""Seconds between asking a job to stop and ending its process."""


class Engine:
    """One child process, started at need and kept warm between jobs. Not thread-safe but for `cancel`."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._cancel: Flag | None = None
        self._process: BaseProcess | None = None
        self._cancelled_at: float | None = None
        self._waiting, self._packs = b"", ()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._process.pid if self._process and self._process.is_alive() else None

    def _flag(self) -> Flag:
        """What the child hears a cancel by; the first one starts a process, so it is made where jobs are run."""
        if self._cancel is None:
            self._cancel = self._context.Event()
        return self._cancel

    def start(self, *, bundled: bool = False) -> None:
        """Start the child if it is not running; `bundled` keeps it off the GPU pack."""
        if self.pid is None:
            self.stop()
            self._pipe, far = self._context.Pipe()
            self._scratch = tempfile.TemporaryDirectory(prefix="lacuna-", ignore_cleanup_errors=True)
            given = (far, self._flag(), os.getpid(), self._scratch.name, bundled)
            process = self._context.Process(target=serve, args=given, name="lacuna-engine", daemon=True)
            process.start()
            far.close()
            self._process, self._packs = process, stamp(packs_folder())

    def run(self, spec: JobSpec) -> Iterator[Event]:
        """Run one spec and yield its events; the last one is a Result or a Failure, whatever happens to the child."""
        self._flag().clear()
        self._cancelled_at = None
        if self._packs != stamp(packs_folder()):
            self.stop()  # it has the torch of before
        self.start()
        self._waiting = to_json(spec).encode()
        try:
            self._pipe.send_bytes(self._waiting)
        except OSError:
            if not self._again():
                yield self._gone()
                return
        while True:
            event = self._next()
            if event is None:
                continue
            self._waiting = b""
            if ends(event):
                self._settle(event)
            yield event
            if ends(event):
                return

    def _settle(self, end: Event) -> None:
        """Give all memory back after a job that ran out of it: the next one gets a new child."""
        if isinstance(end, Failure) and end.kind == FailureKind.MEMORY:
            self.stop()

    def _next(self) -> Event | None:
        try:
            if self._pipe.poll(0.1):
                return from_dict(json.loads(self._pipe.recv_bytes()))
        except (EOFError, OSError):
            return None if self._again() else self._gone()
        if self._cancelled_at and time.monotonic() - self._cancelled_at > GRACE:
            self.stop()
            return Failure(
                CANCELLED,
                tr("The job was cancelled."),
                tr("It did not answer in time, so its process was ended."),
            )
        return None

    def _again(self) -> bool:
        """Whether the child had wanted to be started without the GPU pack, and was, with the spec that waited."""
        process, spec = self._process, self._waiting
        if process is None or not spec or self._cancelled_at:
            return False
        process.join(5)
        if process.exitcode != AGAIN and not _pack_crashed(process.exitcode):
            return False
        self._waiting = b""
        self.stop()
        self.start(bundled=True)
        with contextlib.suppress(OSError):  # it is gone again, which the next look at the pipe tells
            self._pipe.send_bytes(spec)
        return True

    def _gone(self) -> Failure:
        process = self._process
        if process is not None:
            process.join(5)
        code = process.exitcode if process else None
        self.stop()
        if self._cancelled_at:
            return Failure(CANCELLED, tr("The job was cancelled."))
        return Failure(
            FailureKind.ENGINE,
            tr("The engine stopped in the middle of the job."),
            tr("Its process ended with code {code}.", code=code),
            tr("Start the job again; if it happens twice, look at the log and pick a lower memory setting."),
        )

    def cancel(self) -> None:
        """Ask the running job to stop; after two seconds its process is ended. Callable from any thread."""
        self._cancelled_at = time.monotonic()
        if self._cancel is not None:
            self._cancel.set()

    def stop(self) -> None:
        """End the child: terminate, then kill; what it kept for the time of a job goes with it."""
        process, self._process = self._process, None
        if process is None:
            return
        self._pipe.close()
        process.terminate()
        process.join(1)
        if process.is_alive():
            process.kill()
            process.join(5)
        process.close()
        if self._scratch is not None:
            self._scratch.cleanup()


def _pack_crashed(code: int | None) -> bool:
    """Whether a child that died before its first word had torch from the GPU pack, which is then written down."""
    place = in_use() if code in CRASHES else None
    if place is None:
        return False
    with contextlib.suppress(LacunaError):
        place.note_problem(tr("its process ended with code {code}", code=code))
    return True
