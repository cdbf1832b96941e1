"""The Erase page: several concepts, where they are led, and what the model was found to know."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.jobs.spec import EraseSpec, IdentifySpec
from core.presets import presets
from gui.pages.erase import ErasePage
from gui.state.erase_form import EraseForm
from gui.state.knowledge import Knowledge
from gui.widgets.option import OptionCard
from tests.gui.samples import add_knowledge
from tests.gui.signals import args_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> ErasePage:
    """The Erase page over a fresh form."""
    made = ErasePage(EraseForm())
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    return made


def words(page: ErasePage) -> str:
    """All that is written on the labels that are not hidden."""
    return "\n".join(shown.text() for shown in page.findChildren(QLabel) if shown.isVisible())


def tags(page: ErasePage) -> list[QPushButton]:
    """The further concepts that are not on their way out."""
    return [tag for tag in page.tags.findChildren(QPushButton) if not tag.isHidden()]


def test_further_concepts_are_typed_and_taken_off_again(page: ErasePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.concept, "Pipwick")
    qtbot.keyClicks(page.also, "vello harn, car")
    qtbot.keyClick(page.also, Qt.Key.Key_Return)
    assert [tag.accessibleName() for tag in tags(page)] == ["Remove Vello Harn", "Remove car"]
    assert page.also.text() == ""
    assert "Pipwick, Vello Harn, car" in words(page)
    qtbot.waitUntil(tags(page)[1].isVisible)
    qtbot.mouseClick(tags(page)[1], LEFT)
    assert page.form.also == ("Vello Harn",)


def test_a_name_that_was_typed_and_not_confirmed_counts(page: ErasePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.concept, "Pipwick")
    qtbot.keyClicks(page.also, "car")
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.start, LEFT)
    assert cast("EraseSpec", args_of(told)[0]).also == ("car",)


def test_the_anchor_is_shown_and_can_be_another(page: ErasePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.concept, "Pipwick")
    assert page.anchor.placeholderText() == "a critter"
    assert "Led to a critter" in words(page)
    qtbot.keyClicks(page.anchor, "a crate")
    assert "Led to a crate" in words(page)
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.start, LEFT)
    assert cast("EraseSpec", args_of(told)[0]).anchor == "a crate"


def test_the_model_is_asked_and_its_answer_orders_the_names(page: ErasePage, tmp_path: Path, qtbot: QtBot) -> None:
    assert "was not asked yet" in words(page)
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.ask, LEFT)
    assert args_of(told)[0] == IdentifySpec(family="starter")
    add_knowledge(tmp_path)
    page.form.learn(Knowledge.of(tmp_path, "starter"))
    chips = [b.text() for b in page.findChildren(QPushButton) if b.property("role") == "chip"]
    assert {"Grumbo  100 %", "Tizzel  50 % ?", "Ollaby  not known", "star"} <= set(chips)
    assert "It knows 4 of the 6 concepts" in words(page)


def test_what_the_model_does_not_know_is_refused_where_it_can_be_read(
    page: ErasePage, tmp_path: Path, qtbot: QtBot
) -> None:
    add_knowledge(tmp_path)
    page.form.learn(Knowledge.of(tmp_path, "starter"))
    page.form.set_concept("Ollaby")
    with qtbot.assertNotEmitted(page.asked):
        qtbot.mouseClick(page.start, LEFT)
    assert "The model does not know “Ollaby”, so there is nothing to erase." in words(page)
    assert not page.concept.visibleRegion().isEmpty()


def test_every_preset_is_offered_with_its_summary(page: ErasePage) -> None:
    offered = {(o.accessibleName(), o.accessibleDescription()) for o in page.findChildren(OptionCard)}
    assert {(preset.title, preset.summary) for preset in presets()} <= offered
