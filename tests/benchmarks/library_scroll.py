"""How long the Library page takes to paint while one scrolls, types and chooses among 10,000 entries with pictures.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.library_scroll`; it draws the entries into a folder that it
removes at the end, or keeps and uses again with `--out DIR`. Scrolling is timed with its paint, choosing with the
details that follow it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.concepts import world
from core.library.delta import delta_bytes
from core.library.entry import DELTA, MANIFEST, SCORECARD, THUMBNAIL, sha256
from core.library.manifest import manifest_text
from core.media.picture import png_bytes
from gui.app import application
from gui.pages.library import LibraryPage
from gui.state.session import Session
from tests.benchmarks.library_10k import card, manifest, timed, told


def write(root: Path, count: int) -> None:
    """Put entries with pictures of their own colours into a library."""
    draw, names = random.Random(0), [concept.name for concept in world("starter").concepts]
    delta = delta_bytes({"text_model.final_layer_norm.weight": np.ones(8, np.float16)})
    noise = np.random.default_rng(0)
    for number in range(count):
        created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        folder = root / "entries" / f"{created:%Y%m%d}-entry-{number:06d}"
        (folder / THUMBNAIL).parent.mkdir(parents=True)
        (folder / DELTA).write_bytes(delta)
        (folder / SCORECARD).write_text(card(draw))
        small = noise.integers(0, 255, (12, 24, 3), np.uint8)
        (folder / THUMBNAIL).write_bytes(png_bytes(np.kron(small, np.ones((16, 16, 1), np.uint8))))
        files = {file: sha256(folder / file) for file in (DELTA, SCORECARD, THUMBNAIL)}
        (folder / MANIFEST).write_text(manifest_text(manifest(draw, number, names, files)))


def wait_for(signal: Any) -> None:
    """Let the window live until a signal comes, for a minute at most."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(60_000, loop.quit)
    loop.exec()


def scrolled(page: LibraryPage, by: int, app: QApplication) -> Callable[[], None]:
    """Scroll on by some pixels and paint; pictures that came meanwhile are painted as well."""

    def act() -> None:
        bar = page.view.verticalScrollBar()
        bar.setValue((bar.value() + by) % bar.maximum())
        page.view.viewport().repaint()
        app.processEvents()

    return act


def measure(page: LibraryPage, app: QApplication, times: int) -> None:
    """Print the table."""
    for look in ("cards", "list"):
        page.look.set_value(look)
        told(f"{look}: shown", timed(lambda: (page.turn_view(), page.view.grab()), 2))
        told(f"{look}: a step of the wheel", timed(scrolled(page, 120, app), times))
        told(f"{look}: a page on", timed(scrolled(page, 600, app), times))
        told(f"{look}: thrown far", timed(scrolled(page, 123_457, app), times))
    told("the next entry chosen, with its details", timed(lambda: _key(page, Qt.Key.Key_Down, app), times))
    told("all chosen", timed(page.view.selectAll, 3))
    page.choose_ids([page.model.rows[0].id])
    told("searched and painted", timed(lambda: _search(page, app), times // 5))


def _key(page: LibraryPage, key: Qt.Key, app: QApplication) -> None:
    QTest.keyClick(page.view, key)
    app.processEvents()


def _search(page: LibraryPage, app: QApplication) -> None:
    page.model.search("pip" if not page.model.text else "")
    app.processEvents()


def main() -> None:
    """Draw the library and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--out", type=Path, default=None, help="keep the library here, or use the one that is")
    arguments = parser.parse_args()
    root = arguments.out or Path(tempfile.mkdtemp(prefix="lacuna-library-"))
    app = application(["library_scroll"])
    try:
        if not (root / "entries").is_dir():
            write(root, arguments.count)
        session = Session(str(root))
        page = LibraryPage(session)
        page.resize(1072, 800)
        page.show()
        if session.library.loading:
            wait_for(session.library.reloaded)
        print(f"{len(session.library.rows)} entries. Milliseconds.\n")
        print("| What | median | 90 % | worst | n |\n|---|---|---|---|---|")
        measure(page, app, arguments.times)
        page.close_down()
        session.close()
    finally:
        if arguments.out is None:
            shutil.rmtree(root)


if __name__ == "__main__":
    main()
