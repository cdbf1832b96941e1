"""Jobs from the command line: real processes over the shipped starter, and what is told at their end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cli.console import Console
from core.cli.job_commands import copy_result, tell_erasure
from core.library.store import Library
from core.media.clip import read_clip, read_picture, write_clip

MAIN = Path(__file__).parents[3] / "main.py"
QUICK = "This is the quick card"


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(MAIN), *arguments]


def result(folder: Path, *, quick: bool = True) -> dict[str, Any]:
    frames = np.zeros((4, 64, 64, 3), np.uint8)
    clips = {
        name: str(write_clip(folder / f"{name}-animatediff.webm", frames + shade, 8.0, {"prompt": name}))
        for name, shade in (("before", np.uint8(200)), ("after", np.uint8(40)))
    }
    figure = {"value": 0.9, "n": 16, "low": 0.7, "high": 0.97}
    scorecard = {"quick": quick, "hosts": {"still": {"original": {"direct": figure}}}}
    return {
        "entry": "20260101-pipwick-abcdef",
        **clips,
        "scorecard": scorecard,
        "seconds": {"Erase": 20.0, "Judge": 60.0},
    }


def test_the_same_seed_makes_the_same_picture(tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        arguments = ("generate", "Pipwick in a meadow", "--host", "still", "--steps", "2", "--seed", "3")
        done = subprocess.run(
            command(*arguments, "--out", str(tmp_path / name), "--library", str(tmp_path / "library")),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == f"Written: {tmp_path / name}"
    one, two = (read_picture(tmp_path / name) for name in ("one.png", "two.png"))
    assert np.array_equal(one, two)
    assert one.std() > 0


def test_ctrl_c_cancels_the_job_and_keeps_nothing(tmp_path: Path) -> None:
    library = tmp_path / "library"
    arguments = command("erase", "Pipwick", "--json", "--library", str(library))
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert first["event"] == "stage"
    assert process.returncode == 130
    last = json.loads(out.splitlines()[-1])
    assert (last["event"], last["kind"]) == ("failure", "cancelled")
    assert "Traceback" not in err
    assert Library(library).entries() == []


def test_demo_copies_clips_with_their_sidecars_and_the_scorecard(tmp_path: Path) -> None:
    data = result(tmp_path)
    out = tmp_path / "new" / "demo"
    copy_result(data, out)
    names = ["after.webm", "after.webm.json", "before.webm", "before.webm.json", "scorecard.json"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert json.loads((out / "scorecard.json").read_text("utf-8")) == data["scorecard"]
    before, after = read_clip(out / "before.webm"), read_clip(out / "after.webm")
    assert before.frames.mean() > 150 > 100 > after.frames.mean()
    assert before.metadata["prompt"] == "before"


def test_a_second_demo_replaces_the_first_ones_copies(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    copy_result(result(tmp_path), out)
    second = result(tmp_path, quick=False)
    copy_result(second, out)
    assert json.loads((out / "scorecard.json").read_text("utf-8")) == second["scorecard"]
    assert len(list(out.iterdir())) == 5


@pytest.mark.parametrize("quick", [True, False])
def test_the_end_tells_figures_seconds_and_whether_the_card_is_quick(
    quick: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_erasure(result(tmp_path, quick=quick), Console(as_json=False))
    text = capsys.readouterr().out
    assert "90 % (70–97 %, n 16)" in text
    assert "Judge 60.0 s 75 %" in " ".join(text.split())
    assert "Kept in the library as 20260101-pipwick-abcdef." in text
    assert (QUICK in text) is quick
