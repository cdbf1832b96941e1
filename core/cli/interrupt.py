"""Ctrl-C: the first asks the job to stop, the second ends it where it stands."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Generator[Callable[[], bool]]:
    """Within the block, yields whether Ctrl-C was pressed; pressing it again raises KeyboardInterrupt."""
    asked = threading.Event()

    def ask(_number: int, _frame: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        print("lacuna: Stopping. Press Ctrl-C again to stop at once.", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
