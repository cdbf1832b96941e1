"""Scoring: what a person is told of the time before it starts, and that the estimate of an erasure agrees."""

from __future__ import annotations

import pytest

from core.concepts import Concept, world
from core.errors import Cancelled
from core.evaluation.scorecard import FULL, QUICK, Sizes
from core.jobs.estimate import estimate
from core.jobs.events import Event, Log
from core.jobs.reporting import Report
from core.jobs.scoring import expected_seconds, score_all
from core.jobs.spec import EraseSpec
from core.models.opened import Host
from tests.core.models.pair import hurried, starter

NOW = {"Judge": 1.0}


def hosts() -> list[Host]:
    """Every host of the starter pair."""
    return [starter().host(card.name) for card in starter().card.hosts]


def pipwick() -> Concept:
    """The concept that goes."""
    found = world("starter").find("Pipwick")
    assert found is not None
    return found


def logged_before(sizes: Sizes) -> list[str]:
    """What is logged by a scoring that is cancelled at its first sample."""
    events: list[Event] = []
    report = Report(events.append, lambda: len(events) > 1, NOW)
    with pytest.raises(Cancelled), report.stage("Judge"):
        score_all(hurried(), hurried().encoder, (pipwick(),), sizes, 0, report)
    return [event.message for event in events if isinstance(event, Log)]


def test_a_long_scoring_says_how_many_and_how_long_first() -> None:
    (told,) = logged_before(FULL)
    assert f"{round(expected_seconds(hosts(), FULL) / 60)} minutes" in told


def test_a_full_card_ends_within_a_quarter_of_an_hour_and_a_quick_one_within_a_minute() -> None:
    assert expected_seconds(hosts(), QUICK) < 60
    assert expected_seconds(hosts(), FULL) < 15 * 60


def test_the_estimate_of_an_erasure_knows_the_full_card() -> None:
    quick, full = estimate(EraseSpec("Pipwick")).seconds, estimate(EraseSpec("Pipwick", quick=False)).seconds
    assert quick is not None
    assert full is not None
    longer = full - quick
    assert longer == pytest.approx(expected_seconds(hosts(), FULL) - expected_seconds(hosts(), QUICK), rel=0.1)


def test_a_quick_scoring_says_nothing_of_time() -> None:
    events: list[Event] = []
    report = Report(events.append, lambda: False, NOW)
    sizes = Sizes({"direct": 1}, {}, {"filtered": ("direct",), "negative_prompt": ("direct",)})
    with report.stage("Judge"):
        found = score_all(hurried(), hurried().encoder, (pipwick(),), sizes, 0, report)
    assert not [event for event in events if isinstance(event, Log)]
    assert set(found["still"]) == {"original", "erased", "retained"}
