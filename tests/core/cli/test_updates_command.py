"""`updates` asks at once, for it was asked; told of in words and as an object."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.hardware.software import lacuna_version
from core.settings import DEFAULTS, change, load, settings_file
from tests.server import FileServer, clear_network, serving

OWN = lacuna_version()

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """The home of a bundle, which this is for the time of the test."""
    clear_network(monkeypatch)
    with serving({}) as made:
        told = {"version": "99.10", "page": f"{made.url}/new", "summary": "New \x1b[1mmethods."}
        made.files["news.json"] = json.dumps(told).encode()
        (tmp_path / "resources").mkdir()
        lines = f'feed = "{made.plain}/news.json"\npage = ""\n'
        (tmp_path / "resources/release.toml").write_text(lines, "utf-8")
        monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
        yield made


def test_a_newer_version_is_told(server: FileServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert load().settings.updates is DEFAULTS.updates is False
    assert main(["updates"]) == 0
    expected = f"Lacuna 99.10 is out; this is {OWN}.\nNew [1mmethods.\n{server.url}/new\n"
    assert capsys.readouterr().out == expected


def test_an_object_for_programs(server: FileServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["updates", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    own = {"version": OWN, "newest": "99.10", "newer": True}
    assert found == {**own, "page": f"{server.url}/new", "summary": "New [1mmethods."}


def test_the_newest_version_is_told_to_be_that(server: FileServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.files["news.json"] = json.dumps({"version": OWN, "page": f"{server.url}/new"}).encode()
    assert main(["updates"]) == 0
    assert capsys.readouterr().out == f"This is Lacuna {OWN}; none is newer.\n"


def test_what_goes_wrong_is_a_sentence(server: FileServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.files.clear()
    assert main(["updates"]) == 3
    assert capsys.readouterr().err.startswith("lacuna: It could not be found out whether there is a newer Lacuna.")


@pytest.mark.usefixtures("server")
def test_offline_nobody_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    change(offline=True)
    try:
        assert main(["updates"]) == 2
    finally:
        settings_file().unlink()
    assert "offline" in capsys.readouterr().err


def test_a_source_tree_has_nobody_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["updates"]) == 2
    assert "no address to ask" in capsys.readouterr().err
