"""The Probe form without a page: what it asks for, what it refuses, what it leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.library.store import Library
from gui.state.probe_form import ProbeForm


@pytest.fixture
def form(folder: Path) -> ProbeForm:
    """A form over the drawn library, with Pipwick chosen."""
    made = ProbeForm(str(folder))
    made.set_entry(Library(folder).get("Pipwick"))
    return made


def test_the_usual_probes_are_chosen_and_the_attack_without_words_is_not(form: ProbeForm) -> None:
    names = [card.name for card in form.chosen]
    assert "direct" in names
    assert "latent_inversion" not in names
    assert form.check() == ""


def test_the_spec_is_what_was_chosen_in_the_order_of_the_list(form: ProbeForm) -> None:
    for name in list(form.probes):
        form.set_probe(name, False)
    form.set_probe("latent_inversion", True)
    form.set_probe("direct", True)
    form.set_pictures(24)
    form.set_budget(10)
    form.set_host("animatediff")
    spec = form.ready()
    assert spec.probes == ("direct", "latent_inversion")
    assert (spec.pictures, spec.budget, spec.host, spec.prompts) == (24, 10, "animatediff", "")
    assert form.entry is not None
    assert spec.entry == form.entry.id


def test_nothing_chosen_is_refused(form: ProbeForm) -> None:
    for name in list(form.probes):
        form.set_probe(name, False)
    assert "No probe was chosen" in form.check()
    form.set_typed("a quiet hill")
    assert form.check() == ""
    form.set_entry(None)
    assert "No entry was chosen" in form.check()
    with pytest.raises(InputError):
        form.ready()


def test_typed_prompts_are_kept_in_a_file_of_the_library_that_outlives_the_form(form: ProbeForm, folder: Path) -> None:
    form.set_typed("Pipwick\n\n  Pipwick \nthe sprout é")
    first = form.ready()
    form.set_typed("another")
    second = form.ready()
    assert Path(first.prompts).read_text("utf-8") == "Pipwick\n\n  Pipwick \nthe sprout é"
    assert Path(second.prompts).read_text("utf-8") == "another"
    assert first.probes[-1] == "own"
    assert Path(first.prompts).parent == folder / "prompts"
    form.set_typed("Pipwick\n\n  Pipwick \nthe sprout é")
    assert form.ready() == first


def test_a_typed_line_that_cannot_be_asked_is_said_by_its_number(form: ProbeForm) -> None:
    form.set_typed("fine\n" + "word " * 300)
    with pytest.raises(InputError, match=r"Line 2 .* 300 words"):
        form.ready()


def test_a_file_and_typed_lines_take_each_others_place(form: ProbeForm, tmp_path: Path) -> None:
    form.set_typed("typed")
    form.set_file(str(tmp_path / "none.txt"))
    assert form.typed == ""
    assert "There is no file" in form.check()
    (tmp_path / "none.txt").write_text("one\ntwo\n", "utf-8")
    assert form.check() == ""
    form.set_typed("again")
    assert form.file == ""


def test_more_pictures_clips_and_effort_cost_more(form: ProbeForm) -> None:
    few = form.seconds()
    form.set_pictures(48)
    more = form.seconds()
    form.set_budget(160)
    hard = form.seconds()
    form.set_host("animatediff")
    assert few < more < hard < form.seconds()
    assert form.cost().startswith("about ")


def test_every_change_is_told(form: ProbeForm) -> None:
    told: list[None] = []
    form.changed.connect(lambda: told.append(None))
    form.set_probe("direct", False)
    form.set_typed("x")
    form.set_pictures(8)
    assert len(told) == 3
