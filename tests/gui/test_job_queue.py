"""The queue over the real engine: a job that fails, one whose engine is killed, one that is cancelled."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.jobs.events import Log, Metric, Preview, Progress, Stage
from core.jobs.spec import EraseSpec
from gui.state.job_queue import JobQueue
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


def ended(job: Job, qtbot: QtBot) -> JobState:
    """The state in which a job ends."""
    qtbot.waitUntil(lambda: job.over, timeout=PATIENCE)
    return job.state


def kill_engine(queue: JobQueue, qtbot: QtBot) -> None:
    """End the engine's process as the system would when memory runs out."""
    qtbot.waitUntil(lambda: queue.worker.pid is not None, timeout=PATIENCE)
    os.kill(queue.worker.pid or 0, signal.SIGKILL)


def test_a_killed_engine_fails_its_job_in_words_and_the_next_one_runs(queue: JobQueue, qtbot: QtBot) -> None:
    first, second = queue.add(KNOWN), queue.add(UNKNOWN)
    assert (first.state, second.state) == (JobState.RUNNING, JobState.QUEUED)
    kill_engine(queue, qtbot)
    assert ended(first, qtbot) is JobState.FAILED
    assert first.failure is not None
    assert first.failure.kind == "engine"
    assert first.failure.fix
    assert ended(second, qtbot) is JobState.FAILED
    assert second.failure is not None
    assert second.failure.kind == "unknown_concept"
    assert "Nobody Whoever" in second.failure.what
    assert queue.running is None


def test_a_running_job_is_cancelled_and_a_waiting_one_dropped(queue: JobQueue, qtbot: QtBot) -> None:
    running, waiting = queue.add(KNOWN), queue.add(KNOWN)
    queue.cancel(waiting)
    assert waiting.state is JobState.CANCELLED
    qtbot.waitUntil(lambda: queue.worker.pid is not None, timeout=PATIENCE)
    queue.cancel(running)
    assert ended(running, qtbot) is JobState.CANCELLED
    assert queue.running is None


def test_a_retry_is_the_same_job_again(queue: JobQueue, qtbot: QtBot) -> None:
    first = queue.add(KNOWN)
    queue.cancel(first)
    again = queue.retry(first)
    queue.cancel(again)
    assert again.spec is first.spec
    assert again.id != first.id
    assert ended(first, qtbot) is JobState.CANCELLED


def test_closing_in_the_middle_ends_the_engine(queue: JobQueue, qtbot: QtBot) -> None:
    queue.add(KNOWN)
    qtbot.waitUntil(lambda: queue.worker.pid is not None, timeout=PATIENCE)
    queue.close()
    assert queue.worker.pid is None
    assert not queue.worker.busy


def test_it_is_a_good_model(queue: JobQueue, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    job = queue.add(KNOWN)
    queue.add(KNOWN)
    qtmodeltester.check(queue)
    assert queue.rowCount() == 2
    assert queue.data(queue.index(0)) == "Erase Pipwick"
    queue.cancel(queue.jobs[1])
    queue.cancel(job)
    assert ended(job, qtbot) is JobState.CANCELLED


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
