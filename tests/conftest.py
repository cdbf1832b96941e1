"""What every test stands on: no window, no network, no home folder, and nothing left running behind it."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer

if TYPE_CHECKING:
    from core.library.store import Library

HOME = Path(tempfile.mkdtemp(prefix="lacuna-tests-"))
"""Stands in for the person's home; set before any test module is imported."""

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = str(HOME / "huggingface")
for _name in ("DATA", "CONFIG", "CACHE", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(HOME / _name.lower())

PATIENCE = 3.0
"""Seconds that a thread or process has to end after the test that started it."""


def pytest_unconfigure() -> None:
    """Remove the stand-in home."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty library of its own."""
    from core.library.store import Library

    return Library(tmp_path / "library")


def pytest_configure() -> None:
    """Keep Python's collector out of other threads, as the application does: see gui/workers/garbage.py."""
    gc.disable()


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """Collect after each test what is due, in the main thread, where Qt's objects live."""
    from gui.workers.garbage import collect

    yield
    collect()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process, a QThread or a QTimer running."""
    threads, children = set(threading.enumerate()), set(_children())
    yield
    left = [*_left_in_qt(), *_left_threads(threads), *_left_children(children)]
    assert not left, f"The test left behind: {', '.join(left)}"


def _children() -> Iterable[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _left_threads(before: set[threading.Thread]) -> list[str]:
    started = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in started:
        thread.join(PATIENCE)
    return [f"thread {t.name}" for t in started if t.is_alive()]


def _left_children(before: set[psutil.Process]) -> list[str]:
    started = [child for child in _children() if child not in before]
    _, alive = psutil.wait_procs([child for child in started if not _is_resource_tracker(child)], timeout=PATIENCE)
    return [f"process {child.pid} ({child.name()})" for child in alive]


def _is_resource_tracker(child: psutil.Process) -> bool:
    """Python's own helper for multiprocessing lives as long as its parent, by design."""
    try:
        return any("resource_tracker" in part for part in child.cmdline())
    except psutil.Error:
        return False


def _left_in_qt() -> list[str]:
    if QCoreApplication.instance() is None:
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if not _running():
        return []
    gc.collect()
    return [f"{type(found).__name__} {found.objectName()!r} of {found.parent()!r}" for found in _running()]


def _running() -> list[QThread | QTimer]:
    classes = {*_family(QThread), *_family(QTimer)}
    found = [thing for thing in gc.get_objects() if type(thing) in classes and shiboken6.isValid(thing)]
    return [thing for thing in found if (thing.isRunning() if isinstance(thing, QThread) else thing.isActive())]


def _family(cls: type[QObject]) -> set[type[QObject]]:
    return {cls}.union(*(_family(child) for child in cls.__subclasses__()))
