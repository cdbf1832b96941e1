"""The estimate: more judging takes longer."""

from __future__ import annotations

from core.jobs.estimate import WEIGHTS, asking_seconds, estimate, search_seconds, stage_seconds
from core.jobs.spec import EraseSpec, ProbeSpec


def seconds(spec: EraseSpec) -> float:
    """The expected seconds, which are known for the starter."""
    found = estimate(spec).seconds
    assert found is not None
    return found


def test_a_full_scorecard_takes_longer_and_memory_is_in_bytes() -> None:
    assert 0 < seconds(EraseSpec("Pipwick")) < seconds(EraseSpec("Pipwick", quick=False))
    assert estimate(EraseSpec("Pipwick")).memory_bytes > 2**28


def test_more_concepts_and_slower_methods_take_longer() -> None:
    usual, more = seconds(EraseSpec("Pipwick")), seconds(EraseSpec("Pipwick", also=("car",)))
    assert seconds(EraseSpec("Pipwick", preset="instant")) < usual < more


def test_a_probe_costs_what_it_asks_and_what_it_searches() -> None:
    assert asking_seconds(12, clips=True) > asking_seconds(12, clips=False) > asking_seconds(6, clips=False) > 0
    assert search_seconds("direct", ProbeSpec.budget) == 0
    assert search_seconds("token_search", 2 * ProbeSpec.budget) == 2 * search_seconds("token_search", ProbeSpec.budget)


def test_the_stages_know_the_preset_and_the_scorecard_and_add_up() -> None:
    usual, slow = EraseSpec("Pipwick"), EraseSpec("Pipwick", preset="adversarial", quick=False)
    assert stage_seconds(usual) == WEIGHTS
    assert list(stage_seconds(slow)) == list(WEIGHTS)
    assert stage_seconds(slow)["Erase"] > 2 * WEIGHTS["Erase"]
    assert stage_seconds(slow)["Judge"] > 10 * WEIGHTS["Judge"]
    assert sum(stage_seconds(slow).values()) == estimate(slow).seconds
