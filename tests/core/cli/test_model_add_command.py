"""A person's own models on the command line: told, added, found again, forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.cli import main
from core.models.registry import Registry
from core.settings import change
from tests.models import write_checkpoint, write_motion_adapter

Run = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A models folder of its own."""
    change(models=str(tmp_path / "models"))
    yield tmp_path / "models"
    change(models="")


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    assert not root.exists()

    def call(*arguments: object) -> tuple[int, dict[str, Any], str]:
        status = main(["models", *map(str, arguments), "--json"])
        told = capsys.readouterr()
        lines = [json.loads(line) for line in told.out.splitlines()]
        return status, lines[-1] if lines else {}, told.err

    return call


def test_a_dry_run_tells_and_adds_nothing(tmp_path: Path, root: Path, run: Run) -> None:
    write_checkpoint(tmp_path / "a.safetensors", "sdxl")
    status, told, _ = run("add", tmp_path / "a.safetensors", "--dry-run")
    assert (status, told["family"], told["role"], told["ready"]) == (0, "sdxl", "base", True)
    assert set(told["parts"]) >= {"unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "scheduler"}
    assert not root.exists()


def test_from_a_file_to_a_model_and_off_the_list(tmp_path: Path, root: Path, run: Run) -> None:
    path = tmp_path / "a.safetensors"
    write_checkpoint(path, "sd2")
    status, _, err = run("add", path)
    assert status == 2
    assert "Does it predict velocity" in err
    assert run("add", path, "--title", "My two", "--prediction", "v", "--verify")[1]["id"] == "my-two"
    (component,) = Registry(root).components()
    assert component.settings["prediction_type"] == "v_prediction"
    path.rename(tmp_path / "b.safetensors")
    status, told, _ = run("relink", "my-two", tmp_path / "b.safetensors")
    assert (status, told["parts"]["unet"]) == (0, str(tmp_path / "b.safetensors"))
    assert run("forget", "my-two")[:2] == (0, {"id": "my-two"})
    assert Registry(root).components() == ()
    assert (tmp_path / "b.safetensors").is_file()


def test_what_is_not_sound_is_not_kept(tmp_path: Path, root: Path, run: Run) -> None:
    path = tmp_path / "a.safetensors"
    write_checkpoint(path, "sd1")
    tensors = load_file(path)
    save_file({name: torch.full_like(value, torch.nan) for name, value in tensors.items()}, path)
    status, _, err = run("add", path, "--verify")
    assert status == 2
    assert "hold what is no number" in err
    assert Registry(root).components() == ()


def test_wrong_words_are_answered_with_the_right_ones(tmp_path: Path, run: Run) -> None:
    write_motion_adapter(tmp_path / "mm")
    for words, said in (
        (("add", tmp_path / "mm", "--like", "nothing"), "animatediff-v1-5-3"),
        (("add", tmp_path / "mm", "--prediction", "v"), "no question “prediction”"),
        (("add", tmp_path / "gone"), "no file or folder"),
        (("relink", "nobody", tmp_path / "mm"), "Add one first"),
        (("forget", "nobody"), "No model “nobody”"),
    ):
        status, _, err = run(*words)
        assert (status, said in err) == (2, True), err


def test_a_person_reads_what_it_is(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_motion_adapter(tmp_path / "mm")
    assert main(["models", "add", str(tmp_path / "mm"), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "A motion adapter for Stable Diffusion 1" in told
    assert "--like: animatediff-v1-5-3, animatediff-v1-5-2" in told
    assert not root.exists()
