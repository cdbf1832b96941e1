"""`gpu`: what it says of this computer, and what it does and refuses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.cli import main
from core.cli.console import DONE, WRONG_INPUT
from core.hardware.pack import place as places
from core.hardware.pack.place import Place
from core.hardware.pack.standing import State
from tests.core.hardware.pack.samples import BROKEN, put, shelf


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An index on the disk in the place of the one that pip is set to, and a sheet of what it has."""
    made = shelf(tmp_path / "Lacuna")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(places, "sheet_for_this_system", lambda: made.sheet)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "Lacuna/index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return made


def last(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_it_is_installed_and_removed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (place.root / "choice.json").unlink()
    assert main(["gpu", "install"]) == WRONG_INPUT
    assert "--accept-licence" in capsys.readouterr().err
    assert main(["gpu", "install", "--accept-licence", "--json"]) == DONE
    assert last(capsys)["cuda"] == "13.0"
    assert place.marker() is not None
    assert main(["gpu", "status"]) == DONE
    assert str(place.folder) in capsys.readouterr().out
    assert main(["gpu", "remove"]) == WRONG_INPUT
    assert main(["gpu", "remove", "--yes", "--json"]) == DONE
    assert place.marker() is None


def test_what_a_trial_finds_is_the_status_of_the_command(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gpu", "check"]) == WRONG_INPUT
    put(place, BROKEN)
    assert main(["gpu", "check"]) == 3
    assert "libcudart.so.13" in capsys.readouterr().err
    assert main(["gpu", "status", "--json"]) == DONE
    assert last(capsys)["used"] is False


def test_when_it_is_used_is_decided_and_told(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    put(place)
    assert main(["gpu", "use", "never"]) == DONE
    assert main(["gpu", "status", "--json"]) == DONE
    assert last(capsys)["use"] == "never"
    with pytest.raises(SystemExit):
        main(["gpu", "use", "sometimes"])


def test_the_state_of_this_computer_is_one_of_those_we_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gpu", "status", "--json"]) == DONE
    assert last(capsys)["state"] in set(State)
