"""A clock and a machine that hold still, so that the same scene is the same picture on another day and computer."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

import psutil

BEGAN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SECONDS = 1_000.0
"""What every reading of the monotonic clock says."""
GIB = 1024**3
_MEMORY = SimpleNamespace(total=16 * GIB, available=13 * GIB, percent=19.0, used=3 * GIB, free=13 * GIB)
_DISK = SimpleNamespace(total=500 * 10**9, used=260 * 10**9, free=240 * 10**9)
_DATED = ("core.library.store", "core.jobs.queue")
"""Modules that ask for the date of what they write."""


class _Date(datetime):
    """A date whose now is a minute later each time it is asked for, so that what is made stays in its order."""

    asked = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The next minute."""
        cls.asked += 1
        at = BEGAN + timedelta(minutes=cls.asked)
        return cls.fromisoformat(at.astimezone(tz).isoformat())


def _memory() -> Any:
    return _MEMORY


def _disk(_path: object) -> Any:
    return _DISK


@contextmanager
def held_still() -> Generator[None]:
    """Meanwhile it is always the same moment in UTC, and memory and disk are those of an ordinary computer."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    with ExitStack() as stack:
        _Date.asked = 0
        for module in _DATED:
            stack.enter_context(patch(f"{module}.datetime", _Date))
        stack.enter_context(patch.object(time, "monotonic", lambda: SECONDS))
        stack.enter_context(patch.object(psutil, "virtual_memory", _memory))
        stack.enter_context(patch.object(shutil, "disk_usage", _disk))
        yield
