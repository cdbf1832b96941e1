"""The judge's figures under the timeline, and how they come there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.jobs.spec import JudgeSpec
from core.media.clip import sidecar
from gui.state.comparison import of_files
from gui.state.job_queue import JobQueue
from gui.state.jobs import Job
from gui.state.judging import Judging
from gui.theme import current
from gui.widgets.judge_strip import JudgedRow, JudgeStrip
from gui.workers.clip_loader import film
from tests.gui.coded import GREEN, RED, write_coded

SEEN = (0.0, 0.25, 1.0, 0.75)


@pytest.fixture
def strip(qtbot: QtBot) -> JudgeStrip:
    """Two judged panes of four frames and one that was not judged."""
    made = JudgeStrip(60)
    qtbot.addWidget(made)
    rows = (
        JudgedRow("Before", "before", SEEN),
        JudgedRow("After", "after", (0.0, 0.0, 0.0, 0.0)),
        JudgedRow("Odd", "text", ()),
    )
    made.set_rows(rows)
    made.resize(484, made.sizeHint().height())
    made.show()
    return made


def cell(frame: int, line: int) -> QPoint:
    """The middle of a frame's cell: 400 pixels of four cells behind the gutter and the edge."""
    return QPoint(60 + 12 + 100 * frame + 30, 17 * line + 7)


def test_a_cell_is_the_surer_the_nearer_it_is_to_the_panes_colour(strip: JudgeStrip) -> None:
    image = strip.grab().toImage()
    found = [image.pixelColor(cell(frame, 0)) for frame in range(4)]
    look = current()
    assert found[0] == look.colour("sunken")
    assert found[2] == look.colour("before")
    gaps = [abs(colour.red() - QColor(look.before).red()) for colour in found]
    assert gaps[0] > gaps[1] > gaps[3] > gaps[2] == 0


def test_the_pointer_is_told_pane_frame_and_figure(strip: JudgeStrip) -> None:
    told = [strip.told(QPointF(cell(frame, 0))) for frame in range(4)]
    assert told[1] == "Before, frame 2: the judge sees the concept with 25 %"
    assert told[2].endswith("frame 3: the judge sees the concept with 100 %")
    assert strip.told(QPointF(5, 7)) == "Before: seen in 2 of 4 frames"
    assert strip.told(QPointF(cell(0, 2))) == "Odd: not judged"
    assert strip.told(QPointF(100, 400)) == ""


def test_a_screen_reader_is_told_the_counts(strip: JudgeStrip) -> None:
    said = "Before: seen in 2 of 4 frames. After: seen in 0 of 4 frames. Odd: not judged"
    assert strip.accessibleDescription() == said
    strip.show_frame(3, tell=True)
    assert "Before, frame 4: the judge sees the concept with 75 %" in strip.accessibleDescription()


def test_nothing_judged_shows_no_strip(strip: JudgeStrip) -> None:
    strip.set_rows([JudgedRow("Odd", "text", ())])
    assert not strip.isVisible()


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    """A queue whose engine is ended again."""
    made = JobQueue()
    yield made
    made.close()


def test_figures_beside_a_clip_are_read_and_those_that_do_not_fit_are_not(queue: JobQueue, tmp_path: Path) -> None:
    good, odd = write_coded(tmp_path / "good", 4, GREEN), write_coded(tmp_path / "odd", 3, RED)
    for path in (good, odd):
        known = json.loads(sidecar(path).read_text("utf-8"))
        sidecar(path).write_text(json.dumps({**known, "seen": list(SEEN)}), "utf-8")
    panes = of_files([good, odd]).panes
    judging = Judging(queue, tmp_path)
    judging.take(panes, {pane.key: film(pane.path) for pane in panes})
    assert judging.seen("file-1") == SEEN
    assert judging.seen("file-2") == ()
    assert judging.concepts() == ("car",)
    assert [pane.key for pane in judging.missing()] == ["file-2"]
    assert judging.possible()


def test_a_listed_job_comes_before_the_judge(queue: JobQueue, tmp_path: Path, qtbot: QtBot) -> None:
    (pane,) = of_files([write_coded(tmp_path / "one", 4, GREEN)]).panes
    judging = Judging(queue, tmp_path)
    judging.take([pane], {pane.key: film(pane.path)})
    queue.running = Job(JudgeSpec((str(pane.path),), ("car",)))
    with qtbot.waitSignal(judging.failed) as told:
        judging.start()
    assert told.args is not None
    assert "running job" in told.args[0]
    assert not judging.busy
    queue.running = None


def test_the_judge_looks_at_every_frame(queue: JobQueue, tmp_path: Path, qtbot: QtBot) -> None:
    """The one test that asks the engine: about a clip of numbers, in which no car is to be seen."""
    (pane,) = of_files([write_coded(tmp_path / "one", 4, GREEN)]).panes
    judging = Judging(queue, tmp_path)
    judging.take([pane], {pane.key: film(pane.path)})
    judging.start()
    assert judging.busy
    qtbot.waitUntil(lambda: not judging.busy, timeout=60_000)
    assert len(judging.seen(pane.key)) == 4
    assert all(0 <= value <= 1 for value in judging.seen(pane.key))
    assert not judging.possible()
