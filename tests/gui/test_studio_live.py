"""The still that follows the strength slider, made by the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.jobs.spec import GenerateSpec
from core.library.store import Library
from gui.state.job_queue import JobQueue
from gui.state.studio_live import LiveStill, Still
from tests.gui.noise import noisy_entry

PATIENCE = 120_000


@pytest.fixture
def queue(qapp: object) -> Iterator[JobQueue]:
    """A queue that is kept nowhere."""
    assert qapp is not None
    made = JobQueue()
    yield made
    made.close()


def test_the_newest_strength_is_shown_beside_the_original(queue: JobQueue, tmp_path: Path, qtbot: QtBot) -> None:
    entry = noisy_entry(Library(tmp_path))
    live = LiveStill(queue, str(tmp_path))
    wanted = [Still("Pipwick on a hill", 1, "starter", entry.id, strength) for strength in (0.0, 0.5, 1.0)]
    live.ask(wanted[0])
    assert live.words
    qtbot.waitUntil(lambda: live.shown == wanted[0], timeout=PATIENCE)
    assert live.before is not None
    assert live.after == live.before
    for still in wanted[1:]:
        live.ask(still)
    qtbot.waitUntil(lambda: live.shown == wanted[-1] and not live.words, timeout=PATIENCE)
    assert live.after is not None
    assert live.after != live.before
    live.ask(wanted[0])
    assert live.shown == wanted[0]
    _it_waits_for_a_job(live, queue, wanted[0], qtbot)
    live.close()


def _it_waits_for_a_job(live: LiveStill, queue: JobQueue, still: Still, qtbot: QtBot) -> None:
    """A listed job has the engine first; the still follows by itself."""
    other = Still("a car", 2, "starter", still.entry, still.strength)
    queue.add(GenerateSpec("a tree", host="still", library=live.library, out=str(Path(live.library) / "tree.png")))
    live.ask(other)
    assert "A job has the engine" in live.words
    qtbot.waitUntil(lambda: live.shown == other, timeout=PATIENCE)
    assert not live.words


def test_what_cannot_be_made_is_told_once(queue: JobQueue, tmp_path: Path, qtbot: QtBot) -> None:
    live = LiveStill(queue, str(tmp_path))
    with qtbot.waitSignal(live.changed):
        live.ask(Still(" ", 1, "starter", "gone", 1.0))
    assert "prompt is empty" in live.words
    assert live.after is None
    assert queue.worker.pid is None
    live.close()
