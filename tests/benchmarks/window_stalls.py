"""Prints how long the window's thread is held up while a real erasure runs: gaps between the ticks of a 16 ms timer.

Run: QT_QPA_PLATFORM=offscreen python tests/benchmarks/window_stalls.py [seconds of rest before] [--where]

The window stands on Jobs, where most is painted; `--where` adds what the thread was doing in the longest gaps. The
rest before the job is the baseline: what the machine and Qt do by themselves. When the job is done, the window builds
the page that shows its result; that is counted for itself.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer

TICK_MS, AIM_MS = 16, 50.0
_LOOK = 0.03
"""Seconds without a tick after which the watch looks at what the window's thread does."""


class Ticks(QObject):
    """Counts the gaps between ticks, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self.last) * 1000)
        self.last = now

    def take(self) -> list[float]:
        """The gaps so far; begins anew."""
        taken, self.gaps = self.gaps, []
        return taken


class Watch(threading.Thread):
    """Notes where the window's thread stands while a tick is overdue; it takes the interpreter's lock to look."""

    def __init__(self, ticks: Ticks) -> None:
        super().__init__(daemon=True)
        self.ticks, self.main = ticks, threading.main_thread().ident or 0
        self.seen: dict[float, tuple[float, Counter[str]]] = {}
        self.over = threading.Event()

    def run(self) -> None:
        """Look every few milliseconds."""
        while not self.over.wait(0.005):
            last = self.ticks.last
            late = time.perf_counter() - last
            if late > _LOOK:
                stack = "".join(traceback.format_stack(sys._current_frames()[self.main])[-4:])
                places = self.seen.get(last, (0.0, Counter[str]()))[1]
                places[stack] += 1
                self.seen[last] = (late, places)

    def worst(self, count: int = 5) -> list[tuple[float, str]]:
        """The longest gaps, in seconds, with the place seen most often in each."""
        longest = sorted(self.seen.values(), key=lambda seen: -seen[0])[:count]
        return [(late, places.most_common(1)[0][0]) for late, places in longest]


def told(title: str, gaps: Sequence[float]) -> str:
    """One line about a run."""
    ranked = sorted(gaps)
    over = sum(gap > AIM_MS for gap in ranked)
    return (
        f"{title}: {len(ranked)} ticks, median {statistics.median(ranked):.1f} ms, "
        f"p99 {ranked[int(0.99 * (len(ranked) - 1))]:.1f} ms, worst {ranked[-1]:.1f} ms, {over} over {AIM_MS:.0f} ms"
    )


def wait_until(done: Callable[[], bool], milliseconds: int) -> None:
    """Let the window live until something holds, or for so long at most."""
    loop, poll, limit = QEventLoop(), QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if done() else None)
    poll.start(100)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    limit.start(milliseconds)
    loop.exec()
    poll.stop()
    limit.stop()


def main(rest: float = 5.0, where: bool = False) -> None:
    """Rest, erase, rest: print each."""
    print(f"{psutil.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}")
    from core.jobs.spec import EraseSpec
    from gui.app import application
    from gui.state.session import Session
    from gui.window import MainWindow

    with tempfile.TemporaryDirectory() as scratch:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, scratch)
        application(["lacuna"])
        library = str(Path(scratch) / "library")
        window = MainWindow(Session(library))
        window.show()
        window.open_place("jobs")
        wait_until(lambda: False, 1000)
        ticks = Ticks()
        wait_until(lambda: False, round(rest * 1000))
        print(told("at rest", ticks.take()), flush=True)
        watch = Watch(ticks)
        if where:
            watch.start()
        during: list[float] = []
        window.session.jobs.changed.connect(lambda changed: during.extend(ticks.take()) if changed.over else None)
        job = window.session.jobs.add(EraseSpec(concept="Pipwick", library=library))
        wait_until(lambda: job.over, 600_000)
        print(told(f"while a job ran ({job.status()})", during), flush=True)
        wait_until(lambda: False, 2000)
        print(told("as the window went to its result", ticks.take()), flush=True)
        watch.over.set()
        for late, stack in watch.worst():
            print(f"\n{late * 1000:.0f} ms:\n{stack}")
        window.close()


if __name__ == "__main__":
    asked = [argument for argument in sys.argv[1:] if argument != "--where"]
    main(float(asked[0]) if asked else 5.0, "--where" in sys.argv)
