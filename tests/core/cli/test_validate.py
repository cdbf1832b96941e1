"""The checks before a job, as the runner and the window's form ask them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.concepts import world
from core.errors import FailureKind, InputError, LacunaError
from core.jobs.checks import MAX_IMAGES, find_concept, near_names
from core.jobs.spec import EraseSpec, GenerateSpec, ScoreSpec
from core.jobs.validate import cut_warning, default_prompt, validate
from core.media.clip import write_picture


def erase_checked(spec: EraseSpec) -> EraseSpec:
    checked = validate(spec)
    assert isinstance(checked, EraseSpec)
    return checked


def pictures(folder: Path, count: int) -> Path:
    folder.mkdir()
    for index in range(count):
        write_picture(folder / f"{index}.png", np.full((16, 16, 3), index, np.uint8), {})
    return folder


def test_blanks_are_filled_in_from_the_concept() -> None:
    checked = erase_checked(EraseSpec(concept="little  PIPWICK", synonyms=(" sprout ", "")))
    assert (checked.concept, checked.kind) == ("Pipwick", "character")
    assert checked.prompt == "Pipwick bouncing in a meadow"
    assert checked.synonyms == ("sprout",)


def test_checking_twice_changes_nothing() -> None:
    checked = erase_checked(EraseSpec(concept="an automobile"))
    assert validate(checked) == checked


@pytest.mark.parametrize("concept", world("starter").concepts, ids=lambda concept: concept.name)
def test_the_default_prompt_names_the_concept(concept: object) -> None:
    known = world("starter")
    found = next(c for c in known.concepts if c is concept)
    prompt = default_prompt(found, known)
    assert found.phrase in prompt
    assert any(motion[0] in prompt for motion in known.motions.values())


def test_a_concept_is_found_by_synonym_and_case() -> None:
    assert find_concept("THE SPACESHIP", "starter").name == "rocket"


def test_an_unknown_concept_is_told_with_near_names() -> None:
    with pytest.raises(LacunaError, match="Did you mean Otto Brindlebeck") as raised:
        find_concept("Otto Brindelbeck", "starter")
    assert raised.value.kind is FailureKind.UNKNOWN_CONCEPT


def test_a_concept_like_no_other_is_told_with_what_is_known() -> None:
    with pytest.raises(LacunaError, match="It knows: Pipwick, Grumbo"):
        find_concept("zzzz", "starter")


def test_a_very_long_name_is_cut_in_the_message() -> None:
    with pytest.raises(LacunaError) as raised:
        find_concept("x" * 10_000, "starter")
    assert len(raised.value.what) < 200


def test_near_names_are_distinct_concepts() -> None:
    assert near_names("Mr Brindelbeck", world("starter"))[0] == "Otto Brindlebeck"
    near = near_names("a star", world("starter"))
    assert near[0] == "star"
    assert len(set(near)) == len(near)


@pytest.mark.parametrize(
    "spec",
    [
        EraseSpec(concept="Pipwick", family="sd15"),
        EraseSpec(concept="Pipwick", preset="none"),
        EraseSpec(concept="Pipwick", prompt="\n"),
        EraseSpec(concept="Pipwick", prompt="word " * 201),
        EraseSpec(concept="Pipwick", seed=2**63),
        GenerateSpec(prompt="Pipwick", host="none"),
        GenerateSpec(prompt="Pipwick", steps=-1),
        GenerateSpec(prompt="Pipwick", guidance=float("inf")),
        ScoreSpec(entry=" "),
    ],
)
def test_refused(spec: EraseSpec | GenerateSpec | ScoreSpec, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        validate(replace(spec, library=str(tmp_path)))


def test_zeros_stand_for_the_hosts_defaults() -> None:
    spec = GenerateSpec(prompt="Pipwick at night", host="still")
    assert validate(spec) == spec


def test_an_entry_the_library_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        validate(GenerateSpec(prompt="Pipwick", entry="nobody", library=str(tmp_path / "library")))


def test_a_library_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        validate(EraseSpec(concept="Pipwick", library=str(tmp_path / "file" / "library")))


def test_a_library_to_be_made_is_fine_and_not_made_yet(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "library"
    assert erase_checked(EraseSpec(concept="Pipwick", library=str(folder))).library == str(folder)
    assert not folder.parent.exists()


def test_own_pictures_are_accepted(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "own", 3)
    (folder / ".hidden").touch()
    assert erase_checked(EraseSpec(concept="Pipwick", images=str(folder))).images == str(folder)


@pytest.mark.parametrize("count", [0, MAX_IMAGES + 1])
def test_too_few_or_too_many_pictures(count: int, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "own", count)
    with pytest.raises(InputError, match=f"holds {count} files"):
        validate(EraseSpec(concept="Pipwick", images=str(folder)))


def test_a_file_among_the_pictures_that_is_none(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "own", 1)
    (folder / "notes.txt").write_text("not a picture")
    with pytest.raises(InputError, match="notes"):
        validate(EraseSpec(concept="Pipwick", images=str(folder)))


def test_a_prompt_that_is_cut_is_told_and_a_short_one_is_not() -> None:
    assert cut_warning("Pipwick bouncing in a meadow", "starter") == ""
    assert cut_warning("word " * 30, "starter") == ""
    assert "31 words" in cut_warning("word " * 31, "starter")


def test_more_concepts_are_found_by_synonym_and_named_once() -> None:
    checked = erase_checked(EraseSpec("Pipwick", also=("an automobile", "car", "little Pipwick", "Harn")))
    assert checked.also == ("car", "Vello Harn")


def test_one_folder_of_pictures_cannot_serve_several_concepts(tmp_path: Path) -> None:
    folder = str(pictures(tmp_path / "mine", 2))
    with pytest.raises(InputError, match="several concepts"):
        validate(EraseSpec("Pipwick", also=("car",), images=folder))


@pytest.mark.parametrize(
    ("anchor", "words"),
    [("Pipwick", "the concept itself"), ("little Pipwick", "concept itself"), ("old Grumbo", "protected neighbour")],
)
def test_a_concept_is_led_neither_to_itself_nor_to_its_neighbour(anchor: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        validate(EraseSpec("Pipwick", anchor=anchor))
    assert "a critter" in raised.value.fix


@pytest.mark.parametrize("anchor", ["a critter", "a lamp post", "a car"])
def test_any_other_anchor_will_do(anchor: str) -> None:
    assert erase_checked(EraseSpec("Pipwick", anchor=anchor)).anchor == anchor


def test_an_erasure_starts_from_an_entry_that_exists(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        validate(EraseSpec("Pipwick", start="nothing of the kind", library=str(tmp_path)))


def test_something_must_stay() -> None:
    first, *others = (c.name for c in world("starter").concepts)
    assert len(erase_checked(EraseSpec(first, also=tuple(others[1:]))).also) == len(others) - 1
    with pytest.raises(InputError, match="nothing would be left"):
        validate(EraseSpec(first, also=tuple(others)))


def test_neighbours_to_protect_are_known_and_stay() -> None:
    assert erase_checked(EraseSpec("Pipwick", protect=("an automobile", "car", "Harn"))).protect == (
        "car",
        "Vello Harn",
    )
    with pytest.raises(LacunaError, match="does not know “Nobody Atall”"):
        validate(EraseSpec("Pipwick", protect=("Nobody Atall",)))


@pytest.mark.parametrize(
    "spec", [EraseSpec("Pipwick", protect=("little Pipwick",)), EraseSpec("Pipwick", also=("car",), protect=("car",))]
)
def test_what_goes_cannot_be_protected(spec: EraseSpec) -> None:
    with pytest.raises(InputError, match="cannot be protected as well"):
        validate(spec)


def test_a_protected_neighbour_cannot_be_the_anchor() -> None:
    with pytest.raises(InputError, match="protected neighbour"):
        validate(EraseSpec("Pipwick", anchor="a car", protect=("car",)))
