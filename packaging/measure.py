"""What is read off a running program from outside: its first paint, its memory, its idle work, its size on the disk."""

from __future__ import annotations

import os
import struct
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil

COLOURS = 48
"""A window that has painted its words shows more colours than this; one that is only framed shows a few."""

STEP = 4
"""Pixels from one that is looked at to the next, in both directions."""

EDGE = 48
"""Pixels at the top of the display that the frame of a window may take."""

LOOK_S = 0.01
SAMPLE_S = 1.0
MEBIBYTE = 1 << 20


class Display:
    """The pixels that Xvfb shows, which it keeps in a file: reading them asks nothing of X or of the program."""

    def __init__(self, folder: Path) -> None:
        with (folder / "Xvfb_screen0").open("rb") as file:
            head = struct.unpack(">25I", file.read(100))
        self._start, self._height, self._stride = head[0] + head[19] * 12, head[5], head[12]
        self._pixels = np.memmap(folder / "Xvfb_screen0", np.uint8, "r")

    def pixels(self) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """A copy of what is shown now, one number a pixel."""
        shown = self._pixels[self._start : self._start + self._height * self._stride]
        return np.array(shown).view(np.uint32).reshape(self._height, self._stride // 4)

    def painted(self) -> bool:
        """Whether some window shows more than its background."""
        return len(np.unique(self.pixels()[EDGE::STEP, ::STEP])) > COLOURS

    def first_paint(self, started: float, process: subprocess.Popen[bytes], seconds: float = 60.0) -> float:
        """Seconds from `started`, a time.monotonic(), until a window is painted; an AssertionError if none comes."""
        while time.monotonic() < started + seconds:
            if self.painted():
                return time.monotonic() - started
            assert process.poll() is None, f"The program ended with {process.returncode} before it painted a window."
            time.sleep(LOOK_S)
        raise AssertionError(f"No window was painted within {seconds:g} s.")


def pss(pid: int) -> int:
    """Bytes of memory that a process is to blame for: its own, and its share of what it shares; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def engine(window: int) -> int | None:
    """The process id of the engine of a window, its largest child; None while it has none."""
    try:
        children = psutil.Process(window).children(recursive=True)
    except psutil.NoSuchProcess:
        return None
    sized = [(pss(child.pid), child.pid) for child in children]
    return max(sized)[1] if sized else None


class Peaks:
    """The most memory that the window and its engine took while it was watched, in bytes."""

    def __init__(self, window: int) -> None:
        self.window, self.engine = 0, 0
        self._pid = window
        self._over = threading.Event()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_S):
            self.window = max(self.window, pss(self._pid))
            child = engine(self._pid)
            self.engine = max(self.engine, pss(child) if child else 0)

    @contextmanager
    def watching(self) -> Iterator[Peaks]:
        """Look every second for the length of the block."""
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()


def idle_share(pid: int, seconds: float = 10.0) -> float:
    """The share of one core that a process and its children take while nobody does anything."""
    before = _work(pid)
    time.sleep(seconds)
    return (_work(pid) - before) / seconds


def _work(pid: int) -> float:
    """Seconds of a core that a process and its children have used."""
    family = psutil.Process(pid)
    times = [process.cpu_times() for process in (family, *family.children(recursive=True))]
    return sum(used.user + used.system for used in times)


def on_disk(folder: Path) -> int:
    """Bytes that a folder takes on the disk; a file with several names counts once."""
    found = {(s.st_dev, s.st_ino): s.st_blocks * 512 for s in (path.lstat() for path in (folder, *folder.rglob("*")))}
    return sum(found.values())


def largest(folder: Path, count: int = 15) -> list[tuple[str, int]]:
    """The folders right inside a bundle's own that take the most, with their bytes; loose files count as one."""
    inside = folder / "_internal"
    sizes = [(path.name, on_disk(path)) for path in inside.iterdir() if path.is_dir()]
    loose = sum(path.lstat().st_blocks * 512 for path in inside.iterdir() if not path.is_dir())
    return sorted([*sizes, ("(files)", loose)], key=lambda pair: -pair[1])[:count]


def forget_disk() -> bool:
    """Empty the kernel's cache of files, as after a start of the computer; False where that is not allowed."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3", "ascii")
    except OSError:
        return False
    return True


def load() -> float:
    """How many processes wanted a core in the last minute: what every figure is to be read beside."""
    return os.getloadavg()[0]


def summed_up(figures: Sequence[float]) -> dict[str, float]:
    """Median and worst of several runs."""
    return {"median": round(median(figures), 2), "worst": round(max(figures), 2), "runs": len(figures)}
