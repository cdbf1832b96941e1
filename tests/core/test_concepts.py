"""The world's data is whole, and names are found however they are written."""

from __future__ import annotations

import tomllib

import pytest

from core.concepts import Concept, Kind, world
from core.errors import InputError
from core.resources import resource

STARTER = world("starter")
SUITES: dict[str, dict[str, list[str]]] = tomllib.loads(resource("prompts", "suites.toml").read_text("utf-8"))
SETS = ("train", "validation", "final")


def templates(name: str) -> list[str]:
    """Every template of one set."""
    return [template for suite in SUITES[name].values() for template in suite]


@pytest.mark.parametrize("concept", STARTER.concepts, ids=lambda c: c.name)
def test_a_concept_has_neighbours_of_its_kind_and_an_anchor_that_exist(concept: Concept) -> None:
    assert len(concept.neighbours) >= 2
    assert concept.name not in concept.neighbours
    assert {found.kind for name in concept.neighbours if (found := STARTER.find(name))} == {concept.kind}
    assert all(STARTER.find(name) for name in concept.neighbours)
    assert concept.anchor in {phrase for o in STARTER.ordinary if o.kind is concept.kind for phrase in o.phrases}


@pytest.mark.parametrize(("kind", "least"), [("character", 4), ("object", 6), ("style", 4), ("person", 4)])
def test_the_world_is_as_large_as_promised(kind: str, least: int) -> None:
    assert len(STARTER.of_kind(Kind(kind))) >= least


def test_no_name_means_two_concepts() -> None:
    names = [name.lower() for concept in STARTER.concepts for name in {concept.name, *concept.phrases}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("words", ["pipwick", "  Pipwick  ", "THE PIPWICK", "Pipwick the sprout"])
def test_a_concept_is_found_by_any_of_its_names(words: str) -> None:
    found = STARTER.find(words)
    assert found is not None
    assert found.name == "Pipwick"


@pytest.mark.parametrize("words", ["", "   ", "the", "Pip", "a dragon"])
def test_other_words_find_nothing(words: str) -> None:
    assert STARTER.find(words) is None


def test_more_synonyms_come_after_the_known_ones_and_once() -> None:
    concept = Concept("Zib", Kind.CHARACTER).with_synonyms(("Zibby", "Zib", "Zibby"))
    assert (concept.phrase, concept.synonyms) == ("Zib", ("Zibby",))


def test_an_unknown_kind_is_refused_with_the_kinds() -> None:
    with pytest.raises(InputError, match="character, style, object, person"):
        Kind.of("animal")
    assert Kind.of(" Style ") is Kind.STYLE


def test_an_unknown_family_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="starter"):
        world("nowhere")


def test_the_sets_share_no_template() -> None:
    for one, other in (("train", "validation"), ("train", "final"), ("validation", "final")):
        assert set(templates(one)).isdisjoint(templates(other))


def test_no_measuring_template_is_a_training_caption_of_the_family() -> None:
    captions = tomllib.loads(resource("prompts", "starter.toml").read_text("utf-8"))["captions"]
    frames = {" ".join(f.format(s="{c}", m=" {m}", b=" {b}").split()) for f in captions["frames"]}
    assert frames.isdisjoint({*templates("validation"), *templates("final")})


@pytest.mark.parametrize("name", SETS)
def test_templates_hold_only_known_blanks(name: str) -> None:
    blanks = dict.fromkeys("cdmbso", "x")
    for template in templates(name):
        assert "x" in template.format(**blanks)
        assert "{c}" in template or "{d}" in template
