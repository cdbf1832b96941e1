"""The proof of programs that stand in for a bundle: one that behaves, and some that do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from prove import AFTERWARDS, SCENES, Proof, prove

from core.hardware.software import lacuna_version


def proved(tmp_path: Path, script: str) -> tuple[bool, dict[str, Any]]:
    """Whether a program that is this shell script passes, and the record."""
    bundle = tmp_path / "lacuna"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "lacuna").write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (bundle / "lacuna").chmod(0o755)
    passed = prove(bundle, tmp_path / "out", ["version"])
    return passed, json.loads((tmp_path / "out" / "proof.json").read_text("utf-8"))


def failed(record: dict[str, Any]) -> list[str]:
    return [check["name"] for check in record["checks"] if not check["passed"]]


def test_a_program_that_behaves_passes(tmp_path: Path) -> None:
    own = 'mkdir -p "$HOME/.config/Lacuna" && : > "$HOME/.config/Lacuna/settings.toml"'
    passed, record = proved(tmp_path, f"PATH=/usr/bin:/bin; {own}; echo lacuna {lacuna_version()}")
    assert passed, failed(record)
    assert record["written"]["~/.config/Lacuna/settings.toml"] == "Lacuna's own"
    assert {figure["name"] for figure in record["figures"]} == {"Size of the bundle"}


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo lacuna 0.0.0", ["lacuna --version"]),
        ("exit 3", ["lacuna --version"]),
        (
            f': > "$HOME/stray"; echo "$$" > /tmp/lacuna-left-behind; echo lacuna {lacuna_version()}',
            ["Nothing is left in shared folders", "All files lie in Lacuna's own folders"],
        ),
    ],
)
def test_one_that_does_not_is_told(tmp_path: Path, script: str, told: list[str]) -> None:
    passed, record = proved(tmp_path, script)
    Path("/tmp/lacuna-left-behind").unlink(missing_ok=True)
    assert not passed
    assert failed(record) == told


def test_every_scene_is_one_and_says_what_it_is() -> None:
    assert all(getattr(Proof, name).__doc__ for name in (*SCENES, *AFTERWARDS))
