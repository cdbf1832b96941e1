"""What a scan makes of pictures: figures, verdicts and their order."""

from __future__ import annotations

import numpy as np
import pytest

from core.concepts import Concept, world
from core.evaluation.figures import rate
from core.evaluation.knowledge import Knowledge, Verdict, knowledge_of, pictures_of, ranked, verdict_of
from core.evaluation.scorecard import Bench
from core.jobs.workshop import judge, motion_judge
from core.prompts import Purpose
from tests.core.erasure.subjects import drawn
from tests.core.models.pair import hurried, starter

WORLD = world("starter")


@pytest.fixture(scope="module")
def bench() -> Bench:
    """A bench that looks at prompts which choose."""
    return Bench(judge("starter"), motion_judge("starter"), WORLD, Purpose.VALIDATION)


def concept(name: str) -> Concept:
    """A concept of the starter world."""
    found = WORLD.find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("hits", "n", "chance", "verdict"),
    [
        (12, 12, 1 / 17, Verdict.KNOWN),
        (4, 12, 1 / 17, Verdict.KNOWN),
        (3, 12, 1 / 17, Verdict.UNSURE),
        (2, 12, 1 / 17, Verdict.UNKNOWN),
        (0, 400, 1 / 17, Verdict.UNKNOWN),
        (8, 12, 1 / 5, Verdict.UNSURE),
        (4, 4, 1 / 5, Verdict.KNOWN),
        (1, 1, 1 / 5, Verdict.UNSURE),
    ],
)
def test_the_verdict_is_what_the_whole_interval_bears_out(hits: int, n: int, chance: float, verdict: Verdict) -> None:
    assert verdict_of(rate(hits, n), chance) is verdict


def test_drawn_pictures_are_recognised_and_chance_counts_the_ballot(bench: Bench) -> None:
    found = knowledge_of(bench, concept("Pipwick"), drawn("Pipwick", 8))
    names = bench.judge.ballot(WORLD, concept("Pipwick").kind).names
    assert found.chance == 1 / len(names)
    assert (found.verdict, found.seen_as, found.rate["n"]) == (Verdict.KNOWN, "Pipwick", 8)


def test_pictures_of_something_else_are_unknown_and_say_what_they_show(bench: Bench) -> None:
    found = knowledge_of(bench, concept("Pipwick"), drawn("car", 8))
    assert (found.verdict, found.seen_as) == (Verdict.UNKNOWN, "car")
    assert found.to_dict()["verdict"] == "unknown"


def test_a_concept_is_shown_the_same_whatever_else_is_looked_at(bench: Bench) -> None:
    still, encoder = hurried().host("still"), starter().encoder
    first = pictures_of(bench, still, encoder, concept("car"), 4)
    pictures_of(bench, still, encoder, concept("star"), 4)
    assert first.shape[:2] == (4, 1)
    assert np.array_equal(first, pictures_of(bench, still, encoder, concept("car"), 4))


def test_the_best_known_come_first() -> None:
    known = [
        Knowledge("b", "object", rate(1, 12), 1 / 17, "x"),
        Knowledge("a", "object", rate(12, 12), 1 / 17, "a"),
        Knowledge("d", "style", rate(8, 12), 1 / 5, "d"),
        Knowledge("c", "object", rate(6, 12), 1 / 17, "c"),
    ]
    assert [k.name for k in ranked(known)] == ["a", "c", "d", "b"]
