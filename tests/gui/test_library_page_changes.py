"""The Library page: what changes entries, what throws them away, and the way back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.library.store import Library
from gui.pages.library import LibraryPage
from gui.widgets.stack_dialog import StackDialog
from gui.widgets.strength_dialog import StrengthDialog
from gui.window import MainWindow
from tests.gui.library_pages import LEFT, PATIENCE, answer, drop, names, opened, said
from tests.gui.samples import add_entry
from tests.gui.signals import args_of


@pytest.fixture
def page(folder: Path, qtbot: QtBot) -> Iterator[LibraryPage]:
    """The page over a car and Pipwick, which is older."""
    with opened(folder, qtbot) as made:
        yield made


def test_digits_rate_every_chosen_entry_and_undo_takes_it_back(page: LibraryPage, qtbot: QtBot) -> None:
    page.view.selectAll()
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_4)
    assert [row.stars for row in page.model.rows] == [4, 4]
    assert page.panel.several.stars.value() == 4
    args_of(told)[2]()
    qtbot.waitUntil(lambda: [row.stars for row in page.model.rows] == [0, 0], timeout=PATIENCE)


def test_tags_are_added_in_the_details_and_taken_off_again(page: LibraryPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    field = page.panel.one.tags.field
    assert field.hasFocus()
    qtbot.keyClicks(field, "best, to  show")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.rows[0].tags == ("best", "to show"), timeout=PATIENCE)
    assert page.filters.tag.isVisible()
    off = next(b for b in page.panel.one.tags.findChildren(QPushButton) if b.accessibleName() == "Remove best")
    qtbot.mouseClick(off, LEFT)
    qtbot.waitUntil(lambda: page.model.rows[0].tags == ("to show",), timeout=PATIENCE)


def test_notes_are_kept_when_the_field_is_left_and_undone(page: LibraryPage, qtbot: QtBot) -> None:
    notes = page.panel.one.notes
    notes.setFocus()
    qtbot.keyClicks(notes, "Comes back with 4 hats")
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        page.view.setFocus()
    assert page.model.rows[0].notes == "Comes back with 4 hats"
    assert page.model.rows[0].stars == 0
    qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.model.rows[0].notes == "", timeout=PATIENCE)
    assert notes.toPlainText() == ""


def test_notes_go_to_the_entry_they_were_typed_for(page: LibraryPage, qtbot: QtBot) -> None:
    page.panel.one.notes.setPlainText("about the car")
    page.choose_ids([page.model.rows[1].id])
    qtbot.waitUntil(lambda: page.model.rows[0].notes == "about the car", timeout=PATIENCE)
    assert page.model.rows[1].notes == ""
    assert page.panel.one.notes.toPlainText() == ""


def test_rename_in_place_keeps_the_entry_chosen(page: LibraryPage, qtbot: QtBot) -> None:
    page.choose_ids([page.model.rows[1].id])
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    editor = page.view.viewport().findChildren(QLineEdit)[0]
    editor.selectAll()
    qtbot.keyClicks(editor, "The sprout 5")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "The sprout 5" in names(page), timeout=PATIENCE)
    assert page.choice.one is not None
    assert page.choice.one.name == "The sprout 5"
    assert page.choice.one.stars == 0


def test_delete_and_undo_by_the_keyboard(page: LibraryPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    assert args_of(told)[0] == "“car” was moved to the trash."
    assert names(page) == ["Pipwick"]
    assert page.choice.one is not None
    assert page.choice.one.name == "Pipwick"
    args_of(told)[2]()
    qtbot.waitUntil(lambda: names(page) == ["car", "Pipwick"], timeout=PATIENCE)
    assert page.choice.one.name == "car"


def test_the_trash_gives_back_and_empties_after_a_question(page: LibraryPage, qtbot: QtBot) -> None:
    page.view.selectAll()
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        qtbot.mouseClick(page.buttons["trash"], LEFT)
    assert "Your library is empty" in said(page.empty)
    qtbot.mouseClick(page.bin, LEFT)
    assert len(names(page)) == 2
    assert page.buttons["restore"].isVisible()
    assert not page.panel.one.stars.isEnabled()
    page.choose_ids([page.model.rows[0].id])
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        qtbot.mouseClick(page.buttons["restore"], LEFT)
    answer(QMessageBox, lambda box: box.buttons()[0].click())
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE) as told:
        qtbot.mouseClick(page.buttons["empty_trash"], LEFT)
    assert args_of(told)[0] == "One entry was deleted for good."
    assert "The trash is empty" in said(page.empty)
    qtbot.mouseClick(page.empty.states["trash"].action, LEFT)
    assert len(names(page)) == 1


def test_no_to_the_question_deletes_nothing(page: LibraryPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        page.trash()
    assert page.title.text() == "Library"
    page.turn_trash()
    assert page.title.text() == "Trash"
    answer(QMessageBox, lambda box: box.reject())
    qtbot.mouseClick(page.buttons["purge"], LEFT)
    assert names(page) == ["car"]


def test_two_entries_are_stacked_through_the_dialog(page: LibraryPage, qtbot: QtBot) -> None:
    assert not page.buttons["stack"].isEnabled()
    page.view.selectAll()
    answer(StackDialog, lambda dialog: dialog.submit())
    with qtbot.waitSignal(page.asked) as told:
        qtbot.mouseClick(page.buttons["stack"], LEFT)
    assert args_of(told)[0].entries == page.choice.ids


def test_another_strength_makes_a_copy_or_takes_the_place(page: LibraryPage, qtbot: QtBot) -> None:
    def keep(dialog: StrengthDialog) -> None:
        assert not dialog.keep.isEnabled()
        dialog.slider.setValue(60)
        dialog.keep.click()

    answer(StrengthDialog, keep)
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        page.asking.strength()
    assert sorted(row.strength for row in page.model.rows) == [0.6, 1.0, 1.0]
    assert page.choice.one is not None
    assert page.choice.one.strength == 0.6

    def replace(dialog: StrengthDialog) -> None:
        dialog.slider.setValue(125)
        dialog.apply.click()

    answer(StrengthDialog, replace)
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        page.asking.strength()
    assert sorted(row.strength for row in page.model.rows) == [1.0, 1.0, 1.25]


def test_a_duplicate_is_made_and_chosen(page: LibraryPage, qtbot: QtBot) -> None:
    before = page.choice.ids
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        qtbot.keyClick(page.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(names(page)) == 3
    assert page.choice.ids != before


def test_a_missing_entry_is_found_again_in_its_new_place(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = page.choice.entry
    assert entry is not None
    moved = Path(shutil.move(entry.folder, tmp_path / "elsewhere"))
    qtbot.waitUntil(lambda: page.model.rows[0].missing, timeout=PATIENCE)
    assert "Its folder is gone" in said(page.panel.one)
    monkeypatch.setattr("gui.pages.library_asking.QFileDialog.getExistingDirectory", lambda *_: str(moved))
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        qtbot.mouseClick(page.panel.one.relink, LEFT)
    assert not page.model.rows[0].missing
    assert page.buttons["open"].isEnabled()


def test_an_entry_whose_folder_is_gone_is_taken_off_the_list(page: LibraryPage, qtbot: QtBot) -> None:
    entry = page.choice.entry
    assert entry is not None
    shutil.rmtree(entry.folder)
    qtbot.waitUntil(lambda: page.model.rows[0].missing, timeout=PATIENCE)
    page.trash()
    qtbot.waitUntil(lambda: names(page) == ["Pipwick"], timeout=PATIENCE)


def test_the_librarys_folder_may_go_and_come_back(page: LibraryPage, folder: Path, qtbot: QtBot) -> None:
    away = folder.rename(folder.with_name("away"))
    qtbot.waitUntil(lambda: page.model.lost, timeout=PATIENCE)
    assert str(folder) in said(page.empty)
    assert "folder is gone" in said(page.empty)
    away.rename(folder)
    qtbot.mouseClick(page.empty.states["lost"].action, LEFT)
    qtbot.waitUntil(lambda: len(names(page)) == 2, timeout=PATIENCE)


def test_a_dropped_entry_is_taken_in_and_dropped_clips_are_compared(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot
) -> None:
    foreign = add_entry(Library(tmp_path / "other"), tmp_path, "Grumbo", "character", "critter")
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE) as told:
        drop(page, foreign.folder)
    assert "taken into the library" in args_of(told)[0]
    assert names(page) == ["Grumbo", "car", "Pipwick"]
    clip = foreign.previews["after-animatediff"]
    with qtbot.waitSignal(page.went) as led:
        drop(page, clip)
    assert args_of(led) == ["compare", [clip]]


def test_the_notice_of_a_deletion_undoes_it_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.open_place("library")
    page = cast("LibraryPage", window.page("library"))
    qtbot.mouseClick(page.buttons["trash"], LEFT)
    qtbot.waitUntil(window.notice.isVisible, timeout=PATIENCE)
    assert QRect(QPoint(0, 0), window.size()).contains(window.notice.geometry())
    qtbot.mouseClick(window.notice.action, LEFT)
    assert not window.notice.isVisible()
    qtbot.waitUntil(lambda: names(page) == ["car", "Pipwick"], timeout=PATIENCE)
