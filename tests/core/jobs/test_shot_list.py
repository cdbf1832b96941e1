"""What a shoot will make, and what is refused before it starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InputError
from core.jobs.shot_list import (
    Lens,
    check_shots,
    count_takes,
    lenses,
    prompts_in,
    seeds_in,
    shooting_seconds,
    shots,
)
from core.jobs.spec import ShootSpec, from_json, to_json
from core.jobs.validate import validate
from core.library.store import Library
from tests.core.library.samples import add

SPEC = ShootSpec(prompts=("Pipwick on a hill",))


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("7", (7,)),
        ("1, 2, 5-8", (1, 2, 5, 6, 7, 8)),
        ("3 1;3", (3, 1)),
        ("1 – 3", (1, 2, 3)),
        (" 4294967295 ", (4294967295,)),
    ],
)
def test_seeds_are_read_as_people_write_them(text: str, seeds: tuple[int, ...]) -> None:
    assert seeds_in(text) == seeds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No seed"),
        (" , ", "No seed"),
        ("one", "“one” is no seed"),
        ("-3", "“-3” is no seed"),
        ("1.5", "“1.5” is no seed"),
        ("8-5", "end before they begin"),
        ("4294967296", "must lie between"),
        ("1-4000000000", "4000000000 seeds"),
        ("9" * 4000, "must lie between"),
        ("1-600, 1000-1600", "1201 seeds"),
    ],
)
def test_what_is_no_seed_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        seeds_in(text)


def test_prompts_are_one_a_line_each_once() -> None:
    assert prompts_in("  a  car \n\n a car\nb\t c\r\n") == ("a car", "b c")
    assert prompts_in(" \n") == ()


def test_every_prompt_under_every_seed_with_every_encoder() -> None:
    spec = replace(SPEC, prompts=("a", "b"), seeds=(1, 2, 3), entries=("x", "y"), strengths=(None, 0.5),
                   negative_prompt="Pipwick")  # fmt: skip
    assert lenses(spec) == [Lens(), Lens(negative_prompt="Pipwick"), Lens("x"), Lens("y", 0.5)]
    assert shots(spec) == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2), ("b", 3)]
    assert count_takes(spec) == 24
    assert len(lenses(replace(spec, original=False, negative_prompt="", strengths=()))) == 2


def test_the_time_grows_with_takes_steps_and_frames() -> None:
    once = shooting_seconds(SPEC)
    assert once < shooting_seconds(replace(SPEC, steps=20)) < shooting_seconds(replace(SPEC, steps=20, frames=24))
    assert shooting_seconds(replace(SPEC, host="still")) < once < shooting_seconds(replace(SPEC, seeds=(1, 2)))


def test_a_spec_survives_its_json() -> None:
    spec = replace(SPEC, entries=("x",), strengths=(None,), seeds=(1, 2))
    assert from_json(to_json(spec)) == spec


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prompts": ("", "  ")}, "prompt is empty"),
        ({"prompts": tuple(map(str, range(10_000)))}, "10000 prompts"),
        ({"prompts": ("a " * 201,)}, "201 words"),
        ({"negative_prompt": "a " * 201}, "201 words"),
        ({"seeds": ()}, "No seed"),
        ({"seeds": (-1,)}, "seed is -1"),
        ({"seeds": (2**32,)}, "seed is 4294967296"),
        ({"steps": 201}, "steps is 201"),
        ({"guidance": -1.0}, "guidance is -1"),
        ({"guidance": float("nan")}, "guidance is nan"),
        ({"frames": 33}, "frames is 33"),
        ({"host": "still", "frames": 12}, "frames is 12"),
        ({"host": "nobody"}, "no host “nobody”"),
        ({"family": "nothing"}, "no model “nothing”"),
        ({"original": False}, "No encoder was chosen"),
        ({"entries": tuple("abcdefghi")}, "9 entries"),
        ({"entries": ("a",), "strengths": (1.0, 0.5)}, "2 strengths were given for 1"),
        ({"entries": ("a",), "strengths": (1.6,)}, "strength is 1.6"),
        ({"prompts": ("a", "b", "c"), "seeds": tuple(range(1000))}, "3000 takes"),
    ],
)
def test_what_cannot_be_made_is_told(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_shots(replace(SPEC, **changes))


def test_entries_are_found_by_name_and_of_the_right_family(library: Library) -> None:
    entry = add(library, "One")
    add(library, "Foreign", family="elsewhere")
    spec = replace(SPEC, entries=("one",), library=str(library.root))
    checked = validate(spec)
    assert isinstance(checked, ShootSpec)
    assert checked.entries == (entry.id,)
    for name, words in (("Zwei", "no entry “Zwei”"), ("Foreign", "does not fit")):
        with pytest.raises(InputError, match=words):
            validate(replace(spec, entries=(name,)))


def test_a_file_in_the_place_of_the_gallery_is_told(library: Library) -> None:
    (library.root / "gallery").write_text("")
    with pytest.raises(InputError, match="A file stands in its place"):
        validate(replace(SPEC, library=str(library.root)))
