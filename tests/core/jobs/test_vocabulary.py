"""Names on no list: what is asked of a person first, and what an entry tells of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.concepts import Concept, Kind, world
from core.errors import FailureKind, InputError, LacunaError
from core.jobs.batch import checked_lines
from core.jobs.recipe import recipe
from core.jobs.spec import EraseSpec, GenerateSpec, IdentifySpec, JudgeSpec, ScoreSpec, StackSpec
from core.jobs.validate import validate
from core.jobs.vocabulary import added, gone, words
from core.library.store import Library
from tests.core.jobs.shelf import installed
from tests.core.library.samples import add, manifest

ZIB = Concept("Zib", Kind.CHARACTER, ("Zib", "Zibby"), ("a blue thing",), ("Pikachu",), "a cartoon animal")
BIG = {"family": "big", "encoder_family": "sd1"}


@pytest.fixture(autouse=True)
def large(tmp_path: Path) -> Iterator[None]:
    """A model with an open list."""
    with installed(tmp_path / "models", "big"):
        yield


def checked(**given: object) -> EraseSpec:
    spec = validate(EraseSpec(**{"concept": "Zib", "kind": "character", "family": "big", **given}))
    assert isinstance(spec, EraseSpec)
    return spec


def test_a_name_on_no_list_is_taken_once_its_kind_is_said() -> None:
    spec = checked(synonyms=("Zibby, the Zib", " "))
    assert (spec.concept, spec.kind, spec.host) == ("Zib", "character", "text2video_zero")
    assert spec.synonyms == ("Zibby", "the Zib")
    assert spec.prompt.startswith("Zib ")
    assert validate(spec) == spec
    with pytest.raises(InputError, match=r"kind is not known.*character, style, object, person"):
        checked(kind="")
    with pytest.raises(InputError, match=r"Did you mean Pikachu\?.*Say what it is"):
        checked(concept="Pikachuu", kind="")


def test_a_name_on_the_list_brings_its_own_kind() -> None:
    assert checked(concept="mickey", kind="").concept == "Mickey Mouse"
    with pytest.raises(InputError, match="of the kind character, not style"):
        checked(concept="Pikachu", kind="style")


def test_further_names_and_neighbours_are_of_the_same_kind_unless_listed() -> None:
    spec = checked(also=("Zab", "a church"), protect=("Zob", "Pikachu"))
    assert (spec.also, spec.protect) == (("Zab", "church"), ("Zob", "Pikachu"))
    with pytest.raises(InputError, match="cannot be protected"):
        checked(protect=("Zib",))


@pytest.mark.parametrize("anchor", ["Zib", " zib ", "x" * 81])
def test_an_anchor_that_cannot_be_is_refused(anchor: str) -> None:
    with pytest.raises(InputError, match=r"the concept itself|too long"):
        checked(anchor=anchor)


@pytest.mark.parametrize("concept", ["x" * 5000, "one, two", "\x00", "   "])
def test_what_is_no_name_is_refused(concept: str) -> None:
    with pytest.raises(InputError):
        checked(concept=concept)


def test_a_style_is_shown_on_something_ordinary() -> None:
    assert "in the style of Zorro" in checked(concept="Zorro", kind="style").prompt


def test_a_closed_list_stays_closed() -> None:
    with pytest.raises(LacunaError) as caught:
        checked(family="starter")
    assert caught.value.kind is FailureKind.UNKNOWN_CONCEPT


def test_a_list_of_many_takes_one_kind_for_those_on_no_list() -> None:
    lines = checked_lines(["Zib", "Vincent van Gogh"], EraseSpec("", kind="character", family="big"))
    assert [line.spec and line.spec.kind for line in lines] == ["character", "style"]


def test_asking_and_judging_need_the_kind_too(tmp_path: Path) -> None:
    clip = tmp_path / "clip.webm"
    clip.touch()
    for spec in (IdentifySpec(("Zib",), "big"), JudgeSpec((str(clip),), ("Zib",), "big")):
        with pytest.raises(InputError, match="kind is not known"):
            validate(spec)
        assert validate(replace(spec, kind="character"))


def test_an_entry_knows_what_is_gone_from_its_manifest_alone() -> None:
    kept = manifest("Zib", **BIG, recipe=added(words("big"), (ZIB, world("general").concepts[0])))
    assert gone(replace(kept, concepts=("Zib", "Mickey Mouse"))) == (ZIB, world("general").concepts[0])
    assert [concept.name for concept in gone(replace(kept, recipe={}, concepts=("Zib",)))] == ["Zib"]


@pytest.mark.parametrize("told", [5, [5], [{"name": "Zib"}], [{"name": "Zib", "kind": "style", "phrases": "x"}] * 99])
def test_a_manifest_from_anywhere_is_not_believed(told: object) -> None:
    (found,) = gone(manifest("Zib", **BIG, kind="character", concepts=("Zib",), recipe={"words": told}))
    assert found.name == "Zib"
    with pytest.raises(InputError):
        gone(manifest("Zib", **BIG, concepts=("x" * 500,)))


def test_an_entry_whose_model_is_gone_is_worked_on_with_another_of_the_family(library: Library) -> None:
    root = str(library.root)
    one = add(
        library, "Zib", concepts=("Zib",), family="lost", encoder_family="sd1", recipe={"host": "text2video_zero"}
    )
    assert validate(ScoreSpec(one.id, library=root))
    again = recipe(library.get(one.id), root)
    assert isinstance(again, EraseSpec)
    assert (again.family, again.kind) == ("big", one.manifest.kind if one.manifest else "")
    assert validate(GenerateSpec("a cat", "big", "still", one.id, library=root))
    with pytest.raises(InputError, match="does not fit"):
        validate(GenerateSpec("a cat", "starter", "still", one.id, library=root))


def test_without_a_judge_nothing_is_begun_that_needs_one(tmp_path: Path, library: Library) -> None:
    root, entry = str(library.root), add(library, "Zib", concepts=("Zib",), **BIG)
    other = add(library, "Zab", concepts=("Zab",), **BIG)
    with installed(tmp_path / "bare", "big", judge=False):
        for spec in (
            EraseSpec("Zib", "character", "big"),
            IdentifySpec((), "big"),
            ScoreSpec(entry.id, library=root),
            StackSpec((entry.id, other.id), "sum", library=root),
        ):
            with pytest.raises(InputError, match="no judge"):
                validate(spec)
