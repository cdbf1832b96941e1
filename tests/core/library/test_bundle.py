"""An entry as one file: packed, looked at, taken in elsewhere; and bundles that were made to harm."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.errors import InputError, LacunaError
from core.library.bundle import HEAD, inspect, pack, unpack
from core.library.entry import Entry
from core.library.exporters.gather import export_entry
from core.library.fitting import is_waiting, model_for
from core.library.query import Query
from core.library.row import row_of
from core.library.store import Library
from core.models.catalogue import family_card
from core.models.tensors import encoder_tensors
from core.settings import overriding
from tests.core.library.samples import SCORECARD, add, delta, manifest
from tests.models import registered, write_base

Change = Callable[[dict[str, bytes]], object]


@pytest.fixture
def entry(library: Library, tmp_path: Path) -> Entry:
    """An entry with a preview."""
    preview = tmp_path / "before.webm"
    preview.write_bytes(b"\x1aE\xdf\xa3 clip")
    return library.add(manifest("Pipwick 😀"), delta(), SCORECARD, {"before-animatediff": preview})


@pytest.fixture
def bundle(entry: Entry, tmp_path: Path) -> Path:
    """The entry as one file."""
    return pack(entry, tmp_path / "pipwick", "MIT")


@pytest.fixture
def other(tmp_path: Path) -> Library:
    """A library on another computer."""
    return Library(tmp_path / "other")


def rewritten(bundle: Path, change: Change) -> Path:
    """The bundle with its members changed by name."""
    with zipfile.ZipFile(bundle) as source:
        members = {name: source.read(name) for name in source.namelist()}
    change(members)
    bad = bundle.with_name("bad.lacuna")
    with zipfile.ZipFile(bad, "w") as out:
        for name, data in members.items():
            out.writestr(name, data)
    return bad


def with_head(**changes: object) -> Change:
    """Sets fields of the head."""

    def change(members: dict[str, bytes]) -> None:
        members[HEAD] = json.dumps({**json.loads(members[HEAD]), **changes}).encode()

    return change


def test_an_entry_comes_through_whole(bundle: Path, entry: Entry, other: Library) -> None:
    told = inspect(bundle)
    assert (told.name, told.entry, told.concepts, told.licence) == ("Pipwick 😀", entry.id, ("Pipwick",), "MIT")
    taken = unpack(bundle, other)
    assert (taken.id, taken.name, taken.scorecard) == (entry.id, entry.name, SCORECARD)
    assert other.verify() == []
    assert set(taken.previews) == {"before-animatediff"}
    assert (other.load_delta(taken.id).keys()) == delta().keys()


def test_plain_tools_can_read_it(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as opened:
        assert opened.testzip() is None
        assert "Add them" in opened.read("READ.txt").decode()
        assert "MIT" in opened.read("LICENCE.txt").decode()


def test_an_entry_that_is_here_already_is_not_overwritten(bundle: Path, entry: Entry, library: Library) -> None:
    library.annotate(entry.id, notes="mine")
    with pytest.raises(InputError, match="already in the library"):
        unpack(bundle, library)
    kept = library.get(entry.id).manifest
    assert kept is not None
    assert kept.notes == "mine"


def test_a_bundle_does_not_overwrite_a_file(bundle: Path, entry: Entry) -> None:
    before = bundle.read_bytes()
    with pytest.raises(InputError, match="already there"):
        pack(entry, bundle, "MIT")
    assert bundle.read_bytes() == before


BAD: dict[str, Change] = {
    "a path that climbs": lambda members: members.update({"entry/../../evil": b"x"}),
    "an absolute path": lambda members: members.update({"/etc/evil": b"x"}),
    "a drive": lambda members: members.update({"entry/C:evil": b"x"}),
    "a file that is not listed": lambda members: members.update({"entry/extra.bin": b"x"}),
    "a file that is listed and not there": lambda members: members.pop("entry/scorecard.json"),
    "another change": lambda members: members.update({"entry/delta.safetensors": b"\x02" + bytes(40)}),
    "another manifest": lambda members: members.update({"entry/manifest.json": b"{}"}),
    "no head": lambda members: members.pop(HEAD),
    "a head that is no JSON": lambda members: members.update({HEAD: b"\xff{"}),
    "a head of a newer version": with_head(schema=2),
    "a head of another kind": with_head(files=["manifest.json"]),
    "a head without hashes": with_head(files={}),
    "too many files": lambda members: members.update({f"extra{n}": b"" for n in range(2001)}),
    "a huge head": lambda members: members.update({HEAD: b" " * 1_000_001}),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_bad_bundle_is_refused_and_leaves_nothing(bundle: Path, other: Library, change: Change) -> None:
    with pytest.raises(InputError, match=r"bad\.lacuna"):
        unpack(rewritten(bundle, change), other)
    assert other.entries() == []
    assert [path.name for path in other.root.iterdir() if path.name.startswith(".import")] == []


def test_a_forged_delta_with_matching_hashes_is_still_checked(bundle: Path, other: Library) -> None:
    forged = b"\x08" + bytes(7) + b'{"a": 1}'

    def change(members: dict[str, bytes]) -> None:
        members["entry/delta.safetensors"] = forged
        digest = hashlib.sha256(forged).hexdigest()
        own = json.loads(members["entry/manifest.json"])
        own["files"]["delta.safetensors"] = digest
        members["entry/manifest.json"] = json.dumps(own).encode()
        listed = json.loads(members[HEAD])["files"]
        listed["delta.safetensors"] = digest
        listed["manifest.json"] = hashlib.sha256(members["entry/manifest.json"]).hexdigest()
        with_head(files=listed)(members)

    with pytest.raises(LacunaError):
        other.load_delta(unpack(rewritten(bundle, change), other).id)


def test_a_bomb_is_refused_by_its_directory(bundle: Path, other: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = rewritten(bundle, lambda members: members.update({"entry/zeros": bytes(3_000_000)}))
    monkeypatch.setattr("core.library.bundle.FILE_LIMIT", 2_000_000)
    with pytest.raises(InputError, match="of disk"):
        unpack(bad, other)


def test_a_link_is_refused(bundle: Path, other: Library) -> None:
    link = zipfile.ZipInfo("entry/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(bundle, "a") as opened:
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="link"):
        unpack(bundle, other)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_bundle_cut_off_anywhere_is_refused(bundle: Path, other: Library, share: float) -> None:
    data = bundle.read_bytes()
    bundle.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError):
        unpack(bundle, other)
    assert other.entries() == []


def test_the_commands_pack_and_take(
    entry: Entry, library: Library, other: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "shared.lacuna"
    assert main(["library", "export", entry.id, "--out", str(out), "--library", str(library.root)]) == 0
    assert main(["library", "import", str(out), "--library", str(other.root)]) == 0
    assert entry.id in capsys.readouterr().out
    assert main(["library", "import", str(tmp_path / "no.lacuna"), "--library", str(other.root)]) == 2


def test_an_entry_whose_model_is_not_here_is_kept_and_waits(library: Library, tmp_path: Path) -> None:
    other = Library(tmp_path / "other")
    packed = pack(add(other, family="dreams", encoder_family="sd1"), tmp_path / "far", "MIT")
    entry = unpack(packed, library)
    (row,) = library.rows()
    assert row.id == entry.id
    assert is_waiting(row)
    assert Query(state="waiting").select([row]) == Query(state="sound").select([row]) == [row]
    with pytest.raises(InputError, match="waits for its model"):
        export_entry(library, entry.id, "comfyui", tmp_path / "out")


def test_it_works_as_soon_as_a_model_of_its_family_is_installed(library: Library, tmp_path: Path) -> None:
    models = tmp_path / "models"
    with overriding(models=str(models)):
        registered(models, write_base(models / "mine", "sd1"))
        base = encoder_tensors(family_card("mine"))
        name = "encoder.layers.0.mlp.fc1.bias"
        moved = {name: np.ones(base[name].shape, np.float16)}
        own = manifest(family="dreams", encoder_family="sd1", base="ab" * 32)
        entry = library.add(own, moved, {}, {})
        assert not is_waiting(row_of(entry))
        assert model_for(own).name == "mine"
        assert Path(export_entry(library, entry.id, "comfyui", tmp_path / "out")["path"]).is_file()


def test_a_broken_list_of_models_leaves_the_library_as_it_is(library: Library, tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text("{")
    with overriding(models=str(tmp_path)):
        assert not is_waiting(row_of(add(library)))
        assert not is_waiting(row_of(add(library, family="dreams", encoder_family="sd1")))
