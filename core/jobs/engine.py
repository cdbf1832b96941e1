"""The window's side of the engine: starts the child, sends a spec, yields its events, cancels, and survives a crash."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as Flag

from core.errors import FailureKind
from core.i18n import tr
from core.jobs.child import serve
from core.jobs.events import CANCELLED, Event, Failure, ends, from_dict
from core.jobs.spec import JobSpec, to_json

GRACE = 2.0
"""Seconds between asking a job to stop and ending its process."""


class Engine:
    """One child process, started at need and kept warm between jobs. Not thread-safe but for `cancel`."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._cancel: Flag | None = None
        self._process: BaseProcess | None = None
        self._cancelled_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._process.pid if self._process and self._process.is_alive() else None

    def _flag(self) -> Flag:
        """What the child hears a cancel by; the first one starts a process, so it is made where jobs are run."""
        if self._cancel is None:
            self._cancel = self._context.Event()
        return self._cancel

    def start(self) -> None:
        """Start the child if it is not running."""
        if self.pid is None:
            self.stop()
            self._pipe, far = self._context.Pipe()
            process = self._context.Process(
                target=serve, args=(far, self._flag(), os.getpid()), name="lacuna-engine", daemon=True
            )
            process.start()
            far.close()
            self._process = process

    def run(self, spec: JobSpec) -> Iterator[Event]:
        """Run one spec and yield its events; the last one is a Result or a Failure, whatever happens to the child."""
        self._flag().clear()
        self._cancelled_at = None
        self.start()
        try:
            self._pipe.send_bytes(to_json(spec).encode())
        except OSError:
            yield self._gone()
            return
        while True:
            event = self._next()
            if event is None:
                continue
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
            return self._gone()
        if self._cancelled_at and time.monotonic() - self._cancelled_at > GRACE:
            self.stop()
            return Failure(
                CANCELLED,
                tr("The job was cancelled."),
                tr("It did not answer in time, so its process was ended."),
            )
        return None

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
        """End the child: terminate, then kill."""
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
