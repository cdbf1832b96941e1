"""How long the compare player paints, by mode, panes and frame size, and how many frames it drops while busy.

Run: QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.player
Each figure is what a new frame costs from handing it over to the end of its painting, in milliseconds of the processor,
so that other work on the machine does not count; noise in place of pictures, so that nothing is cheap to copy.
`dropped` counts frames that never showed in four seconds at 24 a second, idle, then while a thread keeps Python busy.
"""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import application
from gui.state.comparison import Pane
from gui.state.player import Player
from gui.state.screening import screening
from gui.state.stage import Mode, StageState
from gui.widgets.stage import Stage
from gui.workers.clip_loader import Film, image_of

SIZES = {"512²": (512, 512), "1080p": (1920, 1080)}
COUNT, ROUNDS = 24, 5
FPS, SECONDS = 24.0, 4.0


def noise(key: int, size: tuple[int, int]) -> Film:
    """A clip of random pixels."""
    drawn = np.random.default_rng(key).integers(0, 256, (COUNT, size[1], size[0], 3), np.uint8)
    return Film(tuple(map(image_of, drawn)), FPS)


def staged(panes: int, size: tuple[int, int]) -> tuple[Stage, Player]:
    """A stage of 1200 × 640 pixels with its clock."""
    stage, player = Stage(StageState()), Player()
    player.moved.connect(stage.show_frame)
    stage.resize(1200, 640)
    stage.set_panes([Pane(str(key), f"Pane {key}", "noise", "file", Path(f"{key}.webm")) for key in range(panes)])
    shown = screening({str(key): noise(key, size) for key in range(panes)})
    stage.set_screening(shown)
    player.take(shown.clock)
    stage.show()
    return stage, player


def painted(stage: Stage, player: Player, app: QApplication) -> list[float]:
    """Milliseconds of the processor for each of some steps, painting included."""
    views = [stage.blend] if stage.state.paired else list(stage.views.values())
    found = []
    for _ in range(ROUNDS * COUNT):
        start = time.process_time()
        player.step(1)
        for view in views:
            view.repaint()
        found.append(1000 * (time.process_time() - start))
        app.processEvents()
    return found


def dropped(player: Player, busy: bool) -> tuple[int, float]:
    """Frames that never showed while it played, and the longest time that one stood, in milliseconds."""
    told: list[tuple[float, int]] = []
    player.moved.connect(lambda index: told.append((time.perf_counter(), index)))
    stop = threading.Event()
    thread = threading.Thread(target=_spin, args=(stop,))
    if busy:
        thread.start()
    player.play()
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * SECONDS), loop.quit)
    loop.exec()
    player.pause()
    stop.set()
    if busy:
        thread.join()
    steps = [(b - a) % COUNT for (_, a), (_, b) in pairwise(told)]
    gaps = [1000 * (b - a) for (a, _), (b, _) in pairwise(told)]
    return sum(step - 1 for step in steps), max(gaps)


def _spin(stop: threading.Event) -> None:
    total = 0
    while not stop.is_set():
        total += sum(range(2000))


def main() -> None:
    """Print a table."""
    app = application(["lacuna"])
    print(f"{'frames':>7} {'panes':>5} {'mode':<11} {'median':>7} {'p95':>7} {'worst':>7}")
    for name, size in SIZES.items():
        for panes in (2, 4):
            stage, player = staged(panes, size)
            for mode in Mode:
                stage.state.set_mode(mode)
                app.processEvents()
                found = painted(stage, player, app)
                p95 = quantiles(found, n=20)[-1]
                print(f"{name:>7} {panes:>5} {mode.value:<11} {median(found):>7.2f} {p95:>7.2f} {max(found):>7.2f}")
            stage.state.set_mode(Mode.SIDE)
            for busy in (False, True):
                count, gap = dropped(player, busy)
                print(f"{name:>7} {panes:>5} {'busy' if busy else 'idle':<11} dropped {count}, longest {gap:.0f} ms")
            stage.close()


if __name__ == "__main__":
    main()
