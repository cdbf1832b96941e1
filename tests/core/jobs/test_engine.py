"""The engine with a real child: it answers in words, dies without taking the window with it, and obeys a cancel."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import FailureKind
from core.jobs.engine import GRACE, Engine
from core.jobs.events import Event, Failure, Result, ends
from core.jobs.spec import EraseSpec, GenerateSpec


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine that is ended after the test."""
    engine = Engine()
    yield engine
    engine.stop()


@pytest.fixture
def unknown(tmp_path: Path) -> EraseSpec:
    """A job that fails at once."""
    return EraseSpec(concept="Zorblax the dragon", kind="character", library=str(tmp_path / "library"))


@pytest.fixture
def long_job(tmp_path: Path) -> EraseSpec:
    """A job that is far from done when its first event arrives."""
    return EraseSpec(concept="Pipwick", library=str(tmp_path / "library"), quick=False)


def wait_for(found: Callable[[], object], job: Iterator[Event]) -> None:
    """Follow the job until there is something to be found."""
    while not found():
        assert not ends(next(job)), "the job ended before"


def last(events: list[Event]) -> Event:
    """The event that ended the job; exactly one does."""
    assert [ends(event) for event in events] == [False] * (len(events) - 1) + [True]
    return events[-1]


def failure(events: list[Event]) -> Failure:
    """The failure that ended the job."""
    end = last(events)
    assert isinstance(end, Failure)
    return end


def test_an_unknown_concept_fails_in_words_and_the_child_stays_warm(engine: Engine, unknown: EraseSpec) -> None:
    engine.start()
    pid = engine.pid
    end = failure(list(engine.run(unknown)))
    assert end.kind == FailureKind.UNKNOWN_CONCEPT
    assert "Zorblax" in end.what
    assert end.fix
    engine.cancel()
    assert failure(list(engine.run(unknown))).kind == FailureKind.UNKNOWN_CONCEPT, "an old cancel reached the next job"
    assert pid is not None
    assert engine.pid == pid


def test_a_killed_child_is_a_failure_leaves_nothing_and_the_next_job_works(
    engine: Engine, long_job: EraseSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    job = engine.run(long_job)
    first = next(job)
    assert not ends(first)
    assert engine.pid is not None
    wait_for(lambda: list(scratch.glob("*/*")), job)
    os.kill(engine.pid, signal.SIGKILL)
    end = failure([first, *job])
    assert end.kind == FailureKind.ENGINE
    assert str(-signal.SIGKILL) in end.why
    assert engine.pid is None
    assert not list(scratch.iterdir())
    picture = GenerateSpec(prompt="a red car", host="still", steps=2, out=str(tmp_path / "car.png"))
    assert isinstance(last(list(engine.run(picture))), Result)


def test_a_cancelled_job_ends_as_cancelled_and_keeps_nothing(engine: Engine, long_job: EraseSpec) -> None:
    job = engine.run(long_job)
    first = next(job)
    engine.cancel()
    assert failure([first, *job]).kind == "cancelled"
    assert not list(Path(long_job.library).glob("entries/*"))


def test_a_job_that_does_not_answer_a_cancel_loses_its_process(engine: Engine, long_job: EraseSpec) -> None:
    job = engine.run(long_job)
    first = next(job)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGSTOP)
    engine.cancel()
    end = failure([first, *job])
    assert end.kind == "cancelled"
    assert "ended" in end.why
    assert engine.pid is None


def test_a_cancel_is_promised_within_two_seconds() -> None:
    assert GRACE <= 2.0


def test_a_child_that_ran_out_of_memory_is_given_up_and_the_next_job_gets_another(engine: Engine) -> None:
    engine.start()
    engine._settle(Failure(FailureKind.INPUT, "a word is wrong"))
    assert engine.pid is not None
    engine._settle(Failure(FailureKind.MEMORY, "the device is full"))
    assert engine.pid is None
    engine.start()
    assert engine.pid is not None


def test_stopping_twice_is_as_good_as_once() -> None:
    engine = Engine()
    engine.stop()
    engine.start()
    engine.stop()
    engine.stop()
    assert engine.pid is None
