"""How long a library of 10,000 entries takes to open, to search, to sort and to change, and whether the window stalls.

Run `python -m tests.benchmarks.library_10k`; it draws the entries into a folder that it removes at the end, or keeps
and uses again with `--out DIR`. Opening is timed as the window does it: the Library, then every row, the index being
there and the folders in the system's cache.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from core.concepts import world
from core.library.delta import delta_bytes
from core.library.entry import DELTA, MANIFEST, SCORECARD, sha256
from core.library.manifest import Manifest, manifest_text
from core.library.query import Query
from core.library.row import Row
from core.library.store import Library
from gui.state.library_model import LibraryModel

METHODS = ("guarded", "closed_form", "adversarial", "domain_correction")
PLACES = ("a meadow", "the snow", "a harbour", "a kitchen", "the desert", "a library")
SEARCHES = ("p", "pi", "pipwick", "pipwick meadow", "guarded car", "tag-7", "zzz", "harbour 4")


def figure(value: float) -> dict[str, float]:
    """A figure of a scorecard."""
    return {"value": value, "n": 40, "low": value, "high": value}


def card(draw: random.Random) -> str:
    """A scorecard of three hosts, as the quick one is."""
    hosts = {}
    for name in ("still", "animatediff", "text2video"):
        groups = ("direct", "paraphrase", "implicit", "neighbours", "unrelated")
        columns = {c: {g: figure(draw.random()) for g in groups} for c in ("original", "negative_prompt", "erased")}
        hosts[name] = {**columns, "retained": {"neighbours": figure(draw.uniform(0.9, 1.0))}}
    return json.dumps({"schema": 1, "hosts": hosts})


def manifest(draw: random.Random, number: int, names: Sequence[str], files: dict[str, str]) -> Manifest:
    """What an entry of a busy person would say."""
    concept = draw.choice(names)
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Manifest(
        name=f"{concept} {number}",
        concept=concept,
        kind=draw.choice(("character", "style", "object", "person")),
        family="starter",
        base="0" * 64,
        method=draw.choice(METHODS),
        preset=draw.choice(METHODS),
        settings={"steps": 40, "rate": 1e-5, "layers": ["mlp", "attention"]},
        strength=1.0,
        seed=number,
        prompt=f"{concept} bouncing in {draw.choice(PLACES)}",
        seconds={"erasure": 24.0},
        versions={"torch": "2.13.0"},
        id=f"{created:%Y%m%d}-entry-{number:06d}",
        created=created.isoformat(),
        notes="Looks well at a second sight." if number % 3 == 0 else "",
        tags=(f"tag-{number % 40}",),
        stars=number % 6,
        files=files,
    )


def write(root: Path, count: int) -> None:
    """Put the entries into a library, without the care that the library takes for power cuts."""
    draw, names = random.Random(0), [concept.name for concept in world("starter").concepts]
    delta = delta_bytes({"text_model.final_layer_norm.weight": np.ones(8, np.float16)})
    for number in range(count):
        created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        folder = root / "entries" / f"{created:%Y%m%d}-entry-{number:06d}"
        folder.mkdir(parents=True)
        (folder / DELTA).write_bytes(delta)
        (folder / SCORECARD).write_text(card(draw))
        files = {file: sha256(folder / file) for file in (DELTA, SCORECARD)}
        (folder / MANIFEST).write_text(manifest_text(manifest(draw, number, names, files)))


@dataclass(frozen=True)
class Times:
    """Milliseconds of each turn by the clock, and those of the processor, which a busy machine hardly changes."""

    clock: list[float]
    processor: list[float]

    def __add__(self, other: Times) -> Times:
        return Times(self.clock + other.clock, self.processor + other.processor)


NO_TIMES = Times([], [])


def timed(act: Callable[[], object], times: int) -> Times:
    """Do something several times."""
    found = NO_TIMES
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        act()
        found += Times([1000 * (time.perf_counter() - began)], [1000 * (time.process_time() - worked)])
    return found


def told(what: str, taken: Times) -> None:
    """A line of the table: median, nine tenths and the worst by the clock, and the processor's median."""
    ranked = sorted(taken.clock)
    tenth = ranked[min(len(ranked) - 1, int(0.9 * len(ranked)))]
    clock = f"{statistics.median(ranked):.1f} | {tenth:.1f} | {ranked[-1]:.1f}"
    worked = f"{statistics.median(taken.processor):.1f}" if taken.processor else "–"
    print(f"| {what} | {clock} | {worked} | {len(ranked)} |", flush=True)


