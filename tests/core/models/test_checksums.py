"""The list of checksums: what changed is named, what is not listed is not missed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from core.models.checksums import CHECKSUMS, changed_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two parts of one file each, listed."""
    files = {"unet/weights": b"1234", "vae/weights": b"5678"}
    for name, data in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(data)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    (tmp_path / CHECKSUMS).write_text(json.dumps(sums), "utf-8")
    return tmp_path


def test_shipped_files_are_sound(folder: Path) -> None:
    (folder / "unet" / "notes").write_text("mine", "utf-8")
    assert changed_files(folder) == []


def test_a_changed_and_a_lost_file_are_named(folder: Path) -> None:
    (folder / "unet" / "weights").write_bytes(b"1235")
    (folder / "vae" / "weights").unlink()
    assert changed_files(folder) == ["unet/weights", "vae/weights"]
    assert changed_files(folder, "vae") == ["vae/weights"]
    assert changed_files(folder, "va") == []


def test_a_folder_without_a_list_has_nothing_to_compare(folder: Path) -> None:
    (folder / CHECKSUMS).unlink()
    assert changed_files(folder) == []


def test_a_broken_list_is_an_error(folder: Path) -> None:
    (folder / CHECKSUMS).write_text("{", "utf-8")
    with pytest.raises(ValueError, match="it is broken in line 1"):
        changed_files(folder)
