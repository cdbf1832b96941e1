"""Copies of entries: in the library, at another strength, and from a folder elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.library.entry import Entry
from core.library.filling import entry_folders
from core.library.manifest import Manifest
from core.library.store import Library
from core.media.clip import write_clip, write_picture
from tests.core.library.samples import SCORECARD, add, delta, leftovers, manifest

GREY = np.full((3, 16, 16, 3), 128, np.uint8)


@pytest.fixture
def other(tmp_path: Path) -> Library:
    return Library(tmp_path / "other")


@pytest.fixture
def shown(library: Library, tmp_path: Path) -> Entry:
    """An entry with clips, figures and a report."""
    clip, picture = write_clip(tmp_path / "a.webm", GREY, 8.0, {}), write_picture(tmp_path / "a.png", GREY[0], {})
    previews = {"before-animatediff": clip, "after-animatediff": clip, "thumbnail": picture}
    card = {**SCORECARD, "quick": True, "hosts": {"still": {"erased": {"direct": {"value": 0.0}}}}}
    entry = library.add(manifest(tags=("keep",)), delta(), card, previews)
    return library.add_report(entry.id, {"probes": []}, {})


def told(entry: Entry) -> Manifest:
    assert entry.manifest is not None
    return entry.manifest


def test_a_copy_is_the_same_but_for_its_id_and_name(library: Library, shown: Entry) -> None:
    copy = library.duplicate(shown.id)
    assert (copy.name, copy.damage, told(copy).source, told(copy).tags) == ("Pipwick (2)", "", shown.id, ("keep",))
    assert (copy.scorecard, len(copy.reports), set(copy.previews)) == (shown.scorecard, 1, set(shown.previews))
    assert library.load_delta(copy.id).keys() == library.load_delta(shown.id).keys()
    assert library.verify() == []
    assert library.get(shown.id) == shown


def test_another_strength_takes_nothing_along_that_was_measured_at_the_old_one(library: Library, shown: Entry) -> None:
    copy = library.duplicate(shown.id, "Gentle", 0.5)
    assert (copy.name, told(copy).strength, copy.damage) == ("Gentle", 0.5, "")
    assert copy.scorecard == {"schema": 1, "concept": "Pipwick", "strength": 0.5, "hosts": {}}
    assert (set(copy.previews), copy.thumbnail, copy.reports) == ({"before-animatediff"}, None, [])
    assert library.verify() == []
    again = library.duplicate(shown.id, strength=told(shown).strength)
    assert len(again.reports) == 1


@pytest.mark.parametrize("strength", [-0.1, 1.6, float("nan"), float("inf")])
def test_a_strength_out_of_range_is_refused(library: Library, strength: float) -> None:
    entry = add(library)
    with pytest.raises(InputError, match=r"0 to 1\.5"):
        library.duplicate(entry.id, strength=strength)
    assert len(library.entries()) == 1


def test_a_damaged_entry_is_not_copied(library: Library, shown: Entry) -> None:
    data = shown.delta.read_bytes()
    shown.delta.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for spoil in (lambda: None, shown.delta.unlink):
        spoil()
        with pytest.raises(LacunaError, match=r"delta\.safetensors") as caught:
            library.duplicate(shown.id)
        assert caught.value.kind is FailureKind.DAMAGED
    assert len(library.entries()) == 1
    assert leftovers(library.root) == []


def test_a_folder_from_elsewhere_is_copied_and_stays(library: Library, other: Library, shown: Entry) -> None:
    taken = other.adopt(shown.folder)
    assert (taken.id, taken.name, taken.damage) == (shown.id, shown.name, "")
    assert other.verify() == []
    assert library.get(shown.id) == shown


def test_a_folder_may_have_any_name_and_its_entry_takes_a_free_one(library: Library, other: Library) -> None:
    entry = add(library)
    add(other)
    moved = shutil.move(entry.folder, library.root / "Pipwick, the good one")
    taken = other.adopt(Path(moved))
    assert (taken.id, taken.name) == (entry.id, "Pipwick (2)")


def test_what_is_here_already_is_not_taken_twice(library: Library, other: Library) -> None:
    entry = add(library)
    other.adopt(entry.folder)
    with pytest.raises(InputError, match="already in the library"):
        other.adopt(entry.folder)
    other.trash(entry.id)
    with pytest.raises(InputError, match="already in the trash"):
        other.adopt(entry.folder)


def test_a_name_of_300_characters_from_elsewhere_is_cut(library: Library, other: Library) -> None:
    entry = add(library)
    path = entry.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "name": "🦎" + "x" * 299}), "utf-8")
    assert library.duplicate(entry.id).name == "🦎" + "x" * 99
    assert other.adopt(entry.folder).name == "🦎" + "x" * 99
    assert other.duplicate(entry.id).name == f"🦎{'x' * 95} (2)"


def linked(folder: Path) -> None:
    (folder / "delta.safetensors").rename(folder.parent / "elsewhere")
    (folder / "delta.safetensors").symlink_to(folder.parent / "elsewhere")


def climbing(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "id": "../../outside"}), "utf-8")


SPOILS: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda f: (f / "manifest.json").unlink(),
    "no json": lambda f: (f / "manifest.json").write_text("{"),
    "no scorecard": lambda f: (f / "scorecard.json").unlink(),
    "another scorecard": lambda f: (f / "scorecard.json").write_text("{}"),
    "a link": linked,
    "an id that climbs": climbing,
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_a_spoilt_folder_is_refused_and_leaves_nothing(
    library: Library, other: Library, spoil: Callable[[Path], object]
) -> None:
    entry = add(library)
    spoil(entry.folder)
    with pytest.raises(LacunaError) as caught:
        other.adopt(entry.folder)
    assert caught.value.why
    assert other.entries() == []
    assert leftovers(other.root) == []


def test_files_that_no_manifest_lists_stay_where_they_are(library: Library, other: Library) -> None:
    entry = add(library)
    (entry.folder / "notes.exe").write_text("boo")
    assert not (other.adopt(entry.folder).folder / "notes.exe").exists()


def test_entries_are_found_in_what_a_person_points_to(library: Library, tmp_path: Path) -> None:
    first, second = (add(library, name).folder for name in ("One", "Two"))
    assert entry_folders(first) == [first]
    assert entry_folders(library.root) == entry_folders(library.root / "entries") == sorted([first, second])
    assert entry_folders(tmp_path / "nothing") == entry_folders(tmp_path) == []


def test_a_missing_entry_is_found_in_the_folder_that_holds_it(library: Library, tmp_path: Path) -> None:
    one, two = add(library, "One"), add(library, "Two")
    library.rows()
    for entry in (one, two):
        shutil.move(entry.folder, tmp_path / "elsewhere" / entry.id)
    assert library.relink("Two", tmp_path / "elsewhere") == two


def test_a_missing_entry_is_relinked_to_its_own_folder_only(library: Library, tmp_path: Path) -> None:
    one, two = add(library, "One"), add(library, "Two")
    library.rows()
    for entry in (one, two):
        shutil.move(entry.folder, tmp_path / entry.id)
    with pytest.raises(InputError, match="another entry"):
        library.relink("One", tmp_path / two.id)
    assert library.relink("One", tmp_path / one.id) == one
    with pytest.raises(InputError, match="is not missing"):
        library.relink("One", tmp_path / one.id)
    with pytest.raises(InputError, match="is not missing"):
        library.forget("One")
    library.forget("Two")
    assert [row.name for row in library.rows()] == ["One"]
