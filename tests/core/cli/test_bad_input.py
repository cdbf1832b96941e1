"""Wrong arguments and input: exit status 2 and one clear line, before any model is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main

MAIN = Path(__file__).parents[3] / "main.py"

WRONG = {
    "unknown concept": (["erase", "Pipwik"], "does not know “Pipwik”. Did you mean Pipwick?"),
    "no concept": (["erase", " "], "No concept was named."),
    "unknown kind": (["erase", "Pipwick", "--kind", "robot"], "character, style, object, person"),
    "other kind": (["erase", "car", "--kind", "style"], "of the kind object, not style"),
    "unknown preset": (["erase", "Pipwick", "--preset", "gentle"], "guarded"),
    "unknown host": (["erase", "Pipwick", "--host", "svd"], "animatediff"),
    "host without clips": (["erase", "Pipwick", "--host", "still"], "makes no clips"),
    "blank prompt": (["erase", "Pipwick", "--prompt", " "], "The prompt is empty."),
    "empty prompt": (["generate", ""], "The prompt is empty."),
    "long prompt": (["generate", "word " * 500], "has 500 words. Use 200 at most."),
    "long negative prompt": (["generate", "Pipwick", "--negative-prompt", "word " * 201], "has 201 words"),
    "no image folder": (["erase", "Pipwick", "--images", "no/such/folder"], "There is no folder"),
    "negative seed": (["erase", "Pipwick", "--seed", "-1"], "The seed is -1."),
    "strength too high": (["generate", "Pipwick", "--entry", "x", "--strength", "1.6"], "between 0.0 and 1.5"),
    "strength not a number": (["generate", "Pipwick", "--entry", "x", "--strength", "nan"], "between 0.0 and 1.5"),
    "strength without entry": (["generate", "Pipwick", "--strength", "1"], "without an entry"),
    "too many frames": (["generate", "Pipwick", "--frames", "900"], "between 0 and 32"),
    "frames of a picture": (["generate", "Pipwick", "--host", "still", "--frames", "8"], "between 0 and 1"),
    "clip as picture": (["generate", "Pipwick", "--out", "clip.png"], "writes .webm files"),
    "no folder for the clip": (["generate", "Pipwick", "--out", "no/such/clip.webm"], "does not exist"),
    "file as demo folder": (["demo", "--out", str(MAIN)], "is a file"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_status_2_and_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("lacuna: ")
    assert told.err.count("\n") == 1
    assert said in told.err


@pytest.mark.parametrize(
    "arguments", [["erase"], ["bogus"], ["library"], ["erase", "Pipwick", "--set", "x"], ["demo", "--out"]]
)
def test_wrong_arguments_are_status_2_and_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    told = capsys.readouterr()
    assert left.value.code == 2
    assert told.err.startswith("lacuna: ")
    assert told.err.count("\n") == 1
    assert "--help" in told.err


def test_a_program_gets_the_failure_as_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", "Grumbol", "--json"]) == 2
    told = capsys.readouterr()
    event = json.loads(told.out)
    assert (event["event"], event["kind"]) == ("failure", "unknown_concept")
    assert "Grumbo" in event["fix"]
    assert told.err.count("\n") == 1


def test_an_existing_clip_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "clip.webm"
    out.write_bytes(b"mine")
    assert main(["generate", "Pipwick", "--out", str(out)]) == 2
    assert "nothing is overwritten" in capsys.readouterr().err
    assert out.read_bytes() == b"mine"


def test_the_process_ends_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, str(MAIN), "erase", "a dragon\nof two lines", "--library", str(tmp_path / "library")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("lacuna: The model “Starter” does not know “a dragon of two lines”.")
    assert done.stderr.count("\n") == 1
