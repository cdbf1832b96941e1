"""The Erase page: several concepts, where they are led, and what the model was found to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.jobs.spec import EraseSpec, IdentifySpec
from core.presets import presets
from gui.pages.erase import ErasePage
from gui.state.knowledge import Knowledge
from gui.state.session import Session
from gui.widgets.batch_dialog import BatchDialog
from gui.widgets.option import OptionCard
from tests.gui.dropping import drop
from tests.gui.samples import add_knowledge
from tests.gui.signals import args_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> Iterator[ErasePage]:
    """The Erase page over a fresh form."""
    session = Session(str(tmp_path / "library"))
    made = ErasePage(session)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    yield made
    made.close_down()
    session.close()


def words(page: ErasePage) -> str:
    """All that is written on the labels that are not hidden."""
    return "\n".join(shown.text() for shown in page.findChildren(QLabel) if shown.isVisible())


def tags(page: ErasePage) -> list[QPushButton]:
    """The further concepts that are not on their way out."""
    return [tag for tag in page.tags.findChildren(QPushButton) if not tag.isHidden()]


def links(page: ErasePage) -> list[QPushButton]:
    """The suggestions under the name."""
    return [
        b
        for b in page.findChildren(QPushButton)
        if b.property("role") == "link" and b.isVisible() and not page.models.isAncestorOf(b)
    ]


def focused() -> QWidget:
    """The widget that hears the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_nothing_named_starts_nothing(page: ErasePage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.asked):
        qtbot.mouseClick(page.start, LEFT)
    assert page.concept.property("wrong") is True


def test_a_mistyped_name_is_put_right_by_a_click_and_starts_by_the_keyboard(page: ErasePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.concept, "Grumb0")
    with qtbot.assertNotEmitted(page.asked):
        qtbot.keyClick(page.concept, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(links(page)) == 1)
    (near,) = links(page)
    qtbot.mouseClick(near, LEFT)
    assert page.concept.text() == "Grumbo"
    with qtbot.waitSignal(page.asked) as told:
        qtbot.keyClick(page.concept, Qt.Key.Key_Return)
    spec = cast("EraseSpec", args_of(told)[0])
    assert (spec.concept, spec.kind, spec.prompt) == ("Grumbo", "character", "Grumbo bouncing in a meadow")


def test_tab_goes_from_top_to_bottom_and_arrows_through_the_names(page: ErasePage, qtbot: QtBot) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.concept.setFocus()
    visited = []
    for _ in range(16):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        visited.append(focused().accessibleName())
    assert visited == [
        "Pipwick", "Mara Quillon", "car", "Vello Harn", "What does this model know?", "Kind: Character",
        "Other names it goes by", "Also erase (optional)", "It will be led to", "Neighbours to protect (optional)",
        "Guarded",
        "Your own pictures of it, a folder (optional)", "Choose a folder of pictures",
        "Prompt of the clip", "Video model: AnimateDiff", "Seed",
    ]  # fmt: skip
    chips = next(b for b in page.findChildren(QPushButton) if b.text() == "Pipwick")
    chips.setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    assert focused().accessibleName() == "Grumbo"
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert page.concept.text() == "Grumbo"


def test_typed_names_and_seed_reach_the_spec(page: ErasePage, qtbot: QtBot) -> None:
    page.form.set_concept("car")
    page.synonyms.clear()
    qtbot.keyClicks(page.synonyms, "a beetle")
    page.seed.clear()
    qtbot.keyClicks(page.seed, "42x")
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.start, LEFT)
    spec = cast("EraseSpec", args_of(told)[0])
    assert (spec.synonyms, spec.seed) == (("a beetle",), 42)


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
    assert args_of(told)[0] == IdentifySpec(family="starter", library=page.form.library)
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


FILLED = EraseSpec(
    concept="Pipwick",
    kind="character",
    preset="adversarial",
    synonyms=("the sprout",),
    anchor="a crate",
    prompt="Pipwick on the moon",
    host="text2video",
    seed=7,
    settings={"learning_rate": 0.0003},
    quick=False,
    also=("car",),
    protect=("Ollaby",),
)


def test_a_job_fills_the_form_in_and_comes_out_as_it_was(page: ErasePage, qtbot: QtBot) -> None:
    page.take(FILLED)
    assert "Hardened" in words(page)
    assert "With settings of its own: learning_rate = 0.0003." in words(page)
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.start, LEFT)
    assert args_of(told)[0] == replace(FILLED, library=page.form.library)


