from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InputError, LacunaError
from core.jobs.parts import Part, settings_of
from core.jobs.recipe import recipe, remembered
from core.jobs.spec import EraseSpec, StackSpec
from core.jobs.validate import validate
from core.library.store import Library
from tests.core.library.samples import add

ASKED = EraseSpec(
    "Pipwick",
    also=("car",),
    anchor="critter",
    synonyms=("the sprout",),
    protect=("Tizzel",),
    host="text2video",
    quick=False,
)


def test_an_entry_remembers_the_job_that_made_it(library: Library) -> None:
    made = {"settings": {"steps": 40}, "recipe": remembered(ASKED), "seed": 7, "prompt": "Pipwick hops in a meadow"}
    entry = add(library, **made)
    root = str(library.root)
    given = {key: made[key] for key in ("settings", "seed", "prompt")}
    expected = replace(ASKED, kind="character", library=root, **given)
    assert recipe(library.get(entry.id), root) == expected
    validate(expected)


def test_an_older_manifest_is_read_for_what_it_tells(library: Library) -> None:
    first = add(library, "First", concepts=("Pipwick",))
    second = add(library, "Second", concepts=("Pipwick", "car"), start=first.id)
    hardened = add(library, "Hardened", concepts=("Pipwick", "car"), start=second.id)
    made = {entry.id: recipe(entry, str(library.root)) for entry in (first, second, hardened)}
    told = [(m.concept, m.also, m.start) for m in made.values() if isinstance(m, EraseSpec)]
    assert told == [("Pipwick", (), ""), ("car", (), first.id), ("Pipwick", ("car",), second.id)]


def test_an_older_manifest_whose_start_is_gone_is_told_so(library: Library) -> None:
    entry = add(library, start="20200101-lost-abcdef")
    with pytest.raises(InputError, match="20200101-lost-abcdef"):
        recipe(entry, str(library.root))


def test_a_recipe_of_the_wrong_types_is_not_believed(library: Library) -> None:
    wrong = {"concept": 5, "also": "car", "synonyms": [1], "host": None, "quick": "yes", "unknown": 1}
    made = recipe(add(library, recipe=wrong), str(library.root))
    assert isinstance(made, EraseSpec)
    assert (made.concept, made.also, made.synonyms, made.host, made.quick) == ("Pipwick", (), (), "animatediff", True)


def test_a_stack_is_made_again_from_its_parts(library: Library) -> None:
    one, two = add(library, "One"), add(library, "Two", concept="car")
    parts = [Part(one.id, "One", 1.0), Part(two.id, "Two", 0.5)]
    stack = add(library, "Both", method="stack", preset="", settings=settings_of("ties", parts), seed=3)
    made = recipe(stack, str(library.root))
    assert isinstance(made, StackSpec)
    assert (made.entries, made.how, made.strengths, made.seed) == ((one.id, two.id), "ties", (1.0, 0.5), 3)
    validate(made)


def test_what_lacuna_did_not_make_cannot_be_made_again(library: Library) -> None:
    with pytest.raises(InputError, match="no preset"):
        recipe(add(library, preset=""), str(library.root))
    broken = add(library, "Broken")
    (broken.folder / "manifest.json").unlink()
    with pytest.raises(LacunaError, match="cannot be changed"):
        recipe(library.get(broken.id), str(library.root))
