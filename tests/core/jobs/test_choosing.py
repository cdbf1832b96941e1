"""The chooser: least cost first, then the strength nearest to 1, then the later step."""

from __future__ import annotations

import pytest

from core.concepts import world
from core.evaluation.scorecard import Bench
from core.jobs.checks import STRENGTHS as ALLOWED
from core.jobs.choosing import STRENGTHS, Candidate, Chooser, Verdict
from core.jobs.workshop import judge, motion_judge
from core.prompts import Purpose
from tests.core.models.pair import disturbed, hurried

WORLD = world("starter")


@pytest.fixture
def chooser() -> Chooser:
    """A chooser for Pipwick on few pictures of few steps."""
    concept = WORLD.find("Pipwick")
    assert concept is not None
    bench = Bench(judge("starter"), motion_judge("starter"), WORLD, Purpose.FINAL)
    return Chooser(bench, hurried().host("still"), (concept,), hurried().encoder, count=4, steps=2)


def candidate(seen: float, kept: float, strength: float = 1.0, step: int = 10) -> Candidate:
    """A candidate with this verdict."""
    return Candidate({}, step, strength, Verdict(seen, kept))


@pytest.mark.parametrize(
    ("seen", "kept", "cost"), [(0.0, 1.0, 0.0), (0.5, 1.0, 0.5), (0.0, 0.75, 0.25), (0.25, 0.5, 0.75), (0.0, 1.2, 0.0)]
)
def test_cost_is_what_is_left_plus_what_was_lost(seen: float, kept: float, cost: float) -> None:
    assert Verdict(seen, kept).cost == pytest.approx(cost)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (candidate(0.1, 1.0, 1.5, 50), candidate(0.2, 1.0)),
        (candidate(0.0, 0.9), candidate(0.0, 0.8)),
        (candidate(0.1, 1.0, 1.0, 50), candidate(0.1, 1.0, 0.8, 10)),
        (candidate(0.1, 1.0, 0.8), candidate(0.1, 1.0, 1.25)),
        (candidate(0.1, 1.0, 1.0, 20), candidate(0.1, 1.0, 1.0, 10)),
        (candidate(0.1, 1.0, 1.0, 20), candidate(0.1 - 1e-6, 1.0, 1.0, 10)),
    ],
)
def test_ranks(better: Candidate, worse: Candidate) -> None:
    assert better.rank < worse.rank


def test_where_the_original_shows_nothing_nothing_is_lost(chooser: Chooser) -> None:
    blind = Chooser(chooser.bench, chooser.host, chooser.concepts, disturbed(hurried().encoder, 50.0), 4, 2)
    assert blind.before == 0
    assert blind.verdict(hurried().encoder).kept == 1
    assert blind.verdict(blind.original).kept == 1


def test_the_best_considered_is_kept(chooser: Chooser) -> None:
    encoders = [hurried().encoder, disturbed(hurried().encoder, 1.5), disturbed(hurried().encoder, 0.1)]
    considered = [Candidate({}, step, 1.0, chooser.consider(e, {}, step)) for step, e in enumerate(encoders, 1)]
    assert chooser.best == min(considered, key=lambda c: c.rank)


def test_the_original_keeps_all_and_a_tie_goes_to_the_later_step(chooser: Chooser) -> None:
    first = chooser.consider(hurried().encoder, {}, step=1)
    again = chooser.consider(hurried().encoder, {}, step=2)
    stronger = chooser.consider(hurried().encoder, {}, step=1, strength=1.25)
    assert first == again == stronger
    assert chooser.best == Candidate({}, 2, 1.0, again)


def test_the_judge_looks_at_validation_prompts_alone(chooser: Chooser) -> None:
    assert chooser.bench.purpose is Purpose.VALIDATION


def test_strengths_tried_may_be_generated_with() -> None:
    assert all(ALLOWED[0] <= strength <= ALLOWED[1] for strength in STRENGTHS)
    assert 1.0 not in STRENGTHS
