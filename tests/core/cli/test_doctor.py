"""The doctor finds what is wrong, and only that."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.doctor import (
    codecs,
    driver_state,
    library_folder,
    settings_in_use,
    starter_files,
    user_line,
    version_list,
)
from core.errors import LacunaError
from core.hardware.nvml import User
from core.hardware.software import lacuna_version
from core.settings import overriding

ROOT = Path(__file__).parents[3]


def ship(folder: Path) -> Path:
    files = {"unet/config.json": b"{}", "vae/weights.safetensors": b"\x00\x01"}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(data)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    (folder / "SHA256SUMS.json").write_text(json.dumps(sums))
    return folder


def test_untouched_starter_files_are_sound(tmp_path: Path) -> None:
    finding = starter_files(ship(tmp_path / "starter"))
    assert finding.sound
    assert finding.lines == ("2 files as they were shipped",)


def test_a_changed_and_a_missing_starter_file_are_named(tmp_path: Path) -> None:
    folder = ship(tmp_path / "starter")
    (folder / "unet/config.json").write_bytes(b"[]")
    (folder / "vae/weights.safetensors").unlink()
    finding = starter_files(folder)
    assert not finding.sound
    assert finding.data["changed"] == ["unet/config.json", "vae/weights.safetensors"]


def test_a_starter_that_is_not_there(tmp_path: Path) -> None:
    finding = starter_files(tmp_path / "starter")
    assert not finding.sound
    assert finding.lines[0].startswith("not installed")


def test_vp9_can_be_written_and_read_back() -> None:
    assert codecs().data == {"vp9_webm": True}


def test_versions_name_lacuna_and_what_it_stands_on() -> None:
    finding = version_list()
    assert {"lacuna", "python", "torch", "diffusers", "transformers", "PySide6", "opencv", "numpy"} == set(finding.data)
    assert finding.data["lacuna"] == lacuna_version() != ""


def test_a_device_that_is_not_there_is_told() -> None:
    with overriding(device="cuda:77"):
        finding = settings_in_use()
    assert finding.data["device"] == "cpu"
    assert "cuda:77" in finding.data["note"]


def test_no_driver_is_no_fault() -> None:
    finding = driver_state()
    assert finding.sound or "update the driver" in finding.lines[1]


def test_the_library_folder_and_its_free_space(tmp_path: Path) -> None:
    finding = library_folder(str(tmp_path / "library"))
    assert finding.data["folder"] == str(tmp_path / "library")
    assert finding.data["free_bytes"] > 0


def test_a_library_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((LacunaError, OSError)):
        library_folder(str(tmp_path / "file" / "library"))


def test_the_whole_command_as_json_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [
        sys.executable,
        str(ROOT / "main.py"),
        "doctor",
        "--json",
        "--library",
        str(tmp_path / "file" / "library"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert report["sound"] is False
    assert report["library"]["sound"] is False
    assert report["codecs"] == {"sound": True, "vp9_webm": True}
    assert report["devices"]["devices"][0]["id"] == "cpu"
    assert "Traceback" not in done.stderr


def test_other_programs_on_a_gpu_are_named_with_what_they_hold() -> None:
    assert user_line("cuda:0", User(71, "blender", 3 * 2**30)) == "cuda:0: blender (process 71) holds 3.0 GiB"
    assert user_line("cuda:0", User(71, "blender", None)).endswith("memory that the driver does not tell")
