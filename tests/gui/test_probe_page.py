"""The Probe page, driven as a person drives it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.jobs.probe_list import PROBES
from core.jobs.spec import EraseSpec, ProbeSpec
from core.library.store import Library
from gui.pages.probe import ProbePage
from gui.state.session import Session
from gui.widgets.example_pair import ExamplePair
from gui.widgets.figures import FigureBlock
from tests.gui.dropping import drop
from tests.gui.samples import add_report
from tests.gui.signals import args_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def probed(folder: Path, tmp_path: Path) -> Path:
    """The drawn library, with a stopped and a newer whole report of Pipwick."""
    kept = Library(folder)
    add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.0)}, complete=False)
    add_report(kept, tmp_path, kept.get("Pipwick"))
    return folder


@pytest.fixture
def page(probed: Path, qtbot: QtBot) -> Iterator[ProbePage]:
    """The page, with Pipwick chosen."""
    session = Session(str(probed))
    made = ProbePage(session)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    made.take(session.library.library.get("Pipwick"))
    yield made
    made.close_down()
    session.close()


def words(widget: QWidget) -> str:
    """All that is written on the labels that are not hidden."""
    return "\n".join(shown.text() for shown in widget.findChildren(QLabel) if shown.isVisible())


def test_a_report_shows_its_probes_their_purpose_and_plain_prompts(page: ProbePage) -> None:
    assert page.picker.text() == "Pipwick"
    blocks = [block.row.title for block in page.view.findChildren(FigureBlock)]
    assert blocks[:2] == ["By name", "By a synonym"]
    said = words(page.view)
    assert "Prompts that name the concept plainly." in said
    assert "The denoiser still holds the concept" in said
    assert "“a drawing of <b>Pipwick</b> by the sea”" in said
    prompts = [shown for shown in page.view.findChildren(QLabel) if "<b>" in shown.text()]
    assert {shown.textFormat() for shown in prompts} == {Qt.TextFormat.PlainText}


def test_seen_and_not_seen_are_told_in_words_beside_both_pictures(page: ProbePage) -> None:
    pairs = page.view.findChildren(ExamplePair)
    assert len(pairs) == 12
    told = [shown.text() for shown in pairs[0].findChildren(QLabel)]
    assert ("Seen" in told, "Not seen" in told) == (True, True)


def test_an_earlier_report_that_was_stopped_says_so(page: ProbePage, qtbot: QtBot) -> None:
    assert page.earlier.count() == 2
    assert "stopped half-way" in page.earlier.itemText(1)
    page.earlier.setCurrentIndex(1)
    page.earlier.activated.emit(1)
    qtbot.waitUntil(lambda: "This report was stopped half-way" in words(page.view))
    assert page.view.report is not None
    assert [tried.name for tried in page.view.report.tried] == ["direct"]


def test_an_entry_without_a_report_teaches(page: ProbePage) -> None:
    page.take(page.library.library.get("car"))
    assert page.untried.isVisible()
    assert "the denoiser still holds it" in page.untried.text.text()
    assert not page.earlier.isVisible()


def test_choices_and_typed_prompts_reach_the_job(page: ProbePage, qtbot: QtBot) -> None:
    for name in ("token_search", "embedding_inversion"):
        page.probes[name].click()
    page.probes["latent_inversion"].click()
    qtbot.keyClicks(page.typed, "the sprout")
    next(b for b in page.pictures.findChildren(QPushButton) if b.text() == "24").click()
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.run, LEFT)
    spec = cast("ProbeSpec", args_of(told)[0])
    assert "token_search" not in spec.probes
    assert spec.probes[-2:] == ("latent_inversion", "own")
    assert (spec.entry, spec.pictures) == (page.library.kept[1].id, 24)
    assert Path(spec.prompts).read_text("utf-8") == "the sprout"


def test_nothing_chosen_says_what_is_wrong_and_starts_nothing(page: ProbePage, qtbot: QtBot) -> None:
    for option in page.probes.values():
        if option.isChecked():
            option.click()
    with qtbot.assertNotEmitted(page.asked):
        qtbot.mouseClick(page.run, LEFT)
    assert "No probe was chosen. Choose one, or write a prompt of your own." in words(page)


def test_a_file_of_prompts_is_shown_and_can_be_left_out(page: ProbePage, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "prompts.txt"
    file.write_text("one\n", "utf-8")
    page.typed.setPlainText("typed")
    page.form.set_file(str(file))
    assert page.typed.toPlainText() == ""
    assert str(file) in words(page)
    qtbot.mouseClick(page.forget, LEFT)
    assert page.form.file == ""
    assert str(file) not in words(page)


def test_harden_asks_for_the_chosen_entry(page: ProbePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.harden_it, LEFT)
    spec = cast("EraseSpec", args_of(told)[0])
    assert (spec.concept, spec.start, spec.preset) == ("Pipwick", page.form.entry and page.form.entry.id, "adversarial")


def test_the_page_teaches_where_there_is_no_entry(page: ProbePage, qtbot: QtBot) -> None:
    page.library.trash([row.id for row in page.library.kept])
    qtbot.waitUntil(page.empty.isVisible)
    with qtbot.waitSignal(page.went) as told:
        qtbot.mouseClick(page.empty.action, LEFT)
    assert args_of(told) == ["erase", None]


def test_a_search_in_the_library_does_not_change_what_is_read(page: ProbePage) -> None:
    page.view.show_report(None)
    page.library.search("car")
    assert page.picker.text() == "Pipwick"
    assert page.view.report is None


def test_tab_goes_through_the_form_and_on_to_the_reports(page: ProbePage, qtbot: QtBot) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()
    visited = []
    for _ in range(18):
        focused = QApplication.focusWidget()
        assert focused is not None
        visited.append(focused.accessibleName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    titles = [card.title for card in PROBES]
    assert visited == [
        "Entry: Pipwick", "Harden", *titles, "Your own prompts", "From a file…", "Asked of: Pictures",
        "Pictures a probe: 12", "How hard attacks try: Usual", "Run the probes", "Report",
    ]  # fmt: skip


def test_another_entry_is_picked_from_the_list(page: ProbePage) -> None:
    page.picker.chosen.emit(next(row.id for row in page.library.kept if row.name == "car"))
    assert page.form.entry is not None
    assert (page.form.entry.name, page.picker.text()) == ("car", "car")


def test_a_file_that_is_dropped_gives_the_prompts(page: ProbePage, tmp_path: Path) -> None:
    file = tmp_path / "prompts.txt"
    file.write_text("one\n", "utf-8")
    drop(page, [file])
    assert page.form.file == str(file)


def test_every_action_is_a_command_and_works_by_name(page: ProbePage, qtbot: QtBot) -> None:
    commands = {command.key: command for command in page.commands}
    assert commands["probe.run"].enabled()
    commands["probe.with.genetic_prefix"].run()
    assert "genetic_prefix" in page.form.probes
    with qtbot.waitSignal(page.went) as told:
        commands["probe.compare"].run()
    assert args_of(told) == ["compare", page.form.entry]
    page.show_entry(None)
    assert not any(commands[key].enabled() for key in ("probe.run", "probe.harden", "probe.compare"))
