"""Models on the command line: listed, shown, downloaded, checked, mended, removed, and their licences and token."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.models.token import clear_token, token
from core.settings import change
from tests.core.models.shelf import BIG, FILES, TOTAL, WEIGHTS, ready, small
from tests.server import COMMIT, Fault, FileServer, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

ROOT = Path(__file__).parents[3]


@pytest.fixture
def models(tmp_path: Path) -> Iterator[Path]:
    """A models folder of its own, with one small offer."""
    small(tmp_path)
    change(models=str(tmp_path))
    yield tmp_path
    change(models="")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, models: Path) -> Iterator[FileServer]:
    assert models.is_dir()
    with serving(FILES) as made:
        ready(monkeypatch, made.url)
        yield made


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def by_name(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    assert main(["models", "list", "--json"]) == 0
    return {found["name"]: found for found in told(capsys)}


@pytest.mark.usefixtures("server")
def test_from_an_offer_to_a_model_and_back(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offered = by_name(capsys)["small"]
    assert (offered["kind"], offered["bytes"], offered["licence_accepted"]) == ("offer", 300_000, False)
    assert main(["models", "download", "small", "--accept-licence", "--json"]) == 0
    lines = told(capsys)
    assert (lines[0]["event"], lines[0]["total"], lines[0]["revision"]) == ("preview", TOTAL, COMMIT)
    assert any(line.get("event") == "progress" and line["total"] == TOTAL for line in lines)
    assert lines[-1] == {"event": "result", "model": "small", "state": "ready", "bytes": TOTAL}
    card = by_name(capsys)["small"]
    assert (card["kind"], card["installed"]) == ("model", True)
    assert card["sources"]["unet"]["path"] == str(models / "small" / "unet")
    assert main(["models", "remove", "small", "--yes", "--json"]) == 0
    assert told(capsys)[0]["bytes"] == TOTAL
    assert not (models / "small").exists()
    assert by_name(capsys)["small"]["kind"] == "offer"


def test_a_dry_run_fetches_nothing_and_accepts_nothing(
    server: FileServer, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "download", "small", "--dry-run", "--accept-licence", "--json"]) == 0
    (preview,) = told(capsys)
    assert [file["size"] for file in preview["files"]] == [len(BIG), 12]
    assert not preview["licence_accepted"]
    assert all(asked.path.startswith("/api") for asked in server.asked)
    assert not (models / "small").exists()


@pytest.mark.usefixtures("server")
def test_without_the_licence_it_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "download", "small"]) == 2
    assert "licence of “Small” has not been accepted" in capsys.readouterr().err
    assert main(["models", "licence", "small", "--json"]) == 0
    assert told(capsys)[0]["accepted"] is False
    assert main(["models", "licence", "small", "--accept"]) == 0
    assert "Accepted." in capsys.readouterr().out
    assert main(["models", "download", "small"]) == 0


def test_a_network_that_fails_ends_with_3(server: FileServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.always["unet/config.json"] = Fault("status", status=404)
    assert main(["models", "download", "small", "--accept-licence"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("lacuna: “unet/config.json” could not be downloaded.")
    assert said.count("\n") == 1


@pytest.mark.usefixtures("server")
def test_offline_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    change(offline=True)
    try:
        assert main(["models", "download", "small", "--accept-licence"]) == 2
    finally:
        change(offline=False)
    assert "offline" in capsys.readouterr().err


@pytest.mark.usefixtures("server")
def test_verify_and_repair(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify"]) == 0
    assert "No model was downloaded" in capsys.readouterr().out
    assert main(["models", "download", "small", "--accept-licence"]) == 0
    assert main(["models", "verify"]) == 0
    (models / "small" / WEIGHTS).write_bytes(b"?" + BIG[1:])
    capsys.readouterr()
    assert main(["models", "verify", "small"]) == 2
    assert WEIGHTS in capsys.readouterr().err
    assert main(["models", "list"]) == 0
    assert "moved or changed" in capsys.readouterr().out
    assert main(["models", "repair", "small"]) == 0
    assert main(["models", "verify", "small"]) == 0


@pytest.mark.usefixtures("server")
def test_remove_asks(models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "download", "small", "--accept-licence"]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert main(["models", "remove", "small"]) == 2, "a pipe is nobody who could be asked"
    assert "give --yes" in capsys.readouterr().err
    assert (models / "small" / WEIGHTS).is_file()


@pytest.mark.usefixtures("models")
def test_show_says_all_of_an_offer_and_of_the_bundled_pair(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", "sd15"]) == 0
    assert "CreativeML OpenRAIL-M" in capsys.readouterr().out
    assert main(["models", "show", "starter"]) == 0
    assert "came with Lacuna" in capsys.readouterr().out
    assert main(["models", "show", "animatelcm", "--json"]) == 0
    assert told(capsys)[0]["parts"]["lora"]["layout"] == "file"
    assert main(["models", "show", "nothing"]) == 2


@pytest.mark.usefixtures("server")
def test_show_says_where_a_model_lies_and_at_which_commit(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "download", "small", "--accept-licence"]) == 0
    capsys.readouterr()
    assert main(["models", "show", "small"]) == 0
    said = capsys.readouterr().out
    assert COMMIT in said
    assert str(models / "small" / "unet") in said


def test_the_token_comes_from_stdin_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    clear_token()
    monkeypatch.setattr(sys, "stdin", io.StringIO("hf_AbCdEfGhIj\n"))
    assert main(["models", "token", "set"]) == 0
    assert token() == "hf_AbCdEfGhIj"
    assert main(["models", "token", "show"]) == 0
    said = capsys.readouterr()
    assert "There is a token" in said.out
    assert "hf_Ab" not in said.out + said.err
    assert main(["models", "token", "clear"]) == 0
    assert token() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_pauses_within_two_seconds_and_ends_with_130(server: FileServer, models: Path) -> None:
    server.faults["unet/model.fp16.safetensors"] = [Fault("stall", at=200_000)]
    command = [sys.executable, "main.py", "models", "download", "small", "--accept-licence", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as running:
        assert running.stdout is not None
        assert next(line for line in running.stdout if json.loads(line).get("done", 0) > 60_000)
        running.send_signal(signal.SIGINT)
        assert running.wait(2) == 130
    assert (models / "small" / "unet" / "model.safetensors.part").stat().st_size > 60_000
    assert main(["models", "download", "small"]) == 0


@pytest.mark.usefixtures("server")
def test_a_model_whose_sheet_is_gone_can_be_checked_and_taken_off(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "download", "small", "--accept-licence"]) == 0
    (models / "catalogue" / "small.toml").unlink()
    assert main(["models", "verify", "--json"]) == 2  # bytes of the test, no safetensors
    assert main(["models", "remove", "small", "--yes"]) == 2
    told = capsys.readouterr().err
    assert "“Small” cannot be used." in told
    assert "models forget small" in told
    assert main(["models", "forget", "small"]) == 0


def test_a_folder_for_models_that_is_not_there_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(models=str(tmp_path / "gone"))
    try:
        assert main(["models", "list"]) == 0
        assert main(["generate", "a cat", "--family", "dream"]) == 2
    finally:
        change(models="")
    assert capsys.readouterr().err.count("is not there: is its disk connected?") == 2
