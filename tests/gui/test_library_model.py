"""The library as a list model."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from core.library.store import Library
from gui.state.library_model import ENTRY_ROLE, LibraryModel, key_figures


def names(model: LibraryModel) -> list[str]:
    """The names shown, in order."""
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def test_it_is_a_good_model(model: LibraryModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.search("car")
    qtmodeltester.check(model)
    assert names(model) == ["car"]


def test_the_newest_entry_comes_first_and_is_told_in_a_sentence(model: LibraryModel) -> None:
    assert names(model) == ["car", "Pipwick"]
    said = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "car. Seen 92 % → 5 %"


def test_search_finds_by_prompt_and_an_empty_one_shows_all(model: LibraryModel) -> None:
    model.search("pipwick bouncing")
    assert names(model) == ["Pipwick"]
    model.search("  ")
    assert len(names(model)) == 2


def test_a_name_is_changed_and_never_twice_the_same(model: LibraryModel, folder: Path) -> None:
    assert model.setData(model.index(0), "Pipwick")
    assert names(model) == ["Pipwick (2)", "Pipwick"]
    assert [entry.name for entry in Library(folder).entries()] == names(model)
    assert not model.setData(model.index(0), "   ")


def test_what_is_trashed_can_be_restored(model: LibraryModel) -> None:
    entry = model.entries[0]
    assert model.trash(entry)
    assert names(model) == ["Pipwick"]
    model.show_trash(True)
    assert names(model) == ["car"]
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsEditable
    assert model.restore(entry)
    model.show_trash(False)
    assert names(model) == ["car", "Pipwick"]
    assert model.row_of(entry.id) == 0


def test_a_damaged_entry_is_marked_and_the_others_are_fine(model: LibraryModel) -> None:
    broken = model.entries[0]
    (broken.folder / "manifest.json").write_text("{", "utf-8")
    model.reload()
    shown = {entry.id: entry for entry in model.entries}
    assert "manifest.json" in key_figures(shown[broken.id])
    row = model.row_of(broken.id)
    assert not model.flags(model.index(row)) & Qt.ItemFlag.ItemIsEditable
    assert [entry.name for entry in shown.values() if not entry.damage] == ["Pipwick"]


def test_a_change_that_cannot_be_made_is_told_in_words(model: LibraryModel) -> None:
    told: list[str] = []
    model.failed.connect(told.append)
    entry = model.entries[0]
    assert model.data(model.index(0), ENTRY_ROLE) is entry
    assert model.trash(entry)
    assert not model.trash(entry)
    assert len(told) == 1
    assert entry.id in told[0]
