"""Anchors: a listed one is kept, another is proposed from the ordinary concepts, and the nearest are of one's kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.concepts import Concept, Kind
from core.erasure.anchors import Proposal, anchor_of, closeness, nearest, propose
from core.erasure.words import Words
from tests.core.erasure.subjects import WORLD, subject
from tests.core.models.pair import starter

OTHERS = (*WORLD.concepts, *WORLD.ordinary)


def concept(name: str) -> Concept:
    """A concept of the world."""
    found = WORLD.find(name)
    assert found is not None
    return found


def proposals(name: str) -> list[Proposal]:
    """What is proposed for a concept."""
    return propose(starter().encoder, starter().tokenizer, WORLD, concept(name))


@pytest.mark.parametrize(
    ("name", "phrase"), [("Ollaby", "a critter"), ("Kofi Lundgrove", "a passer-by"), ("rocket", "a crate")]
)
def test_the_ordinary_concept_of_the_same_kind_comes_first_and_the_rest_by_closeness(name: str, phrase: str) -> None:
    first, *rest = proposals(name)
    assert first.phrase == phrase
    assert len(rest) == 2
    assert all(kind is not concept(name).kind and kind is not Kind.STYLE for kind in (p.kind for p in rest))
    assert rest[0].cosine >= rest[1].cosine


def test_a_style_is_led_to_an_artist_only() -> None:
    assert [p.phrase for p in proposals("Vello Harn")] == ["an unknown artist"]


def test_a_listed_anchor_is_kept_and_a_missing_one_is_proposed() -> None:
    family, tizzel = starter(), concept("Tizzel")
    assert anchor_of(family.encoder, family.tokenizer, WORLD, replace(tizzel, anchor="a teapot")) == "a teapot"
    assert anchor_of(family.encoder, family.tokenizer, WORLD, replace(tizzel, anchor="")) == "a critter"


def test_a_world_without_ordinary_concepts_leaves_a_word_for_the_kind() -> None:
    family, bare = starter(), replace(WORLD, ordinary=())
    for name, word in (("Tizzel", "a creature"), ("car", "an object"), ("Lio Kasset", "an unknown artist")):
        assert anchor_of(family.encoder, family.tokenizer, bare, replace(concept(name), anchor="")) == word


def test_an_erasure_uses_the_proposal() -> None:
    one = subject()
    unled = replace(one.targets[0], concept=replace(one.targets[0].concept, anchor=""))
    words = Words(replace(one, targets=(unled,)))
    assert words.anchors == {"Pipwick": "a critter"}
    pairs = words.pairs(unled.concept, 6)
    assert all("a critter" in text for text in pairs.anchor)


@pytest.mark.parametrize("name", ["Mara Quillon", "car", "Dov Merrin"])
def test_the_nearest_are_mostly_of_the_same_kind(name: str) -> None:
    own = concept(name)
    among = [c for c in WORLD.concepts if c.name != name]
    near = nearest(starter().encoder, starter().tokenizer, WORLD, own, among, 3)
    assert len({c.name for c in near}) == 3
    assert sum(c.kind is own.kind for c in near) >= 2


def test_a_concept_is_closest_to_itself() -> None:
    cosines = closeness(starter().encoder, starter().tokenizer, WORLD, concept("car"), [c.phrase for c in OTHERS])
    best = max(range(len(OTHERS)), key=lambda k: cosines[k])
    assert OTHERS[best].name == "car"
    assert cosines[best] == pytest.approx(1.0, abs=1e-4)
