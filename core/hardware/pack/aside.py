"""A function run in a throwaway process, whose lines are heard as they come, and which can be ended at any moment.

Spawned, never `python -m`: a frozen application has no Python to call.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from core.errors import Cancelled

Work = Callable[..., None]
"""What the process does: it gets the end of the pipe to speak into, and its arguments."""


def run_aside(work: Work, *given: object, heard: Callable[[str], None], cancelled: Callable[[], bool]) -> int:
    """Run `work(pipe, *given)` aside and tell every line that it sends; its exit code. Cancelled ends the process."""
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(far, *given), name="lacuna-gpu-pack", daemon=True)
    process.start()
    far.close()
    try:
        _listen(near, heard, cancelled)
        process.join()
        if cancelled():  # Ctrl-C ends it as well: that is no failure of its own
            raise Cancelled
        return process.exitcode or 0
    finally:
        _end(process)
        near.close()


def _listen(pipe: Connection, heard: Callable[[str], None], cancelled: Callable[[], bool]) -> None:
    while True:
        if cancelled():
            raise Cancelled
        try:
            if pipe.poll(0.1):
                heard(pipe.recv_bytes().decode())
        except (EOFError, OSError):
            return


def _end(process: BaseProcess) -> None:
    if process.is_alive():
        process.terminate()
        process.join(2)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()
