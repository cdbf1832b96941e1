"""What the index makes of folders that come, change and go while it does not look."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import InputError
from core.library.index import Changes
from core.library.store import Library
from tests.core.library.samples import add, manifest


def missing(library: Library) -> list[str]:
    return [row.name for row in library.rows() if row.missing]


def test_a_rescan_tells_what_came_changed_and_went(library: Library, tmp_path: Path) -> None:
    one, two, three = (add(library, name) for name in ("One", "Two", "Three"))
    library.rescan()
    shutil.copytree(three.folder, library.root / "entries" / "20200101-copied-abcdef")
    assert library.rescan() == Changes(added=("20200101-copied-abcdef",))
    assert not library.rescan()
    (one.folder / "scorecard.json").write_text("{}")
    shutil.move(two.folder, tmp_path / "away")
    assert library.rescan() == Changes(changed=(one.id,), vanished=(two.id,))
    shutil.move(tmp_path / "away", two.folder)
    assert library.rescan() == Changes(changed=(two.id,))
    assert missing(library) == []


def test_what_goes_to_the_trash_is_not_missing(library: Library) -> None:
    one, two = add(library, "One"), add(library, "Two")
    library.rows()
    library.trash(one.id)
    shutil.move(two.folder, library.root / "trash" / two.id)
    assert missing(library) == []
    assert [row.name for row in library.rows(trashed=True)] == ["Two", "One"]
    library.empty_trash()
    assert library.rows() == library.rows(trashed=True) == []


def test_a_missing_entry_comes_back_with_its_folder(library: Library, tmp_path: Path) -> None:
    entry = add(library, "One")
    library.rows()
    shutil.move(entry.folder, tmp_path / "away")
    assert missing(library) == ["One"]
    with pytest.raises(InputError, match="its folder is gone"):
        library.get("One")
    assert library.add(manifest("One"), {}, {}, {}).name == "One"
    shutil.move(tmp_path / "away", entry.folder)
    assert missing(library) == []


def test_an_entry_that_is_still_being_copied_gets_well_by_itself(library: Library, tmp_path: Path) -> None:
    entry = add(library, "One")
    whole = shutil.move(entry.folder, tmp_path / "whole")
    entry.folder.mkdir()
    for file in ("manifest.json", "scorecard.json"):
        shutil.copy2(Path(whole) / file, entry.folder / file)
        assert library.rows()[0].damage
    shutil.copy2(Path(whole) / "delta.safetensors", entry.folder)
    assert library.rows()[0].damage == ""


def test_rows_that_still_hold_are_given_again_as_they_are(library: Library) -> None:
    add(library, "One")
    add(library, "Two")
    before = library.look()
    library.annotate("One", stars=3)
    for trusting in (True, False):
        now = library.look(before, trusting=trusting)
        assert [row.stars for row in now.kept] == [0, 3]
        assert now.kept[0] is before.kept[0]
    assert library.look(now) == now


def test_a_trusting_look_sees_ones_own_changes_and_new_folders_only(library: Library) -> None:
    one = add(library, "One")
    before = library.look()
    (one.folder / "scorecard.json").write_text("{")
    library.rename(add(library, "Two").id, "Three")
    assert [(row.name, row.damage) for row in library.look(before, trusting=True).kept] == [("Three", ""), ("One", "")]
    assert library.look(before).kept[1].damage


def test_two_libraries_in_one_folder_see_each_others_work(library: Library) -> None:
    other = Library(library.root)
    add(library, "One")
    assert [row.name for row in other.rows()] == ["One"]
    other.rename("One", "Two")
    assert [row.name for row in library.rows()] == ["Two"]
    assert library.add(manifest("two"), {}, {}, {}).name == "two (2)"
    library.trash("Two")
    assert [row.name for row in other.rows(trashed=True)] == ["Two"]


def test_an_index_of_a_newer_version_loses_no_entry(library: Library) -> None:
    add(library, "One")
    library.rows()
    with closing(sqlite3.connect(library.root / "index.sqlite")) as db, db:
        db.execute("DROP TABLE entry")
        db.execute("CREATE TABLE entry (something TEXT)")
        db.execute("PRAGMA user_version = 1000")
    assert [row.name for row in library.rows()] == ["One"]


def test_a_removed_library_is_empty_and_comes_back(library: Library) -> None:
    add(library, "One")
    away = library.root.rename(library.root.with_name("away"))
    assert (library.present, library.rows(), library.entries(), library.is_larger_than(0)) == (False, [], [], False)
    away.rename(library.root)
    assert (library.present, [row.name for row in library.rows()]) == (True, ["One"])


def test_files_and_folders_that_are_not_ours_are_left_alone(library: Library) -> None:
    add(library, "One")
    entries = library.root / "entries"
    (entries / "notes.txt").write_text("")
    (entries / ".hidden").mkdir()
    (entries / "a\tb").mkdir()
    (Path(str(entries)) / b"\xff\xfe".decode("utf-8", "surrogateescape")).mkdir()
    assert [row.name for row in library.rows()] == ["One"]


@pytest.mark.parametrize("name", ["🦎 Pipwick 🌱", "פיפוויק", "ピップウィック", "a" * 100])
def test_names_of_every_script_are_found_again(library: Library, name: str) -> None:
    add(library, "One")
    library.rename("One", name)
    assert [row.name for row in library.rows()] == [name]
    assert library.get(name).name == name


def test_tags_are_cleaned_and_few(library: Library) -> None:
    entry = add(library)
    changed = library.annotate(entry.id, tags=[" two  words ", "Two Words", "", "x"])
    assert changed.manifest is not None
    assert changed.manifest.tags == ("two words", "x")
    for wrong in (["x" * 61], ["a\x00b"], [str(n) for n in range(51)]):
        with pytest.raises(InputError, match="tag"):
            library.annotate(entry.id, tags=wrong)
    for stars in (-1, 6):
        with pytest.raises(InputError, match="0 to 5 stars"):
            library.annotate(entry.id, stars=stars)
