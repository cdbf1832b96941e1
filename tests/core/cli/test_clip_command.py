"""`clip` on the command line: look, convert, compare, judge."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli.app import main
from core.media.beside import read_sidecar
from core.media.clip import read_clip, write_clip
from tests.core.media.foreign import tone, write_avi, write_uneven
from tests.core.media.test_clip import moving
from tests.gui.samples import clip

METADATA = {"prompt": "Pipwick on a hill", "seed": 3, "encoder": "original"}


def data_of(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The last line of JSON on stdout."""
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_info_tells_size_times_sound_and_metadata(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_clip(tmp_path / "a.webm", moving(12), 8.0, METADATA)
    assert main(["clip", "info", str(path)]) == 0
    told = capsys.readouterr().out
    assert "64 × 64" in told
    assert "12, 8 a second" in told
    assert "Pipwick on a hill" in told
    assert main(["clip", "info", str(write_uneven(tmp_path / "b.webm", moving(3), [0, 100, 500])), "--json"]) == 0
    assert data_of(capsys) | {"bytes": 0} == {
        "path": str(tmp_path / "b.webm"),
        "width": 64,
        "height": 64,
        "frames": 3,
        "fps": pytest.approx(4.0),
        "seconds": pytest.approx(0.75),
        "steady": False,
        "sound": False,
        "bytes": 0,
        "metadata": {},
    }
    noise = np.zeros((4, 8, 8, 3), np.uint8)
    assert main(["clip", "info", str(write_avi(tmp_path / "c.avi", noise, 4, tone(1.0)))]) == 0
    assert "sound    yes" in capsys.readouterr().out


def test_convert_keeps_metadata_and_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_clip(tmp_path / "a.webm", moving(4), 8.0, METADATA)
    call = ["clip", "convert", str(path), "--out", str(tmp_path / "b.gif"), "--scale", "2"]
    assert main(call) == 0
    assert read_clip(tmp_path / "b.gif").frames.shape == (4, 128, 128, 3)
    assert read_sidecar(tmp_path / "b.gif") == METADATA
    assert main(call) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("mode", ["side", "wipe", "overlay", "difference"])
def test_compare_writes_one_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str) -> None:
    paths = [str(write_clip(tmp_path / f"{k}.webm", moving(4), 8.0, {**METADATA, "encoder": str(k)})) for k in (1, 2)]
    out = tmp_path / f"{mode}.webm"
    assert main(["clip", "compare", *paths, "--out", str(out), "--mode", mode, "--title", "Before", "--json"]) == 0
    assert data_of(capsys) == {"path": str(out)}
    found = read_clip(out)
    assert len(found.frames) == 4
    assert [part["title"] for part in found.metadata["of"]] == ["Before", "2.webm"]
    assert found.metadata["mode"] == mode


def test_compare_refuses_one_seven_and_unknown_modes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = str(write_clip(tmp_path / "a.webm", moving(2), 8.0, {})), str(tmp_path / "b.webm")
    for call, why in (
        ([path], "compared with itself"),
        ([path] * 7, "too many"),
        ([path, path, "--mode", "blink"], "no way to compare"),
    ):
        assert main(["clip", "compare", *call, "--out", out]) == 2
        assert why in capsys.readouterr().err
    assert not Path(out).exists()


def test_judge_draws_a_bar_a_frame(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(write_clip(tmp_path / name, clip(name), 8.0, {}, 4)) for name in ("Pipwick", "critter")]
    assert main(["clip", "judge", *paths, "--concept", "Pipwick", "--library", str(tmp_path / "library")]) == 0
    told = capsys.readouterr().out
    assert "████████████  100 % of 12" in told
    assert "▁▁▁▁▁▁▁▁▁▁▁▁  0 % of 12" in told
    assert main(["clip", "judge", str(tmp_path / "none.webm"), "--concept", "Pipwick"]) == 2
    assert "There is no clip" in capsys.readouterr().err
