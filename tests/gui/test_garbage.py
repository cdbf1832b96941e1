"""Python's garbage is collected in the window's thread and in no other."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.workers.garbage import Garbage


@pytest.fixture
def threads() -> Iterator[list[int]]:
    """The threads in which a collection began while the test ran."""
    heard: list[int] = []

    def hear(phase: str, _about: dict[str, Any]) -> None:
        if phase == "start":
            heard.append(threading.get_ident())

    gc.callbacks.append(hear)
    yield heard
    gc.callbacks.remove(hear)


def litter() -> None:
    """Leave cycles behind, far more than the collector's threshold."""
    for _ in range(20_000):
        cycle: list[object] = []
        cycle.append(cycle)


def test_a_worker_s_litter_is_collected_in_the_window_s_thread(threads: list[int], qtbot: QtBot) -> None:
    garbage = Garbage()
    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert threads == []
    qtbot.waitUntil(lambda: bool(threads))
    assert set(threads) == {threading.get_ident()}
    garbage.stop()
    assert gc.isenabled()
    gc.disable()
