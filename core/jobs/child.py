"""The engine's side of the pipe: a spawned process that holds torch and runs one spec after another."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import threading
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Flag

from core.hardware.allocator import prepare_allocator
from core.jobs.events import Event, to_dict
from core.jobs.spec import from_json


def _leave_with_parent(parent: int) -> None:
    """End this process when the window's process is gone, so that no orphan keeps a GPU."""
    while os.getppid() == parent:
        threading.Event().wait(1.0)
    os._exit(0)


def serve(pipe: Connection, cancel: Flag, parent: int) -> None:
    """Read specs from the pipe and answer with events until the pipe closes.

    The runner is imported by name so that no import of torch can be reached from the window's side.
    """
    faulthandler.enable()
    prepare_allocator()
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # it is read at import, and advises about torchvision
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    runner = importlib.import_module("core.jobs.runner")

    def emit(event: Event) -> None:
        pipe.send_bytes(json.dumps(to_dict(event), ensure_ascii=False).encode())

    while True:
        try:
            text = pipe.recv_bytes().decode()
        except (EOFError, OSError):
            return
        runner.run_safely(from_json(text), emit, cancel.is_set)
