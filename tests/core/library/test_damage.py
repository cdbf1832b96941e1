from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import FailureKind, LacunaError
from core.files import JSON_LIMIT
from core.library.entry import Entry
from core.library.query import Query
from core.library.store import Library
from tests.core.library.samples import add


def edited(entry: Entry, **changes: Any) -> None:
    """Change fields of the manifest behind the library's back."""
    path = entry.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}))


def with_header(entry: Entry, header: dict[str, Any], length: int | None = None) -> None:
    """Replace Δ by a file with this header and eight bytes of data."""
    text = json.dumps(header).encode()
    size = len(text) if length is None else length
    (entry.folder / "delta.safetensors").write_bytes(struct.pack("<Q", size) + text + bytes(8))


def tensor(dtype: str = "F32", shape: object = (2,), offsets: object = (0, 8)) -> dict[str, Any]:
    return {"w": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


def linked(entry: Entry) -> None:
    path = entry.folder / "delta.safetensors"
    path.rename(entry.folder.parent.parent / "elsewhere")
    path.symlink_to(entry.folder.parent.parent / "elsewhere")


def deep(entry: Entry) -> None:
    (entry.folder / "scorecard.json").write_text('{"a":' + "[" * 100_000 + "]" * 100_000 + "}")


def huge(entry: Entry) -> None:
    (entry.folder / "manifest.json").write_text('{"schema": 1, "pad": "' + "x" * JSON_LIMIT + '"}')


DAMAGES: dict[str, Callable[[Entry], object]] = {
    "no manifest": lambda e: (e.folder / "manifest.json").unlink(),
    "no delta": lambda e: (e.folder / "delta.safetensors").unlink(),
    "no scorecard": lambda e: (e.folder / "scorecard.json").unlink(),
    "not json": lambda e: (e.folder / "manifest.json").write_text("{"),
    "not utf-8": lambda e: (e.folder / "manifest.json").write_bytes(b"\xff\xfe\x00"),
    "a list": lambda e: (e.folder / "manifest.json").write_text("[]"),
    "huge json": huge,
    "deep json": deep,
    "lone surrogate": lambda e: edited(e, name="\ud800"),
    "not a number": lambda e: edited(e, strength=float("nan")),
    "vast number": lambda e: edited(e, strength=10**400),
    "wrong type": lambda e: edited(e, name=["Pipwick"]),
    "missing field": lambda e: (e.folder / "manifest.json").write_text('{"schema": 1, "name": "x"}'),
    "schema of words": lambda e: edited(e, schema="two"),
    "foreign id": lambda e: edited(e, id="20200101-other-abcdef"),
    "path upwards": lambda e: edited(e, files={"../../secret": "0" * 64}),
    "absolute path": lambda e: edited(e, files={"/etc/hostname": "0" * 64}),
    "drive path": lambda e: edited(e, files={"C:\\secret": "0" * 64}),
    "listed file gone": lambda e: edited(e, files={"previews/before.webm": "0" * 64}),
    "linked delta": linked,
    "folder for a file": lambda e: ((e.folder / "scorecard.json").unlink(), (e.folder / "scorecard.json").mkdir()),
    "pickle": lambda e: (e.folder / "delta.safetensors").write_bytes(b"\x80\x04K*." * 20),
    "empty delta": lambda e: (e.folder / "delta.safetensors").write_bytes(b""),
    "integer tensor": lambda e: with_header(e, tensor("I64", (1,))),
    "absurd shape": lambda e: with_header(e, tensor(shape=(1 << 40, 1 << 40))),
    "negative shape": lambda e: with_header(e, tensor(shape=(-1, -2))),
    "shape of words": lambda e: with_header(e, tensor(shape="ab")),
    "offsets outside": lambda e: with_header(e, tensor(offsets=(8, 16))),
    "vast header": lambda e: with_header(e, tensor(), length=1 << 62),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_marked_and_the_others_are_fine(library: Library, damage: Callable[[Entry], object]) -> None:
    broken, sound = add(library, "Broken"), add(library, "Sound")
    damage(broken)
    found = {entry.id: entry for entry in library.entries()}
    assert found[broken.id].damage
    assert found[sound.id] == sound
    assert {problem.id for problem in library.verify()} == {broken.id}
    assert [row.id for row in library.rows(Query("sound"))] == [sound.id]
    with pytest.raises(LacunaError) as caught:
        library.load_delta(broken.id)
    assert caught.value.kind is FailureKind.DAMAGED


def test_a_damaged_entry_can_be_thrown_away(library: Library) -> None:
    entry = add(library)
    (entry.folder / "manifest.json").write_text("{")
    with pytest.raises(LacunaError, match="cannot be changed"):
        library.rename(entry.id, "Other")
    library.trash(entry.id)
    library.purge(entry.id)
    assert library.entries() == library.trashed() == []


def test_a_linked_folder_is_marked_and_its_target_survives(library: Library, tmp_path: Path) -> None:
    add(library)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.png").write_text("")
    (library.root / "entries" / "link").symlink_to(tmp_path / "photos", target_is_directory=True)
    assert library.get("link").damage == "The folder is a link to another place."
    library.trash("link")
    library.purge("link")
    assert (tmp_path / "photos" / "one.png").exists()


def test_previews_behind_a_link_are_not_shown(library: Library, tmp_path: Path) -> None:
    entry = add(library)
    edited(entry, files={"previews/before.webm": "0" * 64})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "before.webm").write_text("")
    (entry.folder / "previews").rmdir()
    (entry.folder / "previews").symlink_to(tmp_path / "outside", target_is_directory=True)
    assert library.get(entry.id).previews == {}
    assert library.get(entry.id).damage


@pytest.mark.parametrize("file", ["delta.safetensors", "scorecard.json"])
def test_verify_finds_a_changed_byte(library: Library, file: str) -> None:
    entry, other = add(library), add(library)
    path = entry.folder / file
    data = path.read_bytes()
    path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    problems = library.verify()
    assert [(problem.id, problem.file) for problem in problems] == [(entry.id, file)]
    assert library.verify(other.id) == []


def test_a_changed_change_is_not_loaded(library: Library) -> None:
    entry = add(library)
    data = entry.delta.read_bytes()
    entry.delta.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(LacunaError, match="content has changed") as caught:
        library.load_delta(entry.id)
    assert caught.value.kind is FailureKind.DAMAGED


def test_unknown_fields_are_carried_along(library: Library) -> None:
    entry = add(library)
    edited(entry, colour="green")
    changed = library.annotate(entry.id, stars=3)
    written = json.loads((entry.folder / "manifest.json").read_text("utf-8"))
    assert (written["colour"], written["stars"]) == ("green", 3)
    assert (changed.manifest is not None and changed.manifest.more, changed.damage) == ({"colour": "green"}, "")


def test_strange_files_in_the_library_are_left_alone(library: Library) -> None:
    entry = add(library)
    (library.root / "entries" / "notes.txt").write_text("mine")
    assert [e.id for e in library.entries()] == [entry.id]
    Library(library.root)
    assert (library.root / "entries" / "notes.txt").read_text() == "mine"