def test_what_a_job_brought_along_can_be_dropped(page: ErasePage, qtbot: QtBot) -> None:
    page.take(replace(FILLED, start="20260101-pipwick-abcdef"))
    assert "Goes on from the entry 20260101-pipwick-abcdef." in words(page)
    qtbot.mouseClick(page.summary.drop, LEFT)
    assert (page.form.settings, page.form.start) == ({}, "")
    assert not page.summary.drop.isVisible()


def test_a_job_for_a_model_of_another_version_leaves_the_form_alone(page: ErasePage, qtbot: QtBot) -> None:
    page.take(FILLED)
    with qtbot.waitSignal(page.noticed) as told:
        page.take(replace(FILLED, family="later-model", concept="star"))
    assert "There is no model “later-model”." in args_of(told)[0]
    assert page.form.concept == "Pipwick"


def test_a_folder_of_pictures_is_dropped_and_read_before_the_start(
    page: ErasePage, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "one.png").write_bytes(b"no picture")
    qtbot.keyClicks(page.concept, "Pipwick")
    with qtbot.waitSignal(page.noticed):
        assert drop(page, [folder / "one.png"])
    assert page.form.images == str(folder)
    with qtbot.assertNotEmitted(page.asked):
        qtbot.mouseClick(page.start, LEFT)
        qtbot.waitUntil(lambda: "one.png" in words(page))
    assert page.start.isEnabled()


def test_a_text_file_with_one_name_fills_it_in_and_other_files_are_refused(
    page: ErasePage, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "names.txt").write_text("# mine\nGrumbo\n", "utf-8")
    drop(page, [tmp_path / "names.txt"])
    assert page.form.concept == "Grumbo"
    (tmp_path / "film.bin").write_bytes(b"x")
    with qtbot.waitSignal(page.noticed) as told:
        drop(page, [tmp_path / "film.bin"])
    assert "Drop a folder of pictures" in args_of(told)[0]


def test_many_concepts_are_queued_with_the_settings_of_the_form(page: ErasePage, tmp_path: Path, qtbot: QtBot) -> None:
    page.session.jobs.pause()
    (tmp_path / "names.txt").write_text("Grumbo\ncar\n", "utf-8")
    page.form.set_preset("instant")

    def agree() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, BatchDialog)
        dialog.accept()

    QTimer.singleShot(0, page, agree)
    with qtbot.waitSignal(page.went) as told:
        drop(page, [tmp_path / "names.txt"])
    assert args_of(told) == ["jobs", None]
    specs = [cast("EraseSpec", job.spec) for job in page.session.jobs.jobs]
    assert {(spec.concept, spec.preset) for spec in specs} == {("Grumbo", "instant"), ("car", "instant")}


def test_the_form_is_there_again_after_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "library").mkdir()
    for seen in (("", ""), ("Pipwick", "a crate")):
        session = Session(str(tmp_path / "library"))
        page = ErasePage(session)
        qtbot.addWidget(page)
        assert (page.concept.text(), page.anchor.text()) == seen
        qtbot.keyClicks(page.concept, "Pipwick" if not seen[0] else "")
        qtbot.keyClicks(page.anchor, "a crate" if not seen[1] else "")
        page.close_down()
        session.close()


@pytest.mark.parametrize("broken", ["{", '{"job": "erase"}', '{"job": "erase", "concept": 5}', '{"job": "later"}'])
def test_a_broken_draft_leaves_the_form_empty(broken: str, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "erase.json").write_text(broken, "utf-8")
    session = Session(str(tmp_path))
    page = ErasePage(session)
    qtbot.addWidget(page)
    assert page.concept.text() == ""
    page.close_down()
    session.close()


def test_every_action_is_a_command_and_works_by_name(page: ErasePage, qtbot: QtBot) -> None:
    commands = {command.key: command for command in page.commands}
    commands["erase.method.instant"].run()
    commands["erase.quick"].run()
    commands["erase.seed"].run()
    assert (page.form.preset.name, page.form.quick) == ("instant", False)
    qtbot.keyClicks(page.concept, "Pipwick")
    with qtbot.waitSignal(page.asked):
        commands["erase.start"].run()
    commands["erase.clear"].run()
    assert page.concept.text() == ""
