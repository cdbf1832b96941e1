"""Prompts: the three sets share no text and no seed, whoever writes them."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from core.concepts import Concept, Kind, world
from core.prompts import MARK, Prompt, Purpose, Writer, misspelt, neighbours_of, slot, suites, unrelated_to

WORLD = world("starter")
GROUPS = ("direct", "paraphrase", "implicit", "foreign", "composed")
BY_KIND = [WORLD.of_kind(kind)[0] for kind in Kind]


def written(purpose: Purpose, seed: int, each: int = 1) -> list[Prompt]:
    """Prompts of every group about every concept."""
    writer = Writer(WORLD, purpose, seed)
    return [p for group in GROUPS for p in writer.many(WORLD.concepts, each * len(WORLD.concepts), group)]


@pytest.mark.parametrize(("one", "other"), list(combinations(Purpose, 2)))
def test_sets_share_no_text_and_no_seed(one: Purpose, other: Purpose) -> None:
    seeds = [*range(51), 100, 10**6, 2**31, 2**32, 2**63 - 1]
    here = [p for seed in seeds for p in written(one, seed)]
    there = [p for seed in seeds for p in written(other, seed)]
    assert {p.text for p in here}.isdisjoint(p.text for p in there)
    assert {p.seed for p in here}.isdisjoint(p.seed for p in there)


@pytest.mark.parametrize("seed", [0, 7, 2**63 - 1])
def test_a_writer_never_repeats_a_seed_and_every_seed_is_told_apart_by_torch(seed: int) -> None:
    seeds = [p.seed for p in written(Purpose.FINAL, seed, each=40)]
    assert len(set(seeds)) == len(seeds)
    assert min(seeds) >= 0
    assert max(seeds) < 2**32


def test_the_sets_share_no_template() -> None:
    sets = {name: {t for group in suite.values() for t in group} for name, suite in suites().items()}
    assert set(sets) == set(Purpose)
    assert all(sets[one].isdisjoint(sets[other]) for one, other in combinations(sets, 2))


def test_the_papers_numbers_of_templates_are_kept() -> None:
    assert len(set(suites()["train"]["object"])) == 27
    assert len(set(suites()["train"]["style"])) == 19


def test_the_same_writer_writes_the_same_prompts() -> None:
    assert written(Purpose.VALIDATION, 5) == written(Purpose.VALIDATION, 5)
    assert written(Purpose.VALIDATION, 5) != written(Purpose.VALIDATION, 6)


@pytest.mark.parametrize("concept", BY_KIND, ids=lambda c: c.kind)
@pytest.mark.parametrize("purpose", [Purpose.VALIDATION, Purpose.FINAL])
def test_each_group_speaks_of_the_concept_in_its_way(concept: Concept, purpose: Purpose) -> None:
    writer = Writer(WORLD, purpose)
    noun = concept.phrase.split()[-1]
    assert all(noun in p.text for p in writer.many((concept,), 30))
    paraphrased = [p.text for p in writer.many((concept,), 30, "paraphrase")]
    last_words = {synonym.split()[-1] for synonym in concept.synonyms}
    assert all(any(word in text for word in last_words) for text in paraphrased)
    described = [p.text for p in writer.many((concept,), 30, "implicit")]
    assert all(any(d in text for d in concept.descriptions) for text in described)
    assert not any(re.search(rf"\b{noun}\b", text) for text in described)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_place_in_a_template_is_filled(purpose: Purpose) -> None:
    prompts = [p for seed in range(10) for p in written(purpose, seed)]
    assert not any(mark in p.text for p in prompts for mark in "{}")
    assert {p.motion for p in prompts} == set(WORLD.motions)


def test_many_takes_concepts_in_turn() -> None:
    prompts = Writer(WORLD, Purpose.TRAIN).many(WORLD.concepts[:3], 7)
    assert [p.concept for p in prompts] == [WORLD.concepts[k % 3].name for k in range(7)]


def test_what_must_go_is_no_side_subject_of_what_must_stay() -> None:
    style = WORLD.of_kind(Kind.STYLE)[0]
    shown = " ".join(p.text for p in Writer(WORLD, Purpose.TRAIN).many((style,), 300))
    kept = " ".join(p.text for p in Writer(WORLD, Purpose.TRAIN, without=("Pipwick",)).many((style,), 300))
    assert "Pipwick" in shown
    assert "Pipwick" not in kept


@pytest.mark.parametrize("concept", BY_KIND, ids=lambda c: c.kind)
def test_a_slot_stands_once_in_each_prompt(concept: Concept) -> None:
    prompts = Writer(WORLD, Purpose.TRAIN).many((slot(concept),), 60)
    assert {p.text.count(MARK) for p in prompts} == {1}


def test_objects_are_coloured_and_nothing_else_is() -> None:
    writer = Writer(WORLD, Purpose.TRAIN)
    umbrella, pipwick = WORLD.find("umbrella"), WORLD.find("Pipwick")
    assert umbrella is not None
    assert pipwick is not None
    phrases = {writer.coloured(umbrella, umbrella.phrase) for _ in range(200)}
    assert phrases == {"an umbrella", "an orange umbrella"} | {
        f"a {colour} umbrella" for colour in WORLD.colours if colour != "orange"
    }
    assert writer.coloured(pipwick, "a Pipwick") == "a Pipwick"


@pytest.mark.parametrize("concept", WORLD.concepts, ids=lambda c: c.name)
def test_neighbours_are_of_the_kind_and_the_unrelated_are_not(concept: Concept) -> None:
    near, far = neighbours_of(WORLD, concept), unrelated_to(WORLD, concept)
    assert near
    assert {c.kind for c in near} == {concept.kind}
    assert concept.name not in {c.name for c in near}
    assert concept.kind not in {c.kind for c in far}


def test_without_listed_neighbours_the_kind_is_protected() -> None:
    lonely = Concept("Pipwick", Kind.CHARACTER)
    assert {c.name for c in neighbours_of(WORLD, lonely)} == {"Grumbo", "Tizzel", "Ollaby"}


@pytest.mark.parametrize("purpose", [Purpose.VALIDATION, Purpose.FINAL])
@pytest.mark.parametrize("concept", WORLD.concepts, ids=lambda c: c.name)
def test_a_misspelt_name_is_not_the_name_and_nearly_so(concept: Concept, purpose: Purpose) -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        wrong = misspelt(concept.phrase, rng).split()
        for word, right in zip(wrong, concept.phrase.split(), strict=True):
            assert (word.lower() == right.lower()) == (len(right) < 3)
            assert abs(len(word) - len(right)) <= 1
            assert word[0].lower() == right[0].lower()
    texts = [p.text for p in Writer(WORLD, purpose, 0, (concept.name,)).many((concept,), 30, "foreign")]
    assert not any(concept.phrase.split()[-1].lower() in text.lower().split() for text in texts)


@pytest.mark.parametrize("concept", BY_KIND, ids=lambda c: c.kind)
def test_a_composed_prompt_asks_for_the_concept_and_another(concept: Concept) -> None:
    noun = concept.phrase.split()[-1]
    others = {c.phrase.split()[-1] for c in WORLD.concepts if c.name != concept.name}
    for prompt in Writer(WORLD, Purpose.FINAL, 0, (concept.name,)).many((concept,), 30, "composed"):
        words = prompt.text.replace(",", "").split()
        assert noun in words
        assert others & set(words)


@pytest.mark.parametrize("count", [1, 4, 8, 14, 17])
def test_however_many_go_something_is_left_to_watch(count: int) -> None:
    going = WORLD.concepts[:count]
    gone = {c.name for c in going}
    for kept in (neighbours_of(WORLD, *going), unrelated_to(WORLD, *going)):
        assert kept
        assert not gone & {c.name for c in kept}
