"""The queue over the real engine: jobs that fail, are killed, cancelled, moved, and wait for the next start."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.jobs.events import Failure, Log, Metric, Preview, Progress, Result, Stage
from core.jobs.spec import EraseSpec, GenerateSpec
from gui.state.job_queue import JOB_ROLE, JobQueue
from gui.state.jobs import Job, JobState
from gui.workers.engine_worker import latest

PATIENCE = 120_000
UNKNOWN = EraseSpec(concept="Nobody Whoever")
KNOWN = EraseSpec(concept="Pipwick", kind="character")


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    """A queue whose engine is ended afterwards."""
    made = JobQueue()
    yield made
    made.close()


@pytest.fixture
def resting() -> Iterator[JobQueue]:
    """A paused queue with three waiting jobs, A to C; it starts no engine."""
    made = JobQueue()
    made.pause()
    made.add_many([EraseSpec(concept=name) for name in "ABC"])
    yield made
    made.close()


def ended(job: Job, qtbot: QtBot) -> JobState:
    """The state in which a job ends."""
    qtbot.waitUntil(lambda: job.over, timeout=PATIENCE)
    return job.state


def names(queue: JobQueue) -> list[str]:
    """The concepts of the jobs, from the top of the list."""
    return [job.spec.concept for job in queue.jobs if isinstance(job.spec, EraseSpec)]


def kill_engine(queue: JobQueue) -> None:
    """End the engine's process as the system would when memory runs out."""
    assert queue.worker.pid is not None
    os.kill(queue.worker.pid, signal.SIGKILL)


def test_an_engine_killed_while_previewing_fails_its_job_and_the_next_ones_run_and_are_cancelled(
    queue: JobQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    first = queue.add(EraseSpec(concept="Pipwick", library=str(tmp_path)))
    second = queue.add(UNKNOWN)
    heard: list[tuple[Job, Job | None]] = []
    queue.finished.connect(lambda job: heard.append((job, queue.running)))
    assert (first.state, second.state) == (JobState.RUNNING, JobState.QUEUED)
    assert second.status() == "Queued #1"
    qtbot.waitUntil(lambda: bool(first.preview), timeout=PATIENCE)
    kill_engine(queue)
    assert ended(first, qtbot) is JobState.FAILED
    assert first.failure is not None
    assert first.failure.kind == "engine"
    assert first.failure.fix
    assert heard == [(first, second)], "who hears of an end can see that another job follows"
    assert ended(second, qtbot) is JobState.FAILED
    assert second.failure is not None
    assert second.failure.kind == "unknown_concept"
    assert "Nobody Whoever" in second.failure.what
    assert queue.running is None
    assert queue.jobs == [second, first], "the newest of what is over comes first"
    third = queue.add(KNOWN)
    assert (queue.quick(KNOWN, lambda _job: None), queue.running) == (False, third)
    queue.cancel(third)
    assert ended(third, qtbot) is JobState.CANCELLED
    assert queue.running is None


def test_quick_jobs_are_not_listed_the_latest_wins_and_a_listed_one_goes_first(
    queue: JobQueue, qtbot: QtBot, tmp_path: Path
) -> None:
    heard: list[Job] = []
    stills = [GenerateSpec("a hill", host="still", steps=2, out=str(tmp_path / f"{n}.png")) for n in range(4)]
    assert all(queue.quick(spec, heard.append) for spec in stills[:3])
    assert queue.rowCount() == 0
    assert [(job.spec, job.state) for job in heard] == [(stills[1], JobState.CANCELLED)]
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=PATIENCE)
    assert (heard[-1].spec, heard[-1].state) == (stills[2], JobState.DONE)
    assert Path(stills[2].out).exists()
    assert queue.quick(stills[3], heard.append)
    listed = queue.add(UNKNOWN)
    assert queue.running is None
    assert ended(listed, qtbot) is JobState.FAILED
    assert len(heard) == 4


def test_closing_in_the_middle_ends_the_engine_and_the_job_can_be_started_again(qtbot: QtBot, tmp_path: Path) -> None:
    queue = JobQueue(folder=tmp_path / "library", library=str(tmp_path / "library"))
    job, waiting = queue.add(KNOWN, "about"), queue.add(UNKNOWN)
    qtbot.waitUntil(lambda: queue.worker.pid is not None, timeout=PATIENCE)
    queue.close()
    assert queue.worker.pid is None
    assert not queue.worker.busy
    later = JobQueue(folder=tmp_path / "library", library=str(tmp_path / "library"))
    later.restore()
    assert [(j.id, j.state) for j in later.jobs] == [
        (waiting.id, JobState.QUEUED), (job.id, JobState.INTERRUPTED),
    ]  # fmt: skip
    assert later.paused
    assert later.running is None
    again = later.retry(later.jobs[1])
    assert (again.about, again.attempts, again.line) == ("about", 2, 2)
    assert [j.id for j in later.jobs] == [waiting.id, again.id]
    later.close()


