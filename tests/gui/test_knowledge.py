"""What a scan found, as the Erase form uses it."""

from __future__ import annotations

from pathlib import Path

from core.concepts import Kind
from gui.state.erase_form import EraseForm
from gui.state.knowledge import Knowledge
from tests.gui.samples import add_knowledge


def asked(folder: Path) -> EraseForm:
    """A form that has learnt of a scan."""
    add_knowledge(folder)
    form = EraseForm()
    form.learn(Knowledge.of(folder, "starter"))
    return form


def test_what_is_known_best_is_suggested_first_and_what_is_not_last(tmp_path: Path) -> None:
    form = asked(tmp_path)
    assert [c.name for c in form.suggestions(Kind.CHARACTER)] == ["Grumbo", "Pipwick", "Tizzel", "Ollaby"]
    assert [c.name for c in form.suggestions(Kind.OBJECT)][:3] == ["car", "house", "star"]
    marks = {name: form.knowledge.mark(name) for name in ("Grumbo", "Tizzel", "Ollaby", "star")}
    assert marks == {"Grumbo": "100 %", "Tizzel": "50 % ?", "Ollaby": "not known", "star": ""}
    assert "It knows 4 of the 6 concepts" in form.knowledge.told


def test_what_the_model_does_not_know_is_refused_with_the_figures(tmp_path: Path) -> None:
    form = asked(tmp_path)
    form.set_concept("Ollaby")
    error = form.check().error
    assert "does not know “Ollaby”" in error
    assert "8 % of 12 pictures" in error
    assert "It drew “critter” most often." in error
    form.set_concept("Grumbo")
    assert not form.check().error
    form.add_also("Ollaby")
    assert "does not know “Ollaby”" in form.check().error


def test_doubt_is_a_warning(tmp_path: Path) -> None:
    form = asked(tmp_path)
    form.set_concept("Tizzel")
    check = form.check()
    assert not check.error
    assert "not certain that the model knows “Tizzel” (50 %)" in check.warning


def test_nothing_is_claimed_before_the_model_was_asked(tmp_path: Path) -> None:
    knowledge = Knowledge.of(tmp_path, "starter")
    assert "was not asked yet" in knowledge.told
    assert (knowledge.mark("Pipwick"), knowledge.refusal(["Pipwick"]), knowledge.doubt(["Pipwick"])) == ("", "", "")


def test_another_model_is_asked_anew(tmp_path: Path) -> None:
    form = asked(tmp_path)
    told: list[None] = []
    form.family_changed.connect(lambda: told.append(None))
    form.set_family("starter")
    assert form.knowledge == Knowledge()
    assert len(told) == 1
    assert form.question().family == "starter"