def of_core(root: Path, times: int) -> None:
    """The library without a window."""
    told("index made anew", timed(lambda: Library(root).rebuild(), 1))
    told("opened: every row", timed(lambda: Library(root).rows(), times))
    told("looked at again, nothing changed", timed(Library(root).rescan, times))
    rows = Library(root).rows()
    told("search", sum((timed(lambda text=text: Query(text).select(rows), times) for text in SEARCHES), NO_TIMES))
    asked = Query(kind="object", method="guarded", stars=3, verdict="failed")
    told("filter", timed(lambda: asked.select(rows), times))
    sorts = ("name", "rating", "seen")
    told("sort", sum((timed(lambda sort=sort: _sorted(rows, sort), times) for sort in sorts), NO_TIMES))


def _sorted(rows: Sequence[Row], sort: str) -> list[Row]:
    return replace(Query(), sort=sort).select(rows)


class Ticks(QObject):
    """A 16 ms clock in the window's thread; `gaps` holds the milliseconds from each tick to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._since, self._timer = QElapsedTimer(), QTimer(self)
        self._since.start()
        self._timer.timeout.connect(self._tick)
        self._timer.start(16)

    def _tick(self) -> None:
        self.gaps.append(self._since.nsecsElapsed() / 1e6)
        self._since.restart()

    def stop(self) -> None:
        """Stop ticking."""
        self._timer.stop()


def of_model(root: Path, times: int) -> None:
    """The window's model: until it shows, the worst gap between ticks meanwhile, a search, and a change."""
    told("a window that does nothing: worst gap between 16 ms ticks", Times([_gap(_pause) for _ in range(times)], []))
    told("window: opened", timed(lambda: opened(root).close(), times))
    gaps = [_gap(lambda: opened(root).close()) for _ in range(times)]
    told("window: worst gap between 16 ms ticks while opening", Times(gaps, []))
    model = opened(root)
    told("window: search", sum((timed(lambda text=text: _search(model, text), times) for text in SEARCHES), NO_TIMES))
    model.search("")
    stars = iter(range(1000))
    told("window: a star given and shown", timed(lambda: changed(model, next(stars) % 6), times))
    model.close()


def _gap(act: Callable[[], object]) -> float:
    ticks = Ticks()
    act()
    ticks.stop()
    return max(ticks.gaps, default=0.0)


def _pause() -> None:
    loop = QEventLoop()
    QTimer.singleShot(500, loop.quit)
    loop.exec()


def _search(model: LibraryModel, text: str) -> None:
    model.search("")
    model.search(text)


def opened(root: Path) -> LibraryModel:
    """The model once it shows."""
    loop = QEventLoop()
    model = LibraryModel(Library(root))
    model.reloaded.connect(loop.quit)
    loop.exec()
    return model


def changed(model: LibraryModel, stars: int) -> None:
    """Rate an entry and wait until that is written and shown."""
    loop = QEventLoop()
    model.done.connect(loop.quit)
    model.annotate([model.kept[5000 % len(model.kept)].id], stars=stars)
    loop.exec()
    model.done.disconnect(loop.quit)


def main() -> None:
    """Draw the library and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--out", type=Path, default=None, help="keep the library here, or use the one that is")
    arguments = parser.parse_args()
    root = arguments.out or Path(tempfile.mkdtemp(prefix="lacuna-library-"))
    application = QApplication(["library_10k"])
    try:
        if not (root / "entries").is_dir():
            write(root, arguments.count)
        print(f"{arguments.count} entries, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Milliseconds.\n")
        print("| What | median | 90 % | worst | processor, median | n |\n|---|---|---|---|---|---|")
        of_core(root, arguments.times)
        of_model(root, arguments.times)
    finally:
        if arguments.out is None:
            shutil.rmtree(root)
    application.quit()


if __name__ == "__main__":
    main()
