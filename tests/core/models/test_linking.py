"""Digests that know files again wherever they lie, and the search for what is no number."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core.models.linking import content, stamps, unsound

LARGE = 5_000_000


def test_a_digest_follows_content_and_not_the_place(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder / "unet").mkdir(parents=True)
        (tmp_path / folder / "unet/x.bin").write_bytes(bytes(LARGE))
        (tmp_path / folder / "config.json").write_text("{}")

    def digest(folder: str) -> str:
        root = tmp_path / folder
        return content([path for path in root.rglob("*") if path.is_file()], root)

    assert digest("a") == digest("b")
    (tmp_path / "b/config.json").write_text("[]")
    assert digest("a") != digest("b")
    (tmp_path / "b/config.json").rename(tmp_path / "b/other.json")
    (tmp_path / "b/other.json").write_text("{}")
    assert digest("a") != digest("b")


def test_a_single_file_counts_whatever_its_name(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"x" * 100)
    shutil.copy(one, two)
    assert content([one], one) == content([two], two)


@pytest.mark.parametrize("at", [0, 40_000, LARGE - 1])
def test_a_change_in_what_is_read_is_seen(tmp_path: Path, at: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(LARGE))
    before = content([path], path)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\1")
    assert content([path], path) != before
    path.write_bytes(bytes(LARGE + 1))
    assert content([path], path) != before


def test_stamps_are_sizes_and_times(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"123")
    assert stamps([path]) == {str(path): (3, path.stat().st_mtime_ns)}


KINDS: list[Any] = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e5m2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_no_number_is_overlooked(tmp_path: Path, kind: torch.dtype, value: float) -> None:
    good = torch.tensor([0.0, -1.5, 3e4, 6e-5])
    bad = torch.cat([good, torch.tensor([value])])
    save_file({"good": good.to(kind), "bad": bad.to(kind), "whole": torch.tensor([-1])}, tmp_path / "x.safetensors")
    assert unsound([tmp_path / "x.safetensors"]) == ["bad"]


def test_the_coarsest_numbers_are_read_too(tmp_path: Path) -> None:
    kind = torch.float8_e4m3fn
    tensors = {"good": torch.tensor([448.0, -448.0]).to(kind), "bad": torch.tensor([float("nan")]).to(kind)}
    save_file(tensors, tmp_path / "x.safetensors")
    assert unsound([tmp_path / "x.safetensors"]) == ["bad"]


def test_the_last_number_of_a_large_tensor_counts(tmp_path: Path) -> None:
    values = np.zeros(9_000_001, np.float32)
    values[-1] = np.nan
    save_file({"a": torch.from_numpy(values)}, tmp_path / "x.safetensors")
    assert unsound([tmp_path / "x.safetensors"]) == ["a"]


@pytest.mark.parametrize("name", ["a.SAFETENSORS", "a.ckpt", "a"])
def test_weights_of_any_name_are_read(tmp_path: Path, name: str) -> None:
    save_file({"w": torch.tensor([1.0, torch.nan])}, tmp_path / name)
    assert unsound([tmp_path / name]) == ["w"]
