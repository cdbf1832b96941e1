"""The library's ways on from an entry: probe, harden, stack, export, and several at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.pages.library import LibraryPage
from gui.state.library_model import LibraryModel
from gui.widgets.stack_dialog import StackDialog
from tests.gui.signals import args_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(model: LibraryModel, qtbot: QtBot) -> LibraryPage:
    """The Library page."""
    made = LibraryPage(model)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    return made


def test_probe_and_harden_carry_the_chosen_entry(page: LibraryPage, qtbot: QtBot) -> None:
    for action, signal in ((page.probe, page.probed), (page.harden, page.hardened)):
        with qtbot.waitSignal(signal) as told:
            qtbot.mouseClick(action, LEFT)
        assert args_of(told)[0].name == "car"


def test_one_entry_cannot_be_stacked_and_two_cannot_be_renamed(page: LibraryPage) -> None:
    assert not page.stack.isEnabled()
    page.grid.selectAll()
    assert [entry.name for entry in page.entries] == ["car", "Pipwick"]
    assert page.stack.isEnabled()
    assert not any(action.isEnabled() for action in (page.open, page.rename, page.export, page.harden, page.probe))


def test_two_entries_are_stacked_through_the_dialog(page: LibraryPage, qtbot: QtBot) -> None:
    page.grid.selectAll()

    def answer() -> None:
        (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, StackDialog)]
        dialog.submit()

    QTimer.singleShot(0, answer)
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.stack, LEFT)
    assert args_of(told)[0].entries == tuple(entry.id for entry in page.model.entries)


def test_several_are_deleted_and_brought_back_together(page: LibraryPage, qtbot: QtBot) -> None:
    page.grid.selectAll()
    with qtbot.waitSignal(page.noticed) as told:
        qtbot.mouseClick(page.delete, LEFT)
    text, _, undo = args_of(told)
    assert text == "2 entries were moved to the trash."
    assert page.model.kept == []
    undo()
    assert len(page.model.kept) == 2


@pytest.mark.parametrize(
    ("suffix", "words"), [(".html", "Concept seen, named"), (".csv", "animatediff,erased,direct"), (".json", '"hosts"')]
)
def test_a_scorecard_is_saved_in_the_format_of_its_suffix(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot, suffix: str, words: str
) -> None:
    path = tmp_path / f"card{suffix}"
    with qtbot.waitSignal(page.noticed) as told:
        page.export_to(path)
    assert str(path) in args_of(told)[0]
    assert words in path.read_text("utf-8")


def test_what_cannot_be_saved_is_told_and_nothing_is_overwritten(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "card.csv"
    path.write_text("mine", "utf-8")
    with qtbot.waitSignal(page.noticed) as told:
        page.export_to(path)
    assert "nothing is overwritten" in args_of(told)[0]
    assert path.read_text("utf-8") == "mine"
