"""The library's commands over a real library."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cli import main
from core.library.entry import Entry
from core.library.manifest import Manifest
from core.library.store import Library

Run = Callable[..., tuple[int, str, str]]


def figure(value: float) -> dict[str, Any]:
    return {"value": value, "n": 16, "low": 0.0, "high": 1.0}


def add(root: Path, name: str) -> Entry:
    manifest = Manifest(
        name=name,
        concept="Pipwick",
        kind="character",
        family="starter",
        base="0" * 64,
        method="guarded",
        preset="guarded",
        settings={"steps": 3},
        strength=1.0,
        seed=0,
        prompt="Pipwick bouncing in a meadow",
        seconds={"erasure": 1.0},
        versions={"lacuna": "0.1.0"},
    )
    host = {"original": {"direct": figure(0.95)}, "erased": {"direct": figure(0.05)}}
    delta = {"text_model.weight": np.ones((2, 2), np.float32)}
    return Library(root).add(manifest, delta, {"schema": 1, "hosts": {"still": host}}, {})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["library", *arguments, "--library", str(root)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def test_an_empty_library_says_so(run: Run, root: Path) -> None:
    assert run("list") == (0, f"Nothing is kept in {root}.\n", "")
    assert run("list", "--json") == (0, "", "")
    assert run("list", "--trashed") == (0, "The trash is empty.\n", "")


def test_list_is_a_table_with_key_figures(run: Run, root: Path) -> None:
    entry = add(root, "Pipwick")
    status, out, _ = run("list")
    heading, row = out.splitlines()
    assert status == 0
    assert heading.split()[:4] == ["id", "name", "kind", "method"]
    assert row.split() == [entry.id, "Pipwick", "character", "guarded", "95", "%", "→", "5", "%"]


def test_list_as_json_is_one_object_an_entry(run: Run, root: Path) -> None:
    ids = {add(root, name).id for name in ("One", "Two")}
    _, out, _ = run("list", "--json")
    assert {json.loads(line)["id"] for line in out.splitlines()} == ids


def test_a_damaged_entry_is_marked_and_the_others_are_fine(run: Run, root: Path) -> None:
    add(root, "Good")
    (add(root, "Bad").folder / "manifest.json").write_text("{")
    status, out, _ = run("list")
    assert status == 0
    assert sum("damaged" in line for line in out.splitlines()) == 1
    assert any("Good" in line and "guarded" in line for line in out.splitlines())


def test_an_entry_of_a_newer_lacuna_is_marked_as_that(run: Run, root: Path) -> None:
    path = add(root, "Theirs").folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "schema": 2}), "utf-8")
    (line,) = [line for line in run("list")[1].splitlines() if "theirs" in line]
    assert "newer" in line
    assert "damaged" not in line
    status, _, said = run("rename", "20", "Ours")
    assert (status, "Update Lacuna" in said) == (2, True)


def test_show_gives_manifest_and_scorecard(run: Run, root: Path) -> None:
    entry = add(root, "Pipwick")
    for arguments in (("show", "Pipwick"), ("show", entry.id, "--json")):
        status, out, _ = run(*arguments)
        shown = json.loads(out)
        assert status == 0
        assert shown["manifest"]["concept"] == "Pipwick"
        assert shown["scorecard"]["hosts"]["still"]["erased"]["direct"]["value"] == 0.05


def test_an_unknown_entry_is_wrong_input(run: Run, root: Path) -> None:
    add(root, "Pipwick")
    for action in ("show", "verify", "remove", "restore"):
        status, out, err = run(action, "Pipwok")
        assert (status, out) == (2, "")
        assert err.startswith("lacuna: ")
        assert err.count("\n") == 1


def test_verify_finds_a_changed_byte(run: Run, root: Path) -> None:
    entry = add(root, "Pipwick")
    assert run("verify") == (0, "Every file is as it was written.\n", "")
    data = bytearray(entry.delta.read_bytes())
    data[-1] ^= 1
    entry.delta.write_bytes(data)
    status, out, _ = run("verify", "Pipwick")
    assert status == 3
    assert entry.id in out
    assert "delta.safetensors" in out
    status, out, _ = run("verify", "--json")
    assert (status, json.loads(out.splitlines()[0])["file"]) == (3, "delta.safetensors")


def test_rebuild_counts_the_entries(run: Run, root: Path) -> None:
    add(root, "One")
    assert run("rebuild")[:2] == (0, "The index was rebuilt: 1 entry.\n")
    add(root, "Two")
    assert json.loads(run("rebuild", "--json")[1]) == {"entries": 2}


def test_remove_and_restore_by_name(run: Run, root: Path) -> None:
    entry = add(root, "Pipwick")
    status, out, _ = run("remove", "Pipwick")
    assert status == 0
    assert f"library restore {entry.id}" in out
    assert run("list")[1].startswith("Nothing is kept")
    assert entry.id in run("list", "--trashed")[1]
    status, out, _ = run("restore", "Pipwick")
    assert (status, out) == (0, f"“Pipwick” is back: {entry.id}\n")
    assert entry.id in run("list")[1]


def test_a_library_below_a_file_fails_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["library", "list", "--library", str(tmp_path / "file" / "library")]) == 3
    told = capsys.readouterr()
    assert told.err.startswith("lacuna: ")
    assert told.err.count("\n") == 1
