from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.library.entry import ID
from core.library.store import Library
from core.media.clip import sidecar, write_clip, write_picture
from tests.core.library.samples import SCORECARD, add, delta, leftovers, manifest

GREY = np.full((3, 16, 16, 3), 128, np.uint8)


def test_an_added_entry_is_found_whole(library: Library, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "made.webm", GREY, 8.0, {"seed": 7})
    picture = write_picture(tmp_path / "made.png", GREY[0], {})
    previews = {"before-animatediff": clip, "before": picture, "thumbnail": picture}
    entry = library.add(manifest(), delta(), SCORECARD, previews)
    again = Library(library.root).get(entry.id)
    assert again == entry
    assert entry.damage == ""
    assert entry.scorecard == SCORECARD
    assert set(entry.previews) == {"before-animatediff", "before"}
    assert sidecar(entry.previews["before-animatediff"]).read_bytes() == sidecar(clip).read_bytes()
    assert entry.thumbnail is not None
    assert entry.thumbnail.read_bytes() == picture.read_bytes()
    assert library.verify() == []


def test_the_manifest_is_kept_and_filled(library: Library) -> None:
    entry = add(library, settings={"rate": 1e-5})
    assert entry.manifest is not None
    assert ID.fullmatch(entry.id)
    assert "-pipwick-" in entry.id
    assert entry.manifest.settings == {"rate": 1e-5}
    assert entry.manifest.created.endswith("+00:00")
    assert set(entry.manifest.files) == {"delta.safetensors", "scorecard.json"}


def test_the_change_comes_back_bit_for_bit(library: Library) -> None:
    loaded = library.load_delta(add(library).id)
    for name, tensor in delta().items():
        assert loaded[name].dtype == tensor.dtype
        assert np.array_equal(loaded[name], tensor)


def test_entries_are_listed_newest_first(library: Library) -> None:
    for name in ("One", "Two", "Three"):
        add(library, name)
    assert [e.name for e in library.entries()] == ["Three", "Two", "One"]


def test_names_never_collide(library: Library) -> None:
    names = [add(library, name).name for name in ("Pipwick", "pipwick", "Pipwick (2)")]
    assert names == ["Pipwick", "pipwick (2)", "Pipwick (3)"]
    assert library.rename("Pipwick (3)", "PIPWICK").name == "PIPWICK (3)"


def test_threads_that_add_at_once_get_names_of_their_own(library: Library) -> None:
    threads = [threading.Thread(target=add, args=(Library(library.root),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.name for e in library.entries()) == ["Pipwick", "Pipwick (2)", "Pipwick (3)", "Pipwick (4)"]


def test_an_entry_may_keep_its_own_name(library: Library) -> None:
    entry = add(library)
    assert library.rename(entry.id, "pipwick").name == "pipwick"


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 101])
def test_an_unusable_name_is_refused(library: Library, name: str) -> None:
    entry = add(library)
    with pytest.raises(InputError, match="name"):
        library.rename(entry.id, name)
    assert library.get(entry.id).name == "Pipwick"


def test_notes_tags_and_scorecard_are_replaced(library: Library) -> None:
    entry = add(library)
    library.annotate(entry.id, notes="Works well.", tags=("keep", "demo"))
    library.set_scorecard(entry.id, {"schema": 1, "n": 400})
    again = library.get(entry.id)
    assert again.manifest is not None
    assert (again.manifest.notes, again.manifest.tags) == ("Works well.", ("keep", "demo"))
    assert again.scorecard == {"schema": 1, "n": 400}
    assert library.verify(entry.id) == []


def test_what_json_cannot_say_is_refused_before_anything_is_written(library: Library) -> None:
    entry = add(library)
    with pytest.raises(InputError):
        library.set_scorecard(entry.id, {"value": float("nan")})
    with pytest.raises(InputError):
        add(library, settings={"path": library.root})
    with pytest.raises(InputError):
        library.add(manifest(), {"weights": np.array([np.inf], np.float32)}, SCORECARD, {})
    with pytest.raises(InputError):
        library.add(manifest(), {"weights": np.array([1, 2])}, SCORECARD, {})
    assert [e.id for e in library.entries()] == [entry.id]
    assert leftovers(library.root) == []


def test_found_by_id_name_and_start_of_the_id(library: Library) -> None:
    entry = add(library, "Gloomfern Two")
    for wanted in (entry.id, "gloomfern two", entry.id[:-3]):
        assert library.get(wanted).id == entry.id


def test_an_unknown_entry_is_answered_with_near_names(library: Library) -> None:
    add(library, "Pipwick")
    with pytest.raises(InputError, match="Did you mean Pipwick"):
        library.get("Pipwik")
    with pytest.raises(InputError, match="no entry"):
        library.get("../../etc")


def test_an_ambiguous_start_is_not_guessed(library: Library) -> None:
    entries = [add(library), add(library)]
    with pytest.raises(InputError, match="means 2 entries"):
        library.get(entries[0].id[:8])


def test_trash_and_restore(library: Library) -> None:
    entry = add(library)
    library.trash(entry.id)
    assert library.entries() == []
    assert [e.id for e in library.trashed()] == [entry.id]
    assert library.restore(entry.id) == entry
    assert library.trashed() == []


def test_a_restored_entry_gives_way_to_a_taken_name(library: Library) -> None:
    old = add(library)
    library.trash(old.id)
    add(library)
    restored = library.restore(old.id)
    assert restored.name == "Pipwick (2)"
    assert restored.damage == ""


def test_purge_deletes_only_what_is_in_the_trash(library: Library) -> None:
    kept, gone = add(library, "Kept"), add(library, "Gone")
    with pytest.raises(InputError, match="trash has no entry"):
        library.purge(kept.id)
    library.trash(gone.id)
    library.purge(gone.id)
    assert library.trashed() == []
    assert list((library.root / "trash").iterdir()) == []
    assert [e.id for e in library.entries()] == [kept.id]


def test_previews_that_are_no_media_are_refused(library: Library, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("hello")
    for stem, path in (("before", note), ("../before", tmp_path / "a.webm"), ("before", tmp_path / "missing.webm")):
        with pytest.raises(InputError, match="preview"):
            library.add(manifest(), delta(), SCORECARD, {stem: path})
    assert library.entries() == []


def test_a_library_below_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LacunaError, match="A file stands where a folder is needed") as caught:
        Library(tmp_path / "file" / "library")
    assert caught.value.kind is FailureKind.STORAGE
    assert caught.value.fix


def test_the_default_place_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert Library().root.is_relative_to(tmp_path)
    assert Library("").root == Library(None).root


def test_leftovers_are_swept_at_opening(library: Library) -> None:
    part = library.root / "entries" / ".20260101-dead-abc123.part"
    add(library)
    part.mkdir()
    (part / "manifest.json").write_text("{}")
    assert len(Library(library.root).entries()) == 1
    assert not part.exists()


def test_json_on_disk_is_plain(library: Library) -> None:
    entry = add(library, prompt="“Pipwick”")
    text = (entry.folder / "manifest.json").read_text("utf-8")
    assert json.loads(text)["schema"] == 1
    assert "“Pipwick”" in text
