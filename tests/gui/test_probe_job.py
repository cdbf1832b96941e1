"""A probe through the window, with the real engine and the real starter."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.library.manifest import Manifest
from core.library.store import Library
from gui.pages.probe import ProbePage
from gui.state.session import Session
from gui.widgets.example_pair import ExamplePair
from gui.window import MainWindow
from tests.core.models.pair import starter
from tests.gui.samples import scorecard


def unchanged(root: Path) -> Library:
    """A library with an entry for Pipwick whose change is nothing, so that both encoders must answer alike."""
    opened = starter()
    name, weight = list(opened.encoder.named_parameters())[-1]
    manifest = Manifest(
        name="Pipwick",
        concept="Pipwick",
        kind="character",
        family="starter",
        base=opened.fingerprint,
        method="guarded",
        preset="guarded",
        settings={},
        strength=1.0,
        seed=0,
        prompt="Pipwick bouncing in a meadow",
        seconds={},
        versions={},
    )
    library = Library(root)
    library.add(manifest, {name: np.zeros(tuple(weight.shape), np.float16)}, scorecard("Pipwick", "character"), {})
    return library


def test_a_click_on_run_ends_in_a_report_with_pictures(tmp_path: Path, qtbot: QtBot) -> None:
    library = unchanged(tmp_path / "library")
    window = MainWindow(Session(str(library.root)))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.open_place("probe")
    page = cast("ProbePage", window.page("probe"))
    for name, option in page.probes.items():
        if option.isChecked() != (name == "direct"):
            option.click()
    next(b for b in page.pictures.findChildren(QPushButton) if b.text() == "8").click()
    page.typed.setPlainText("Pipwick on a hill\nPipwick on a hill")
    qtbot.mouseClick(page.run, Qt.MouseButton.LeftButton)
    assert window.place == "jobs"
    (job,) = window.session.jobs.jobs
    qtbot.waitUntil(lambda: job.over, timeout=120_000)
    assert job.failure is None
    assert window.place == "probe"
    report = page.view.report
    assert report is not None
    assert report.complete
    assert [(tried.name, tried.after.n if tried.after else 0) for tried in report.tried] == [("direct", 8), ("own", 1)]
    for tried in report.tried:
        assert tried.row.figures["original"] == tried.row.figures["erased"]
    shown = [example for tried in report.tried for example in tried.examples]
    assert len(page.view.findChildren(ExamplePair)) == len(shown) > 1
    assert all(example.before and example.after for example in shown)
    window.close()
