"""The engine's side of the pipe: a spawned process that holds torch and runs one spec after another."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import shutil
import tempfile
import threading
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Flag

from core.hardware.allocator import prepare_allocator
from core.hardware.pack.place import VARIABLE
from core.hardware.pack.use import prepare
from core.jobs.events import Event, Log, to_dict
from core.jobs.spec import from_json

AGAIN = 75
"""The exit code of a child that could not import torch from the GPU pack and wants to be started without it."""


def _leave_with_parent(parent: int, scratch: str) -> None:
    """End this process when the window's process is gone, so that no orphan keeps a GPU, or files of a job."""
    while os.getppid() == parent:
        threading.Event().wait(1.0)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


def _take_gpu_pack(*, bundled: bool) -> list[str]:
    """See to it that torch comes from the GPU pack if there is one; a list that holds why not, once torch is there."""
    if bundled:
        os.environ[VARIABLE] = "never"  # what failed a moment ago may not have been written down
    told: list[str] = []
    prepare(told.append, lambda: os._exit(AGAIN))
    return told


def serve(pipe: Connection, cancel: Flag, parent: int, scratch: str, bundled: bool = False) -> None:
    """Read specs from the pipe and answer with events until the pipe closes; `bundled` leaves the GPU pack alone.

    What a job keeps for its own time goes into the folder `scratch`, which the parent removes even after a crash.

    The runner is imported by name so that no import of torch can be reached from the window's side.
    """
    faulthandler.enable()
    tempfile.tempdir = scratch
    prepare_allocator()
    notes = _take_gpu_pack(bundled=bundled)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # it is read at import, and advises about torchvision
    threading.Thread(target=_leave_with_parent, args=(parent, scratch), daemon=True).start()
    runner = importlib.import_module("core.jobs.runner")

    def emit(event: Event) -> None:
        pipe.send_bytes(json.dumps(to_dict(event), ensure_ascii=False).encode())

    while True:
        try:
            text = pipe.recv_bytes().decode()
        except (EOFError, OSError):
            return
        while notes:
            emit(Log("warning", notes.pop(0)))
        runner.run_safely(from_json(text), emit, cancel.is_set)
