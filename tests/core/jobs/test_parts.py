"""What may be stacked, what a stack remembers, and what is left without a part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.jobs.parts import Part, origins, parts_of, settings_of, stack_name, without
from core.jobs.spec import StackSpec
from core.jobs.validate import validate
from core.library.entry import Entry
from core.library.store import Library
from tests.core.library.samples import add, manifest


def checked(library: Library, *entries: str, **given: Any) -> StackSpec:
    """The spec as the runner gets it."""
    found = validate(StackSpec(entries, library=str(library.root), **given))
    assert isinstance(found, StackSpec)
    return found


def add_stack(library: Library, *entries: Entry, name: str = "Both") -> Entry:
    """A stack of these entries."""
    parts = [Part(entry.id, entry.name, 0.5 + index) for index, entry in enumerate(entries)]
    return add(library, name, method="stack", settings=settings_of("ties", parts), strength=1.0)


def test_blanks_are_filled_in_from_the_entries(library: Library) -> None:
    one, two = add(library, "One", concept="Pipwick"), add(library, "Two", concept="car", strength=1.2)
    spec = checked(library, "one", two.id)
    assert (spec.entries, spec.strengths, spec.name) == ((one.id, two.id), (0.9, 1.2), "Pipwick, car")
    assert spec.prompt == "Pipwick hops in a meadow"
    assert validate(spec) == spec


def test_what_is_given_stays(library: Library) -> None:
    add(library, "One")
    add(library, "Two")
    spec = checked(library, "One", "Two", strengths=(0.4, 0.0), name="  My  stack ", prompt="a car", host="text2video")
    assert (spec.strengths, spec.name, spec.prompt) == ((0.4, 0.0), "My stack", "a car")


@pytest.mark.parametrize(
    ("entries", "given", "words"),
    [
        ((), {}, "0 entries were given"),
        (("One",), {}, "1 entries were given"),
        (("One", "One"), {}, "“One” was given twice"),
        (("One", "Nobody"), {}, "has no entry “Nobody”"),
        (("One", ""), {}, "No entry was named"),
        (("One", "Two"), {"how": "magic"}, "sum, ties, projection"),
        (("One", "Two"), {"strengths": (1.0,)}, "1 strengths were given for 2 entries"),
        (("One", "Two"), {"strengths": (1.0, 1.6)}, "strength is 1.6"),
        (("One", "Two"), {"strengths": (1.0, float("nan"))}, "strength is nan"),
        (("One", "Two"), {"host": "still"}, "makes no clips"),
        (("One", "Two"), {"prompt": "\n"}, "prompt is empty"),
        (("One", "Two"), {"name": "x" * 101}, "longer than 100"),
        (("One", "Other base"), {}, "“Other base” has another fingerprint than that of “One”"),
        (("One", "Other family"), {}, "“Other family” for “sd15”"),
    ],
)
def test_refused_in_words(library: Library, entries: tuple[str, ...], given: dict[str, Any], words: str) -> None:
    for name in ("One", "Two"):
        add(library, name)
    add(library, "Other base", base="cd" * 32)
    add(library, "Other family", family="sd15")
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        checked(library, *entries, **given)


def test_a_damaged_entry_is_refused(library: Library) -> None:
    add(library, "One")
    add(library, "Two").delta.write_bytes(b"")
    with pytest.raises(LacunaError, match="“Two” is damaged") as raised:
        checked(library, "One", "Two")
    assert raised.value.kind is FailureKind.DAMAGED


def test_a_change_goes_in_once_however_deep_it_lies(library: Library) -> None:
    one, two, three = (add(library, name) for name in ("One", "Two", "Three"))
    both = add_stack(library, one, two)
    further = add(library, "Further", start=both.id)
    assert origins(library, library.get(further.id)) == {further.id, both.id, one.id, two.id}
    for pair in ((both, one), (two, further), (both, further)):
        with pytest.raises(InputError, match="share a change"):
            checked(library, *(entry.id for entry in pair))
    assert checked(library, both.id, three.id).entries == (both.id, three.id)


def test_a_stack_remembers_its_parts(library: Library) -> None:
    one, two = add(library, "One"), add(library, "Two")
    kept = library.get(add_stack(library, one, two).id).manifest
    assert kept is not None
    assert parts_of(kept) == (Part(one.id, "One", 0.5), Part(two.id, "Two", 1.5))


@pytest.mark.parametrize("parts", [None, "x", [3], [{"id": "x"}], [{"id": 1, "name": "x", "strength": 1}]])
def test_a_damaged_record_names_no_parts(parts: Any) -> None:
    assert parts_of(manifest(method="stack", settings={"parts": parts})) == ()
    assert parts_of(manifest(settings=settings_of("sum", [Part("x", "x", 1.0)]))) == ()


def test_without_a_part_the_others_are_stacked_as_before(library: Library) -> None:
    one, two, three = (add(library, name) for name in ("One", "Two", "Three"))
    stacked = add_stack(library, one, two, three)
    for wanted in (two.id, "two"):
        spec = without(library, "Both", wanted)
        assert (spec.entries, spec.strengths, spec.how) == ((one.id, three.id), (0.5, 2.5), "ties")
        assert (spec.seed, spec.library) == (7, str(library.root))
    assert replace(checked(library, *spec.entries), strengths=()).entries == spec.entries
    with pytest.raises(InputError, match=r"no single part “Four”.*One"):
        without(library, stacked.id, "Four")


def test_what_cannot_be_taken_apart_is_told(library: Library) -> None:
    one, two, three = (add(library, name) for name in ("One", "Two", "Three"))
    add_stack(library, one, two)
    add_stack(library, one, two, three, name="All")
    with pytest.raises(InputError, match="“One” is not a stack"):
        without(library, "One", "Two")
    with pytest.raises(InputError, match=f"remaining entry: “Two” \\({two.id}\\)"):
        without(library, "Both", "One")
    library.trash(three.id)
    with pytest.raises(InputError, match=f"library restore {three.id}"):
        without(library, "All", "One")


def test_a_long_list_of_concepts_makes_a_short_name() -> None:
    assert stack_name(["Pipwick", "car"]) == "Pipwick, car"
    assert stack_name(["Mara Quillon"] * 9) == "Mara Quillon and 8 more"
