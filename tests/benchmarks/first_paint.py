"""Prints how long the window takes to its first paint, from the start of the interpreter, and what it holds then.

Run: python tests/benchmarks/first_paint.py [number of runs]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import json, sys, time
import psutil
from gui.app import application

app = application(["lacuna"])
from PySide6.QtCore import QEvent, QObject, QTimer
from gui.state.session import Session
from gui.window import MainWindow

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, told)
            watched.removeEventFilter(self)
        return False

def told():
    process = psutil.Process()
    heavy = sorted({"torch", "diffusers", "transformers", "numpy", "cv2"} & set(sys.modules))
    seconds = time.time() - process.create_time()
    busy = sum(process.cpu_times()[:2])
    said = {"seconds": seconds, "busy": busy, "bytes": process.memory_info().rss, "heavy": heavy}
    print(json.dumps(said), flush=True)
    window.close()
    app.quit()

window, watch = MainWindow(Session()), Watch()
window.centralWidget().installEventFilter(watch)
window.show()
app.exec()
"""


def first_paint() -> dict[str, Any]:
    """One start in a fresh interpreter, with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
        done = subprocess.run(
            [sys.executable, "-c", CHILD], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
    return json.loads(done.stdout)


def main(runs: int = 5) -> None:
    """Print each run and the median."""
    print(f"{psutil.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}")
    paints = [first_paint() for _ in range(runs)]
    for paint in paints:
        print(
            f"first paint {paint['seconds']:.2f} s ({paint['busy']:.2f} s of processor time), "
            f"{paint['bytes'] / 1e6:.0f} MB, heavy modules: {paint['heavy']}"
        )
    print(f"median {statistics.median(paint['seconds'] for paint in paints):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
