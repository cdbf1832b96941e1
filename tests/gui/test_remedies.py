"""What is offered for a failed job: by the kind of its failure, and only what can be done."""

from __future__ import annotations

import pytest

from core.errors import FailureKind
from core.jobs.events import Failure
from core.jobs.spec import EraseSpec, JobSpec, ScoreSpec
from core.settings import MEMORY
from gui.state.jobs import Job
from gui.state.remedies import leaner, remedies


def failed(kind: str, spec: JobSpec | None = None) -> Job:
    """A job that ended so."""
    job = Job(spec or EraseSpec("Pipwick"))
    job.start(0.0)
    job.apply(Failure(kind, "It did not work."), 1.0)
    return job


@pytest.mark.parametrize("kind", [*FailureKind, "a kind of another version"])
def test_there_is_a_way_out_of_every_failure(kind: str) -> None:
    offered = [remedy.key for remedy in remedies(failed(kind), "auto")]
    assert offered
    assert len(set(offered)) == len(offered)


def test_what_was_given_wrong_is_changed_before_it_is_tried_again() -> None:
    assert [remedy.key for remedy in remedies(failed(FailureKind.INPUT), "auto")] == ["edit"]
    assert [remedy.key for remedy in remedies(failed(FailureKind.INPUT, ScoreSpec("x")), "auto")] == ["retry"]


def test_less_memory_is_offered_until_there_is_no_less() -> None:
    assert remedies(failed(FailureKind.MEMORY), "high")[0].key == "leaner"
    assert "leaner" not in {remedy.key for remedy in remedies(failed(FailureKind.MEMORY), "low")}
    steps = ["high"]
    while lower := leaner(steps[-1]):
        steps.append(lower)
    assert steps == ["high", "balanced", "low"]
    assert set(steps) <= set(MEMORY)


def test_a_job_that_did_not_fail_needs_none() -> None:
    assert remedies(Job(EraseSpec("Pipwick")), "auto") == []


def test_a_person_who_knows_better_than_the_judge_may_insist_once() -> None:
    doubted = failed(FailureKind.UNKNOWN_CONCEPT)
    assert [remedy.key for remedy in remedies(doubted, "auto")] == ["edit", "anyway"]
    insisted = failed(FailureKind.UNKNOWN_CONCEPT, EraseSpec("Pipwick", anyway=True))
    assert "anyway" not in {remedy.key for remedy in remedies(insisted, "auto")}
