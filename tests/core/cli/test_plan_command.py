"""`plan` tells what each kind of work takes, for the GPU that is there or for one that is imagined."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli.app import main
from core.cli.console import DONE, WRONG_INPUT
from core.models.component import Component, Role
from core.models.registry import Registry
from tests.core.hardware.models import model


@pytest.fixture
def installed() -> Iterator[str]:
    """A model of Stable Diffusion 1 on the list, by its architectures alone; gives its name."""
    card = model("sd1")
    sources = {part: source for part, source in card.sources.items() if "/" not in part}
    found = Component("listed-sd1", "Listed", Role.BASE, "sd1", sources)
    Registry().add(found)
    yield found.id
    Registry().remove(found.id)


def test_the_starter_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan"]) == DONE
    said = capsys.readouterr().out
    assert "Starter on" in said
    assert "erase: guarded" in said
    assert "will not fit" not in said


def test_a_smaller_gpu_takes_more_rungs(installed: str, capsys: pytest.CaptureFixture[str]) -> None:
    rungs = []
    for size in ("24", "6"):
        assert main(["plan", "--family", installed, "--gpu-gb", size, "--json"]) == DONE
        told = {line["work"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
        assert set(told) >= {"pictures", "erase: few_shot", "erase: guarded", "judge", "probe"}
        assert all(sum(line["parts"].values()) == line["peak"] for line in told.values())
        rungs.append(told["erase: guarded"]["plan"]["rung"])
    assert rungs[0] < rungs[1]


def test_a_card_that_is_too_small_says_what_to_do(installed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--family", installed, "--gpu-gb", "2", "--method", "guarded"]) == DONE
    said = capsys.readouterr().out
    assert "will not fit" in said
    assert "Choose a smaller model" in said


@pytest.mark.parametrize("wrong", [["--family", "none"], ["--host", "none"], ["--method", "none"], ["--gpu-gb", "-1"]])
def test_what_is_not_there_is_refused(wrong: list[str], tmp_path: Path) -> None:
    assert main(["plan", "--library", str(tmp_path), *wrong]) == WRONG_INPUT
