"""`probe` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli import main
from core.cli.probe_command import probe_table
from core.library.store import Library
from tests.core.jobs.entries import disturbed_entry


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with one entry."""
    made = Library(tmp_path / "library")
    disturbed_entry(made, "Pipwick")
    return made


def probe(library: Library, *arguments: str) -> int:
    """Run a short probe."""
    return main(["probe", "Pipwick", "--library", str(library.root), "--pictures", "4", "--budget", "1", *arguments])


def test_a_probe_prints_its_table_and_where_the_report_is(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe(library, "--probes", "direct, latent_inversion") == 0
    lines = capsys.readouterr().out.splitlines()
    (path,) = library.entries()[0].reports
    assert lines[-1] == f"The report is in {path}."
    table = [line.split("  ")[0] for line in lines if line.startswith(("probe ", "direct ", "latent_inversion "))]
    assert table == ["probe", "direct", "latent_inversion"]
    assert any("Without words *" in line for line in lines)
    assert any(line.startswith("* reads no text") for line in lines)


def test_a_program_gets_events_and_the_report(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe(library, "--probes", "direct", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"stage", "progress", "preview", "metric", "result"} <= {event["event"] for event in events}
    assert events[-1]["job"] == "probe"
    assert events[-1]["data"]["report"]["probes"][0]["name"] == "direct"


@pytest.mark.parametrize(
    "arguments", [["--probes", "charm"], ["--prompts", "none.txt"], ["--host", "none"], ["--pictures", "2"]]
)
def test_bad_input_is_one_line(library: Library, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert probe(library, *arguments) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_figure_stands_with_its_interval_and_n() -> None:
    rate = {"value": 0.5, "n": 12, "low": 0.25, "high": 0.75}
    found = {"name": "direct", "title": "By name", "text": True, "before": rate, "after": rate, "seconds": 3.21}
    assert probe_table([found]).splitlines()[1].split()[-1] == "3.2"
    assert "50 % (25–75 %, n 12)" in probe_table([found])