def test_a_second_window_keeps_its_jobs_for_itself(tmp_path: Path) -> None:
    first, second = JobQueue(folder=tmp_path), JobQueue(folder=tmp_path)
    first.pause()
    first.add(KNOWN)
    second.pause()
    second.add(UNKNOWN)
    assert "Another window" in second.note
    second.close()
    first.close()
    third = JobQueue(folder=tmp_path)
    third.restore()
    assert [job.title for job in third.jobs] == ["Erase Pipwick"]
    third.close()


def test_a_library_that_vanished_is_told_and_its_jobs_stay(qtbot: QtBot, tmp_path: Path) -> None:
    root = tmp_path / "library"
    root.mkdir()
    queue = JobQueue(folder=root)
    queue.restore()
    queue.pause()
    root.rename(tmp_path / "elsewhere")
    with qtbot.waitSignal(queue.turned, timeout=PATIENCE):
        queue.add(KNOWN)
    assert str(root) in queue.note
    assert len(queue.jobs) == 1
    queue.close()


def test_waiting_jobs_are_moved_one_place_at_a_time_and_by_dragging(resting: JobQueue) -> None:
    first, second, third = resting.jobs
    assert resting.move(third, -1)
    assert names(resting) == ["A", "C", "B"]
    assert not resting.move(first, -1)
    assert not resting.move(second, 1)
    assert resting.moveRows(QModelIndex(), 0, 1, QModelIndex(), 3)
    assert names(resting) == ["C", "B", "A"]
    assert [job.line for job in resting.jobs] == [1, 2, 3]


def test_what_is_over_leaves_the_line_and_can_be_taken_away_and_back(resting: JobQueue) -> None:
    first, second, third = resting.jobs
    resting.cancel(second)
    assert resting.jobs == [first, third, second]
    assert (first.line, third.line) == (1, 2)
    resting.remove([first, second])
    assert resting.jobs == [third]
    resting.restore_removed([first, second])
    assert resting.jobs == [third, first, second]
    assert not resting.moveRows(QModelIndex(), 2, 1, QModelIndex(), 0), "what is over is not put back into the line"


def test_a_retry_is_the_same_job_again(resting: JobQueue) -> None:
    first = resting.jobs[0]
    resting.cancel(first)
    again = resting.retry(first)
    assert again.spec is first.spec
    assert again.id != first.id
    assert again.attempts == 2
    assert first in resting.jobs


def test_it_is_a_good_model(resting: JobQueue, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(resting)
    assert resting.rowCount() == 3
    assert resting.data(resting.index(0)) == "Erase A"
    resting.cancel(resting.jobs[0])
    resting.move(resting.jobs[0], 1)
    resting.remove(resting.over())
    assert [resting.index(row).data(JOB_ROLE) for row in range(2)] == resting.jobs


def test_a_queue_that_fails_twice_alike_waits_for_a_person(resting: JobQueue) -> None:
    for _ in range(2):
        job = resting.running = resting.jobs[0]
        job.start(0.0)
        resting.worker.events.emit([Failure("storage", "The disk is full.")])
    assert resting.paused
    assert "Two jobs failed" in resting.note
    resting.remove(resting.waiting())
    resting.go_on()
    assert not resting.paused


def test_a_job_that_ends_tells_the_queue_is_free(resting: JobQueue, qtbot: QtBot) -> None:
    job = resting.running = resting.jobs[0]
    job.start(0.0)
    with qtbot.waitSignal(resting.finished) as heard:
        resting.worker.events.emit([Result("erase", {"entry": "x"})])
    assert heard.args == [job]
    assert resting.running is None
    assert names(resting) == ["B", "C", "A"]


def test_a_batch_keeps_the_last_progress_and_all_figures() -> None:
    said = [
        Stage("Erase", 1, 2), Progress(1, 9), Metric("loss", 1, 0.5), Preview("a", "one"), Progress(2, 9),
        Log("info", "line"), Metric("loss", 2, 0.4), Preview("b", "two"), Progress(3, 9),
    ]  # fmt: skip
    assert latest([*said]) == [
        Stage("Erase", 1, 2), Metric("loss", 1, 0.5), Log("info", "line"), Metric("loss", 2, 0.4),
        Preview("b", "two"), Progress(3, 9),
    ]  # fmt: skip


def test_progress_of_an_older_stage_is_not_taken_for_the_new_ones() -> None:
    said = [Stage("Erase", 1, 2), Progress(9, 9), Stage("Judge", 2, 2)]
    assert latest([*said])[-1] == Stage("Judge", 2, 2)
