"""`settings` and `diagnostics` do what the window's pages do."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from core.cli.app import main
from core.folders import settings_file
from core.settings import current


@pytest.fixture(autouse=True)
def unset() -> None:
    """Every test begins without a file."""
    settings_file().unlink(missing_ok=True)


def test_a_setting_is_set_shown_and_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "set", "memory", "low"]) == 0
    assert main(["settings", "set", "notify", "off"]) == 0
    assert (current().memory, current().notify) == ("low", False)
    capsys.readouterr()
    assert main(["settings", "show"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["memory", "low", "*"] in lines
    assert ["theme", "system"] in lines
    settings_file().unlink()


def test_reset_keeps_the_library(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main(["settings", "set", "library", str(tmp_path)])
    main(["settings", "set", "memory", "high"])
    assert main(["settings", "reset"]) == 0
    assert (current().memory, current().library) == ("auto", str(tmp_path))
    assert "usual" in capsys.readouterr().out
    settings_file().unlink()


def test_the_settings_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "show", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["settings"]["memory"] == "auto"
    assert told["file"] == str(settings_file())


@pytest.mark.parametrize("words", [["memory", "huge"], ["colour", "red"]])
def test_a_wrong_setting_is_one_line_and_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "set", *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not settings_file().exists()


def test_a_device_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "path", "--device", "toaster"]) == 2
    assert "device" in capsys.readouterr().err


def test_diagnostics_are_listed_and_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.zip"
    assert main(["diagnostics", "--library", str(tmp_path), "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["parts"] == zipfile.ZipFile(out).namelist()
    assert main(["diagnostics", "--library", str(tmp_path), "--out", str(out)]) == 2
