"""The Erase form with a large model: names that are on no list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.concepts import Kind
from gui.state.erase_form import EraseForm
from tests.core.jobs.shelf import installed


@pytest.fixture
def form(tmp_path: Path) -> Iterator[EraseForm]:
    """A form whose model takes any name."""
    with installed(tmp_path / "models", "big"):
        made = EraseForm()
        made.set_family("big")
        yield made


def test_a_new_name_gets_a_prompt_by_its_kind(form: EraseForm) -> None:
    form.set_concept("anvil")
    assert form.prompt.startswith("anvil ")
    form.set_kind(Kind.OBJECT.value)
    assert form.prompt.startswith("an anvil ")
    form.set_kind(Kind.STYLE.value)
    assert "in the style of anvil" in form.prompt
    assert not form.check().error
    assert form.spec().kind == "style"


def test_the_anchor_is_said_to_come_later(form: EraseForm) -> None:
    form.set_concept("Zib")
    assert form.likely_anchor == "The nearest ordinary thing of its kind"
    form.set_concept("Pikachu")
    assert form.likely_anchor == "a cartoon animal"


def test_a_name_spelt_like_one_on_the_list_is_asked_about_and_taken(form: EraseForm) -> None:
    form.set_concept("Pikachuu")
    check = form.check()
    assert not check.error
    assert "Did you mean Pikachu?" in check.warning


@pytest.mark.parametrize("name", ["x" * 5000, "\x07", "a, b"])
def test_what_is_no_name_is_refused_and_gets_no_prompt(form: EraseForm, name: str) -> None:
    form.set_concept(name)
    assert form.prompt == ""
    assert form.check().error
