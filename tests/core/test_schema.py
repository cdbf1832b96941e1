"""A file of a newer Lacuna is refused in words that name it, and stays as it is, byte by byte, in every store."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.jobs.checks import check_entry
from core.jobs.queue import QueueFile, Record
from core.jobs.spec import EraseSpec
from core.jobs.timings import path as timings_file
from core.jobs.timings import recall, remember
from core.library.bundle import HEAD, pack, unpack
from core.library.gallery import Gallery
from core.library.index import VERSION
from core.library.knowledge import keep_knowledge, knowledge_file, read_knowledge
from core.library.reports import read_report
from core.library.store import Library
from core.media.beside import keep_seen, kept_seen, seen_file, sidecar
from core.models.component import Component, Role, Source
from core.models.licences import accept
from core.models.offers import offer
from core.models.record import read_record, record_file
from core.models.registry import Registry
from core.schema import Newer, is_newer, read_known, require_known, schema_of
from core.settings import change, load
from tests.core.library.samples import add, manifest

NEWER = {"schema": 99, "what": ["only", "a newer one knows"]}


def test_a_file_without_a_schema_is_of_the_first() -> None:
    assert schema_of({}) == 1
    require_known({}, 1)


@pytest.mark.parametrize("schema", ["1", 0, -1, True, None, 1.0, [1]])
def test_what_is_no_schema_is_a_fault_and_not_newer(schema: object) -> None:
    with pytest.raises(ValueError, match="not a version number") as caught:
        require_known({"schema": schema}, 1)
    assert not isinstance(caught.value, Newer)


def test_only_what_can_be_read_can_be_newer(tmp_path: Path) -> None:
    path = newer(tmp_path / "a.json")
    assert is_newer(path, 98)
    assert not is_newer(path, 99)
    assert read_known(path, 99) == NEWER
    path.write_text("{", "utf-8")
    assert not is_newer(path, 1)
    assert not is_newer(tmp_path / "none.json", 1)


def newer(path: Path) -> Path:
    """Put a file of a newer Lacuna there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(NEWER), "utf-8")
    return path


def raised(path: Path, **changes: Any) -> Path:
    """Have a file say that a newer Lacuna wrote it."""
    data = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**data, **changes, "schema": 99}), "utf-8")
    return path


Do = Callable[[], object]
Store = Callable[[Path], tuple[Path, list[Do]]]
"""Makes a newer file in a folder; gives it, and what must be refused."""


def model_list(root: Path) -> tuple[Path, list[Do]]:
    registry = Registry(root)
    judge = Component("clip", "CLIP", Role.JUDGE, "", {"judge": Source(root / "judge.safetensors")})
    return newer(registry.path), [registry.components, lambda: registry.add(judge), lambda: registry.remove("clip")]


def licences(root: Path) -> tuple[Path, list[Do]]:
    return newer(root / "licences.json"), [lambda: accept(offer("sd15"), root)]


def download(root: Path) -> tuple[Path, list[Do]]:
    return newer(record_file(root)), [lambda: read_record(root)]


def knowledge(root: Path) -> tuple[Path, list[Do]]:
    assert read_knowledge(root, "starter") == {}
    return newer(knowledge_file(root, "starter")), [lambda: keep_knowledge(root, "starter", "ab", [])]


def report(root: Path) -> tuple[Path, list[Do]]:
    library = Library(root)
    path = library.add_report(add(library).id, {"host": "still"}, {}).reports[0]
    return raised(path), [lambda: read_report(path)]


def scorecard(root: Path) -> tuple[Path, list[Do]]:
    library = Library(root)
    entry = add(library)
    path = raised(entry.folder / "scorecard.json")
    return path, [lambda: library.set_scorecard(entry.id, {"schema": 1})]


def description(root: Path) -> tuple[Path, list[Do]]:
    """A manifest; what looks at the entry says which file of it is meant."""
    library = Library(root)
    entry = add(library)
    path = raised(entry.folder / "manifest.json")
    return path, [lambda: Library(root.with_name("other")).adopt(entry.folder)]


