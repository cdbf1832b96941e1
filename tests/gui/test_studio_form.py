"""The Studio's form, without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.library.gallery import Take
from core.library.row import Row
from gui.state.studio_form import Chosen, StudioForm
from tests.gui.takes import LENSES, take_metadata


def entry(entry_id: str = "one", family: str = "starter", damage: str = "") -> Row:
    """An entry at strength 0.9."""
    return Row(id=entry_id, name=entry_id.capitalize(), family=family, strength=0.9, damage=damage)


@pytest.fixture
def form() -> StudioForm:
    """A form that knows two entries."""
    made = StudioForm()
    made.meet([entry("one"), entry("two")])
    return made


def test_it_says_what_it_will_make_and_how_long_that_takes(form: StudioForm) -> None:
    assert form.told() == ("", "")
    form.set(text="a\nb\n\na", seeds="1-3", negative="Pipwick")
    form.add_entry("one")
    told, time = form.told()
    assert told == "2 prompts × 3 seeds × 3 encoders = 18 clips"
    assert time.startswith("about ")
    form.set(text="a", seeds="1", negative="", original=False, host="still")
    assert form.told()[0] == "1 prompt × 1 seed × 1 encoder = 1 picture"


def test_the_spec_has_everything_that_was_filled_in(form: StudioForm) -> None:
    form.set(text=" a  b \n", seeds="5", host="text2video", steps=4, guidance=2.5, frames=8)
    form.add_entry("one")
    form.add_entry("one")
    form.add_entry("two")
    form.set_strength("two", 1.2)
    spec = form.spec()
    assert (spec.prompts, spec.seeds, spec.host) == (("a b",), (5,), "text2video")
    assert (spec.entries, spec.strengths) == (("one", "two"), (None, 1.2))
    assert (spec.steps, spec.guidance, spec.frames) == (4, 2.5, 8)
    form.remove_entry("one")
    assert form.spec().entries == ("two",)


def test_pictures_have_no_frames_to_choose(form: StudioForm) -> None:
    form.set(frames=8)
    form.set(host="still")
    assert form.spec().frames == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": " \n"}, "prompt is empty"),
        ({"text": "\n".join(map(str, range(10_000)))}, "10000 prompts"),
        ({"seeds": "1,x"}, "“x” is no seed"),
        ({"seeds": ""}, "No seed"),
        ({"steps": 1000}, "steps is 1000"),
        ({"original": False}, "No encoder"),
    ],
)
def test_it_says_what_is_wrong(form: StudioForm, values: dict[str, object], words: str) -> None:
    form.set(text="a")
    assert not form.check().error
    form.set(**values)
    assert words in form.check().error


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "no longer in the library"),
        ([entry(damage="broken")], "damaged"),
        ([entry(damage="newer")._replace(newer=True)], "made by a newer Lacuna"),
        ([entry(family="elsewhere")], "another model"),
    ],
)
def test_an_entry_that_went_bad_is_named(form: StudioForm, found: list[Row], words: str) -> None:
    form.set(text="a")
    form.add_entry("one")
    assert not form.check().error
    form.meet(found)
    assert words in form.check().error
    assert "“One”" in form.check().error


def test_long_prompts_are_warned_about_one_by_one_or_by_number(form: StudioForm) -> None:
    long = "word " * 40
    form.set(text=long)
    assert "its end is cut off" in form.check().warnings[0]
    form.set(text="\n".join(f"{long} {k}" for k in range(5)))
    assert form.check().warnings == ("5 prompts are longer than the model reads: their ends are cut off.",)


def test_a_take_fills_the_form_and_undo_brings_it_back(form: StudioForm) -> None:
    form.set(text="before", seeds="9", steps=7)
    before = form.state()
    about = take_metadata(**{**LENSES[2], "encoder": "two"}, seed=4, host="text2video", steps=20, frames=6)
    form.fill(Take(Path("a.webm"), about))
    assert (form.text, form.seeds, form.host) == ("Pipwick bouncing in a meadow", "4", "text2video")
    assert form.entries == (Chosen("two", 0.9, "Pipwick"),)
    assert (form.steps, form.guidance, form.frames) == (20, 0.0, 6)
    form.restore(before)
    assert form.state() == before


@pytest.mark.parametrize(
    "metadata", [{}, {"prompt": 1, "seed": "x", "host": "gone", "family": "gone", "steps": [], "encoder": {}}]
)
def test_a_take_that_tells_nothing_changes_little(form: StudioForm, metadata: dict[str, object]) -> None:
    form.set(text="before", seeds="9")
    form.fill(Take(Path("a.webm"), metadata))
    assert (form.text, form.seeds, form.host, form.entries) == ("before", "9", "animatediff", ())


def test_the_state_survives_json_and_whatever_stands_in_the_file(form: StudioForm) -> None:
    form.set(text="a\nb", seeds="1-3", negative="c", guidance=2.5)
    form.add_entry("one")
    form.set_strength("one", 0.4)
    other = StudioForm()
    other.restore(json.loads(json.dumps(form.state())))
    assert other.state() == form.state()
    other.restore({"text": 3, "seeds": None, "steps": True, "guidance": "x", "family": [], "host": "gone",
                   "entries": [{"id": 1}, "x", {"id": "a", "strength": 9}]})  # fmt: skip
    assert (other.text, other.seeds, other.steps, other.host) == ("a\nb", "1-3", 0, "animatediff")
    assert other.entries == (Chosen("a"),)
    other.restore({})
    assert other.entries == ()
