"""Verdicts for machines that this one may not be, from facts given; and for this one as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.errors import LacunaError
from core.hardware.checks import (
    Level,
    check,
    disk_verdict,
    driver_verdicts,
    folder_verdict,
    gigabytes,
    gpu_verdict,
    memory_verdict,
    require_writable,
)
from core.hardware.devices import Device, Driver, torch_cuda

GPU = Device("cuda:0", "Some GPU", 12_000_000_000, 9_000_000_000)


def test_the_starter_needs_no_gpu() -> None:
    found = gpu_verdict((), "12.8")
    assert found.level is Level.NOTE
    assert "starter runs on the CPU" in found.text


def test_a_gpu_counts_when_torch_was_built_for_it() -> None:
    assert gpu_verdict((GPU,), "12.8").level is Level.GOOD
    found = gpu_verdict((GPU,), "")
    assert found.level is Level.NOTE
    assert "settings" in found.fix
    assert found.leads == "gpu"


def test_a_driver_may_be_too_old_for_torch() -> None:
    assert driver_verdicts(None, "12.8") == ()
    assert driver_verdicts(Driver("580.1", 13), "12.8")[0].level is Level.GOOD
    found = driver_verdicts(Driver("470.2", 11), "12.8")[0]
    assert (found.level, found.fix) == (Level.BAD, "Update NVIDIA's driver.")


def test_memory_is_the_gpus_where_there_is_one() -> None:
    assert memory_verdict((GPU,)).text == "9 GB free of 12 GB"
    small = Device("cuda:0", "Small", 4_000_000_000, 1_000_000_000)
    assert memory_verdict((small,)).level is Level.NOTE
    assert memory_verdict(()).title == "Memory"


def test_bytes_are_said_in_gigabytes() -> None:
    assert (gigabytes(3.4e9), gigabytes(850e6)) == ("3 GB", "850 MB")


def test_a_folder_need_not_be_there_and_is_not_made(tmp_path: Path) -> None:
    wanted = tmp_path / "a" / "b"
    assert folder_verdict(wanted).level is Level.GOOD
    assert disk_verdict(wanted).text.endswith("free")
    assert not wanted.exists()


def test_a_file_in_the_place_of_the_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert folder_verdict(tmp_path / "file").level is Level.BAD
    with pytest.raises(LacunaError, match="file stands where a folder"):
        require_writable(tmp_path / "file")


def test_the_whole_check_says_something_of_each(tmp_path: Path) -> None:
    found = {verdict.key: verdict for verdict in check(tmp_path)}
    assert set(found) - {"driver"} == {"gpu", "memory", "disk", "folder"}
    assert all(verdict.text for verdict in found.values())


def test_the_build_of_torch_is_read_from_its_files() -> None:
    assert torch_cuda() == (torch.version.cuda or "")


def test_the_checks_run_without_torch() -> None:
    code = (
        "import sys; from pathlib import Path; from core.hardware.checks import check; check(Path('.'));"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
