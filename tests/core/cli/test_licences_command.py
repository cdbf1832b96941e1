"""`licences` tells what the About topic tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.app import main
from core.hardware.parts import parts


def test_every_part_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(parts()) + 1
    assert any(line.startswith("PySide6 ") and "LGPL-3.0-only" in line for line in lines)


def test_a_name_gives_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "NumPy"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("numpy ")
    assert "NumPy Developers" in told
    assert main(["licences", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_a_part_of_a_name_gives_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "pyside6_", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["parts"]
    assert [part["name"] for part in told] == ["PySide6_Addons", "PySide6_Essentials"]
    assert set(told[0]["texts"]) == {"LGPL-3.0.txt", "GPL-3.0.txt"}


def test_all_texts_go_into_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "--out", str(tmp_path / "texts.txt")]) == 0
    assert "Saved" in capsys.readouterr().out
    written = (tmp_path / "texts.txt").read_text("utf-8")
    assert all(f"{part.name} {part.version}".strip() in written for part in parts())
