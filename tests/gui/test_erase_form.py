"""The Erase form without a page: what it fills in, what it refuses, what it asks for."""

from __future__ import annotations

import pytest

from core.concepts import Kind
from gui.state.erase_form import EraseForm


@pytest.fixture
def form() -> EraseForm:
    """A fresh form."""
    return EraseForm()


def test_a_known_name_fills_in_kind_names_and_prompt(form: EraseForm) -> None:
    form.set_concept("vello harn")
    assert form.kind is Kind.STYLE
    assert "Harn" in form.synonyms
    assert "Vello Harn" in form.prompt
    assert not form.check().error


def test_what_was_filled_in_goes_when_the_name_changes(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    form.set_concept("Pipwickx")
    assert (form.synonyms, form.prompt) == ((), "")


def test_what_a_person_wrote_stays(form: EraseForm) -> None:
    form.set_prompt("a quiet hill")
    form.set_synonyms("the sprout, the sprout , leafy")
    form.set_concept("Pipwick")
    assert form.prompt == "a quiet hill"
    assert form.synonyms == ("the sprout", "leafy")


def test_no_name_is_an_error(form: EraseForm) -> None:
    form.set_concept("   ")
    assert "No concept was named" in form.check().error


def test_an_unknown_name_is_said_and_near_ones_are_offered(form: EraseForm) -> None:
    form.set_concept("Pipwik")
    check = form.check()
    assert "does not know “Pipwik”" in check.error
    assert check.suggestions == ("Pipwick",)


def test_a_name_like_none_lists_what_the_model_knows(form: EraseForm) -> None:
    form.set_concept("zzzzzz")
    check = form.check()
    assert check.suggestions == ()
    assert "Pipwick" in check.error


def test_a_wrong_kind_is_an_error(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    form.set_kind("style")
    assert "is of the kind character" in form.check().error


def test_a_long_prompt_is_a_warning_and_an_endless_one_an_error(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    form.set_prompt("word " * 40)
    assert "first 32 tokens" in form.check().warning
    form.set_prompt("word " * 500)
    assert "500 words" in form.check().error


def test_suggestions_follow_what_is_typed(form: EraseForm) -> None:
    form.set_concept("gru")
    assert [c.name for c in form.suggestions(Kind.CHARACTER)] == ["Grumbo"]
    assert form.suggestions(Kind.OBJECT) == ()
    for text in ("Grumbo", "nothing like it", ""):
        form.set_concept(text)
        assert len(form.suggestions(Kind.CHARACTER)) == 4


def test_the_spec_is_what_the_form_says(form: EraseForm) -> None:
    form.library = "somewhere"
    form.set_concept("grumbo")
    form.set_synonyms("old Grumbo, the square one")
    form.set_preset("few_shot")
    form.set_host("text2video")
    form.set_seed(7)
    form.set_quick(False)
    spec = form.spec()
    assert (spec.concept, spec.kind, spec.preset, spec.host, spec.seed, spec.quick, spec.library) == (
        "Grumbo", "character", "few_shot", "text2video", 7, False, "somewhere",
    )  # fmt: skip
    assert spec.synonyms == ("the square one",)
    assert spec.prompt == form.prompt


def test_a_thorough_scorecard_costs_more(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    assert form.time() == "about 70 seconds"
    form.set_quick(False)
    assert "minutes" in form.time()


def test_every_change_is_told_once(form: EraseForm) -> None:
    told: list[None] = []
    form.changed.connect(lambda: told.append(None))
    form.set_concept("Pipwick")
    form.set_synonyms(", ".join(form.synonyms))
    form.set_seed(3)
    assert len(told) == 2


def test_further_concepts_get_their_proper_names_once(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    form.add_also("vello harn, CAR,car, ")
    assert form.also == ("Vello Harn", "car")
    form.remove_also("car")
    assert form.spec().also == ("Vello Harn",)


def test_a_further_name_that_is_not_known_is_said_and_the_concept_is_not_blamed(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    form.add_also("Grumb0")
    check = form.check()
    assert "does not know “Grumb0”. Did you mean Grumbo?" in check.error
    assert check.suggestions == ()


def test_where_each_is_led_is_told_and_can_be_changed(form: EraseForm) -> None:
    assert form.leading == ""
    form.set_concept("Pipwick")
    form.add_also("car")
    assert form.leading == "a critter, a crate"
    assert form.spec().anchor == ""
    form.set_anchor(" a passer-by ")
    assert form.leading == "a passer-by, a crate"
    assert form.spec().anchor == "a passer-by"
    form.set_anchor("Grumbo")
    assert "protected neighbour" in form.check().error


def test_neighbours_to_protect_join_the_usual_ones(form: EraseForm) -> None:
    form.set_concept("Pipwick")
    assert "Grumbo" in form.usual_neighbours
    form.set_protect("car, Vello Harn")
    assert form.spec().protect == ("car", "Vello Harn")
    assert not form.check().error
    form.set_protect("Pipwick")
    assert "cannot be protected" in form.check().error
