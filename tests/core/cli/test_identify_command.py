"""`identify` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli import main
from core.cli.identify_command import knowledge_table


def test_a_scan_prints_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", "car", "--pictures", "4", "--library", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split("  ")[0] == "concept"
    assert lines[-1].split()[:2] == ["car", "object"]
    assert "n 4)" in lines[-1]


def test_a_program_gets_the_result_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", "car", "--pictures", "4", "--library", str(tmp_path), "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["event"], last["job"]) == ("result", "identify")
    assert last["data"]["concepts"][0]["name"] == "car"


@pytest.mark.parametrize("arguments", [["Pipwok"], ["car", "--pictures", "2"], ["--family", "none"]])
def test_bad_input_is_one_line(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", *arguments, "--library", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_the_table_says_what_an_unknown_concept_is_taken_for() -> None:
    rate = {"value": 0.0, "n": 12, "low": 0.0, "high": 0.24}
    found = {"name": "Zed", "kind": "object", "rate": rate, "chance": 0.06, "verdict": "unknown", "seen_as": "crate"}
    assert knowledge_table([found]).splitlines()[1].split()[-2:] == ["unknown", "crate"]
