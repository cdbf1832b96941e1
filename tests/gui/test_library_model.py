"""The library as a list model: what it shows, what it changes, what it takes back, and what it notices."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.library.query import Query
from core.library.row import Row
from core.library.store import Library
from gui.state.library_changes import Change
from gui.state.library_model import ENTRY_ROLE, ROW_ROLE, THUMBNAIL_ROLE, LibraryModel

Do = Callable[[Callable[[], object]], Change]
PATIENCE = 10_000
"""Milliseconds that a change may take on a busy machine."""


@pytest.fixture
def model(folder: Path) -> Iterator[LibraryModel]:
    """The drawn library: a car, and Pipwick, which is older."""
    made = LibraryModel(Library(folder))
    yield made
    made.close()


@pytest.fixture
def do(model: LibraryModel, qtbot: QtBot) -> Do:
    """Ask for a change and wait until it is made."""

    def act(change: Callable[[], object]) -> Change:
        with qtbot.waitSignal(model.done, timeout=PATIENCE) as told:
            change()
        assert told.args is not None
        return told.args[0]

    return act


def names(model: LibraryModel) -> list[str]:
    """The names shown, in order."""
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def id_of(model: LibraryModel, name: str) -> str:
    return next(row.id for row in model.kept if row.name == name)


def test_it_is_a_good_model(model: LibraryModel, qtmodeltester: ModelTester, do: Do) -> None:
    qtmodeltester.check(model)
    model.search("car")
    assert names(model) == ["car"]
    model.search("")
    model.filter(sort="name")
    do(lambda: model.trash([id_of(model, "car")]))
    do(model.undo)
    assert names(model) == ["car", "Pipwick"]
    qtmodeltester.check(model)


def test_the_newest_entry_comes_first_and_is_told_in_a_sentence(model: LibraryModel) -> None:
    assert names(model) == ["car", "Pipwick"]
    said = str(model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("car. ")
    assert "92 % → 5 %" in said


def test_a_row_has_its_entry_and_its_picture(model: LibraryModel) -> None:
    index = model.index(1)
    row = index.data(ROW_ROLE)
    assert isinstance(row, Row)
    assert (row.name, row.kind, row.passed) == ("Pipwick", "character", True)
    entry = index.data(ENTRY_ROLE)
    assert entry == model.library.get("Pipwick")
    assert index.data(ENTRY_ROLE) is entry
    assert Path(index.data(THUMBNAIL_ROLE)) == entry.thumbnail
    assert [url.toLocalFile() for url in model.mimeData([index]).urls()] == [str(entry.folder)]


def test_search_and_filters_narrow_what_is_shown(model: LibraryModel) -> None:
    model.search("pipwick bouncing")
    assert names(model) == ["Pipwick"]
    model.search("  ")
    assert len(names(model)) == 2
    model.filter(kind="object")
    assert names(model) == ["car"]
    model.set_query(Query(verdict="failed"))
    assert names(model) == []
    model.set_query(Query(sort="oldest"))
    assert names(model) == ["Pipwick", "car"]
    assert model.choices("kind") == ["character", "object"]


def test_a_name_is_changed_and_never_twice_the_same(model: LibraryModel, folder: Path, do: Do) -> None:
    change = do(lambda: model.setData(model.index(0), "Pipwick"))
    assert names(model) == ["Pipwick (2)", "Pipwick"]
    assert [entry.name for entry in Library(folder).entries()] == names(model)
    assert not model.setData(model.index(0), "   ")
    assert change.text == "“car” is now called “Pipwick (2)”."
    do(lambda: model.undo(change))
    assert names(model) == ["car", "Pipwick"]
    assert model.undoable == []


def test_what_is_trashed_can_be_restored(model: LibraryModel, do: Do) -> None:
    car = id_of(model, "car")
    assert do(lambda: model.trash([car])).text == "“car” was moved to the trash."
    assert names(model) == ["Pipwick"]
    model.show_trash(True)
    assert names(model) == ["car"]
    assert model.entry(car) is not None
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsEditable
    do(lambda: model.restore([car]))
    model.show_trash(False)
    assert names(model) == ["car", "Pipwick"]
    assert model.row_of(car) == 0


def test_several_are_trashed_and_brought_back_at_once(model: LibraryModel, do: Do) -> None:
    change = do(lambda: model.trash([row.id for row in model.kept]))
    assert change.text == "2 entries were moved to the trash."
    assert (names(model), len(model.binned)) == ([], 2)
    do(lambda: model.undo(change))
    assert (names(model), model.binned) == (["car", "Pipwick"], [])


def test_the_trash_is_emptied_for_good(model: LibraryModel, folder: Path, do: Do) -> None:
    do(lambda: model.trash([id_of(model, "car")]))
    change = do(model.empty_trash)
    assert change.text == "One entry was deleted for good."
    assert change.back is None
    assert Library(folder).trashed() == model.binned == []


def test_stars_tags_and_notes_are_written_and_taken_back(model: LibraryModel, do: Do) -> None:
    ids = [row.id for row in model.kept]
    do(lambda: model.annotate(ids, stars=4, notes="Fine."))
    do(lambda: model.add_tags(ids, ["demo", " Keep "]))
    assert [(row.stars, row.tags, row.notes) for row in model.kept] == [(4, ("demo", "Keep"), "Fine.")] * 2
    assert model.choices("tags") == ["demo", "Keep"]
    model.filter(stars=4, tag="KEEP")
    assert names(model) == ["car", "Pipwick"]
    change = do(lambda: model.remove_tags(ids[:1], ["DEMO"]))
    assert model.kept[0].tags == ("Keep",)
    do(lambda: model.undo(change))
    do(model.undo)
    do(model.undo)
    assert [(row.stars, row.tags, row.notes) for row in model.kept] == [(0, (), "")] * 2


def test_a_copy_is_made_and_taken_back(model: LibraryModel, do: Do) -> None:
    change = do(lambda: model.duplicate([id_of(model, "car")]))
    assert names(model) == ["car (2)", "car", "Pipwick"]
    assert model.entry(change.ids[0]) is not None
    do(lambda: model.undo(change))
    assert names(model) == ["car", "Pipwick"]


def test_another_strength_takes_the_entrys_place_and_gives_it_back(model: LibraryModel, do: Do) -> None:
    car = id_of(model, "car")
    change = do(lambda: model.strengthen(car, 0.5, replace=True))
    found = model.row(change.ids[0])
    assert found is not None
    assert (found.name, found.strength, found.passed, found.pictured) == ("car", 0.5, None, False)
    assert names(model) == ["car", "Pipwick"]
    do(lambda: model.undo(change))
    assert (id_of(model, "car"), len(model.binned)) == (car, 1)


def test_a_damaged_entry_is_marked_and_the_others_are_fine(model: LibraryModel) -> None:
    broken = model.kept[0].id
    (model.library.folder_of(broken) / "manifest.json").write_text("{", "utf-8")
    model.reload()
    row = model.row(broken)
    assert row is not None
    assert "manifest.json" in row.damage
    assert not model.flags(model.index(model.row_of(broken))) & Qt.ItemFlag.ItemIsEditable
    assert [row.name for row in model.kept if not row.damage] == ["Pipwick"]


def test_a_change_that_cannot_be_made_is_told_in_words(model: LibraryModel, qtbot: QtBot, do: Do) -> None:
    car = id_of(model, "car")
    do(lambda: model.trash([car]))
    with qtbot.waitSignal(model.failed, timeout=PATIENCE) as told:
        model.trash([car])
    assert told.args is not None
    assert "“car” is in the trash" in told.args[0]


def test_a_selection_stays_while_others_come_go_and_move(model: LibraryModel, do: Do) -> None:
    chosen = QItemSelectionModel(model)
    chosen.setCurrentIndex(model.index(1), QItemSelectionModel.SelectionFlag.Select)
    do(lambda: model.duplicate([id_of(model, "car")]))
    do(lambda: model.rename(id_of(model, "Pipwick"), "Zed"))
    model.filter(sort="oldest")
    do(lambda: model.trash([id_of(model, "car")]))
    assert [index.data() for index in chosen.selectedIndexes()] == ["Zed"]
    assert chosen.currentIndex().row() == 0


def test_a_change_tells_views_only_what_it_touched(model: LibraryModel, do: Do) -> None:
    told: list[tuple[int, int]] = []
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))

    def note(first: QModelIndex, last: QModelIndex) -> None:
        told.append((first.row(), last.row()))

    model.dataChanged.connect(note)
    do(lambda: model.annotate([id_of(model, "Pipwick")], stars=5))
    assert (told, resets) == ([(1, 1)], [])


def test_two_windows_on_one_library_see_each_others_changes(model: LibraryModel, folder: Path, qtbot: QtBot) -> None:
    other = LibraryModel(Library(folder))
    other.rename(id_of(other, "car"), "Wagon")
    qtbot.waitUntil(lambda: names(model) == ["Wagon", "Pipwick"], timeout=PATIENCE)
    model.trash([id_of(model, "Pipwick")])
    qtbot.waitUntil(lambda: names(other) == ["Wagon"], timeout=PATIENCE)
    other.close()


def test_what_another_program_does_to_the_folders_is_noticed(model: LibraryModel, tmp_path: Path, qtbot: QtBot) -> None:
    away = Path(shutil.move(model.library.folder_of(id_of(model, "car")), tmp_path / "away"))
    qtbot.waitUntil(lambda: any(row.missing for row in model.kept), timeout=PATIENCE)
    assert [(row.name, row.missing) for row in model.kept] == [("car", True), ("Pipwick", False)]
    assert model.entry(id_of(model, "car")) is None
    assert model.index(0).data(ENTRY_ROLE) is None
    shutil.move(away, model.library.folder_of(id_of(model, "car")))
    qtbot.waitUntil(lambda: not any(row.missing for row in model.kept), timeout=PATIENCE)


def test_a_missing_entry_is_relinked_or_forgotten(model: LibraryModel, tmp_path: Path, do: Do) -> None:
    car, pipwick = (id_of(model, name) for name in ("car", "Pipwick"))
    for id in (car, pipwick):
        shutil.move(model.library.folder_of(id), tmp_path / id)
    assert do(model.rescan).text == "Read again: 0 new, 0 changed, 2 missing."
    do(lambda: model.relink(car, tmp_path / car))
    do(lambda: model.forget([pipwick]))
    assert [(row.name, row.missing) for row in model.kept] == [("car", False)]
    change = do(lambda: model.adopt([tmp_path / pipwick]))
    assert change.text == "“Pipwick” was taken into the library."
    assert model.library.verify() == []


def test_a_removed_library_says_so_and_comes_back(model: LibraryModel, folder: Path, qtbot: QtBot) -> None:
    told: list[str] = []
    model.failed.connect(told.append)
    away = folder.rename(folder.with_name("unplugged"))
    qtbot.waitUntil(lambda: model.lost, timeout=PATIENCE)
    assert (names(model), model.kept, len(told)) == ([], [], 1)
    assert str(folder) in told[0]
    with qtbot.waitSignal(model.failed, timeout=PATIENCE):
        model.trash(["20260101-car-abcdef"])
    away.rename(folder)
    qtbot.waitUntil(lambda: names(model) == ["car", "Pipwick"], timeout=PATIENCE)
    assert not model.lost


def test_closing_finishes_what_was_asked_for(folder: Path) -> None:
    model = LibraryModel(Library(folder))
    for name in ("One", "Two", "Three"):
        model.rename(id_of(model, "car"), name)
    model.close()
    assert [entry.name for entry in Library(folder).entries()] == ["Three", "Pipwick"]


def test_a_large_library_is_read_beside_the_windows_thread(
    folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.state.library_model.AT_ONCE", 1)
    model = LibraryModel(Library(folder))
    assert (model.loading, model.rowCount()) == (True, 0)
    qtbot.waitUntil(lambda: names(model) == ["car", "Pipwick"], timeout=PATIENCE)
    assert not model.loading
    model.close()


@pytest.mark.parametrize("name", ["🦎 Pipwick 🌱", "פִּיפְּוִיק \u202eabc", "ピップウィック", "a\u0301" * 50])
def test_names_of_every_script_are_kept(model: LibraryModel, do: Do, qtbot: QtBot, name: str) -> None:
    car = id_of(model, "car")
    if not name.isprintable():
        with qtbot.waitSignal(model.failed, timeout=PATIENCE):
            model.rename(car, name)
        return
    do(lambda: model.rename(car, name))
    assert model.row(car) is not None
    assert names(model)[0] == name
    model.search(name.split(maxsplit=1)[0])
    assert names(model) == [name]


def test_a_name_of_300_characters_is_refused_in_words(model: LibraryModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.failed, timeout=PATIENCE) as told:
        model.rename(id_of(model, "car"), "x" * 300)
    assert told.args is not None
    assert "100 characters" in told.args[0]
    assert names(model) == ["car", "Pipwick"]


def test_a_clock_that_was_set_back_only_changes_the_order(model: LibraryModel) -> None:
    path = model.library.folder_of(id_of(model, "car")) / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    for created, expected in (("1980-01-01T00:00:00+05:00", ["Pipwick", "car"]), ("2999-01-01", ["car", "Pipwick"])):
        path.write_text(json.dumps({**told, "created": created}), "utf-8")
        model.reload()
        assert names(model) == expected