def bundle(root: Path) -> tuple[Path, list[Do]]:
    library = Library(root)
    path = pack(add(library), root / "a.lacuna", "free")
    return repacked(path, HEAD), [lambda: unpack(path, Library(root.with_name("other")))]


def sidecar_of_take(root: Path) -> tuple[Path, list[Do]]:
    gallery = Gallery(root)
    gallery.folder.mkdir(parents=True)
    (gallery.folder / "a.webm").write_bytes(b"clip")
    return newer(sidecar(gallery.folder / "a.webm")), [lambda: gallery.star("a.webm")]


def repacked(path: Path, member: str) -> Path:
    """The same bundle, one JSON file in it of a newer Lacuna and, if it is not the head, its hash put right."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members[member] = json.dumps({**json.loads(members[member]), "schema": 99}).encode()
    with zipfile.ZipFile(path, "w") as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


STORES: list[Store] = [
    model_list, licences, download, knowledge, report, scorecard, description, bundle, sidecar_of_take,
]  # fmt: skip


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.__name__)
def test_a_newer_file_is_named_refused_and_left_alone(tmp_path: Path, store: Store) -> None:
    root = tmp_path / "root"
    path, forbidden = store(root)
    before = path.read_bytes()
    for do in forbidden:
        with pytest.raises(InputError, match=r"newer Lacuna.*Update Lacuna") as caught:
            do()
        assert path.name in str(caught.value)
        assert ".import-" not in str(caught.value)
    assert path.read_bytes() == before
    other = root.with_name("other")
    assert not other.exists() or Library(other).entries() == []


def test_an_entry_of_a_newer_lacuna_is_shown_and_neither_used_nor_changed(library: Library) -> None:
    old, own = add(library, "Theirs"), add(library, "Mine")
    path = raised(old.folder / "manifest.json")
    before = path.read_bytes()
    entry = library.get(old.id)
    assert (entry.newer, entry.damage) == (True, "manifest.json: it was written by a newer Lacuna.")
    assert {row.id: row.newer for row in library.rows()} == {old.id: True, own.id: False}
    for do in (
        lambda: library.rename(old.id, "Ours"),
        lambda: library.annotate(old.id, stars=5),
        lambda: library.duplicate(old.id),
        lambda: library.load_delta(old.id),
        lambda: check_entry(old.id, str(library.root)),
    ):
        with pytest.raises(InputError, match=r"manifest\.json: it was written by a newer Lacuna.*Update Lacuna"):
            do()
    assert path.read_bytes() == before
    assert library.rename(own.id, "Ours").name == "Ours"
    assert library.restore(library.trash(old.id).id).newer
    assert path.read_bytes() == before
    path.write_bytes(before.replace(b"99", b"1"))
    assert library.rename(old.id, "At home again").damage == ""
    assert [row.newer for row in library.rows()] == [False, False]


def test_only_the_scorecard_may_be_newer_and_damage_comes_first(library: Library) -> None:
    entry = add(library)
    raised(entry.folder / "scorecard.json")
    found = library.get(entry.id)
    assert (found.newer, found.name, found.scorecard) == (True, "Pipwick", None)
    assert library.annotate(entry.id, notes="kept").newer
    (entry.folder / "delta.safetensors").unlink()
    found = library.get(entry.id)
    assert not found.newer
    assert found.damage


def test_a_bundle_with_a_newer_manifest_is_named_by_its_own_file(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    entry = add(library)
    raised(entry.folder / "manifest.json", id=entry.id)
    other = Library(tmp_path / "other")
    whole = tmp_path / "whole.lacuna"
    sound = add(library, "Sound")
    pack(sound, whole, "free")
    repacked(whole, "entry/manifest.json")
    with_hash_of_manifest(whole)
    with pytest.raises(InputError, match=r"whole\.lacuna” was written by a newer Lacuna"):
        unpack(whole, other)
    assert other.entries() == []
    assert [path.name for path in other.root.iterdir() if path.name.startswith(".import")] == []


def with_hash_of_manifest(path: Path) -> None:
    import hashlib

    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    head = json.loads(members[HEAD])
    head["files"]["manifest.json"] = hashlib.sha256(members["entry/manifest.json"]).hexdigest()
    members[HEAD] = json.dumps(head).encode()
    with zipfile.ZipFile(path, "w") as made:
        for name, data in members.items():
            made.writestr(name, data)


def test_what_stands_inside_a_take_serves_where_its_description_is_newer(tmp_path: Path) -> None:
    path, _ = sidecar_of_take(tmp_path)
    take = Gallery(tmp_path).find("a.webm")
    assert "newer Lacuna" in take.fault
    assert str(path) in take.fault
    Gallery(tmp_path).trash("a.webm")
    assert json.loads((Gallery(tmp_path).bin / path.name).read_text("utf-8")) == NEWER


def test_what_the_judge_of_a_newer_lacuna_saw_stays(tmp_path: Path) -> None:
    clip = tmp_path / "a.webm"
    clip.write_bytes(b"clip")
    path = newer(seen_file(clip))
    keep_seen(clip, "Pipwick", [0.5])
    assert json.loads(path.read_text("utf-8")) == NEWER
    assert kept_seen(clip) == {}


def test_the_queue_of_a_newer_lacuna_stays_and_another_file_takes_its_place(tmp_path: Path) -> None:
    path = newer(tmp_path / "queue.json")
    file = QueueFile(tmp_path)
    assert file.open() == ()
    file.write([Record(EraseSpec("Pipwick"))])
    file.close()
    assert json.loads(path.read_text("utf-8")) == NEWER
    assert "“queue.json” cannot be used: it was written by a newer Lacuna" in file.note
    assert "Update Lacuna" in file.note
    assert [record.spec for record in QueueFile(tmp_path).peek()] == [EraseSpec("Pipwick")]


def test_a_newer_settings_file_is_read_as_far_as_it_is_known_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('schema = 99\ntheme = "dark"\nnovel = 1\n', "utf-8")
    before = path.read_bytes()
    assert load(path).settings.theme == "dark"
    assert str(path) in load(path).note
    with pytest.raises(LacunaError, match=r"settings\.toml.*newer Lacuna.*update Lacuna") as caught:
        change(path, theme="light")
    assert caught.value.kind is FailureKind.STORAGE
    assert path.read_bytes() == before


@pytest.fixture
def timings() -> Iterator[Path]:
    yield newer(timings_file())
    timings_file().unlink()


def test_times_of_a_newer_lacuna_are_not_read_and_stay(timings: Path, caplog: pytest.LogCaptureFixture) -> None:
    remember(EraseSpec("Pipwick"), {"Erase": 3.0})
    assert recall(EraseSpec("Pipwick")) == {}
    assert json.loads(timings.read_text("utf-8")) == NEWER
    assert "timings.json” was written by a newer Lacuna" in caplog.text


def test_the_index_of_a_newer_lacuna_stays_and_another_serves(library: Library) -> None:
    path = library.root / "index.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE novel (name TEXT)")
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()
    entry = add(library)
    assert [row.id for row in library.rows()] == [entry.id]
    assert [row.id for row in Library(library.root).rows()] == [entry.id]
    assert path.read_bytes() == before
    with sqlite3.connect(library.root / f"index-{VERSION}.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    assert [row.id for row in Library(library.root).rows()] == [entry.id]
    assert path.read_bytes() == before


def test_a_name_that_only_a_newer_lacuna_knows_survives_a_copy(library: Library) -> None:
    entry = add(library)
    path = entry.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "novel": {"a": [1]}}), "utf-8")
    copy = library.duplicate(entry.id)
    assert json.loads((copy.folder / "manifest.json").read_text("utf-8"))["novel"] == {"a": [1]}
    assert manifest().more == {}
