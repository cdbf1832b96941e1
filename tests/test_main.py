"""What the first word leads to: the window for a file and its own option, the command line for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.i18n import VARIABLE
from gui.preflight import FAILED
from main import main


@pytest.fixture(autouse=True)
def blind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing to open a window on, and nothing to show a dialog with."""
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(VARIABLE, "en")
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.parametrize(
    "argument", ["a.lacuna", "A.LACUNA", "/home/me/a.lacuna", "./notes.txt", "file:///a.b", "--library", "--library=x"]
)
def test_a_file_opens_the_window(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lacuna", argument]) == FAILED
    assert "There is no display here." in capsys.readouterr().err


def test_nothing_opens_the_window() -> None:
    assert main(["lacuna"]) == FAILED


@pytest.mark.parametrize("argument", ["erasee", "lacuna", "", "notes.txt", "--nonsense"])
def test_a_command_that_is_none_is_refused_by_the_command_line(
    argument: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["lacuna", argument])
    assert left.value.code == 2
    assert "--help" in capsys.readouterr().err
