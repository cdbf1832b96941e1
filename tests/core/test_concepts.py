"""The world's data is whole, and names are found however they are written."""

from __future__ import annotations

import tomllib

import pytest

from core.concepts import MARK, MAX_NAME, Concept, Kind, World, concept_of, named, plain_name, world
from core.errors import InputError
from core.resources import resource

STARTER, GENERAL = world("starter"), world("general")
LISTED = [(known, concept) for known in (STARTER, GENERAL) for concept in known.concepts]
SUITES: dict[str, dict[str, list[str]]] = tomllib.loads(resource("prompts", "suites.toml").read_text("utf-8"))
SETS = ("train", "validation", "final")


def templates(name: str) -> list[str]:
    """Every template of one set."""
    return [template for suite in SUITES[name].values() for template in suite]


@pytest.mark.parametrize(("known", "concept"), LISTED, ids=lambda value: getattr(value, "name", ""))
def test_a_concept_has_neighbours_of_its_kind_and_an_anchor_that_exist(known: World, concept: Concept) -> None:
    assert len(concept.neighbours) >= 2
    assert concept.name not in concept.neighbours
    assert {found.kind for name in concept.neighbours if (found := known.find(name))} == {concept.kind}
    assert all(known.find(name) for name in concept.neighbours)
    assert concept.anchor in {phrase for o in known.ordinary if o.kind is concept.kind for phrase in o.phrases}
    assert not any(concept.name.lower() in text.lower() for text in concept.descriptions)


@pytest.mark.parametrize(("kind", "least"), [("character", 4), ("object", 6), ("style", 4), ("person", 4)])
def test_the_world_is_as_large_as_promised(kind: str, least: int) -> None:
    assert len(STARTER.of_kind(Kind(kind))) >= least


@pytest.mark.parametrize("kind", Kind)
def test_large_models_are_tried_with_a_dozen_names_of_each_kind(kind: Kind) -> None:
    assert GENERAL.open
    assert not STARTER.open
    assert len(GENERAL.of_kind(kind)) >= 12
    assert any(ordinary.kind is kind for ordinary in GENERAL.ordinary)


@pytest.mark.parametrize("known", [STARTER, GENERAL])
def test_no_name_means_two_concepts(known: World) -> None:
    names = [name.lower() for concept in known.concepts for name in {concept.name, *concept.phrases}]
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


HOSTILE = ["{c}", "{0.__class__}", "%s %(x)s", "<b>bold</b>", "\\N{BULLET}", "🦊👨\u200d👩", "小猫", "'; --"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_from_outside_stays_the_name_it_is(name: str) -> None:
    made = named(f"  {name}\n", Kind.CHARACTER)
    assert made.name == plain_name(name)
    known = GENERAL.knowing(made)
    assert known.find(made.name) == made
    assert known.concepts[:-1] == GENERAL.concepts
    assert concept_of(made.to_dict()) == made


def test_what_cannot_be_seen_is_no_part_of_a_name() -> None:
    assert plain_name(f"Pip\x00wick\u202e \t\n{MARK} the\u200b sprout") == "Pipwick the sprout"


@pytest.mark.parametrize(
    ("name", "why"), [("", "empty"), ("\n\x07", "empty"), ("x" * 5000, "5,000"), ("a, b", "comma")]
)
def test_a_name_that_cannot_be_used_is_refused_in_words(name: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        named(name, Kind.OBJECT)


@pytest.mark.parametrize(
    ("name", "kind", "phrase"),
    [
        ("anvil", Kind.OBJECT, "an anvil"),
        ("red kite", Kind.OBJECT, "a red kite"),
        ("the moon", Kind.OBJECT, "the moon"),
        ("Eiffel Tower", Kind.OBJECT, "Eiffel Tower"),
        ("banksy", Kind.STYLE, "banksy"),
    ],
)
def test_a_thing_in_small_letters_gets_an_article(name: str, kind: Kind, phrase: str) -> None:
    assert named(name, kind).phrase == phrase


def test_a_world_that_knows_more_keeps_what_it_lists() -> None:
    assert GENERAL.knowing(Concept("mickey", Kind.STYLE)) is GENERAL
    plain = named("vehicle", Kind.OBJECT)
    known = GENERAL.knowing(plain, plain)
    assert [c.name for c in known.concepts].count("vehicle") == 1
    assert "vehicle" not in {c.name for c in known.ordinary}


@pytest.mark.parametrize(
    "data", [None, [], {}, {"name": 5, "kind": "style"}, {"name": "x", "kind": "animal"}, {"name": "", "kind": "style"}]
)
def test_a_manifest_that_tells_nonsense_tells_nothing(data: object) -> None:
    assert concept_of(data) is None


def test_a_manifest_brings_no_more_words_than_a_concept_needs() -> None:
    data = {"name": "Zib", "kind": "object", "phrases": [f"n{k}\n" + "x" * 500 for k in range(5000)], "described": 7}
    found = concept_of(data)
    assert found is not None
    assert len(found.phrases) <= 32
    assert max(map(len, found.phrases)) <= MAX_NAME
    assert found.descriptions == ()
