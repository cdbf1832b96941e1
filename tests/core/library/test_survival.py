"""What a kill, a full disk and missing rights leave behind, each in a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from core.library.store import Library
from tests.core.library.samples import add, leftovers

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals, limits and rights")


def command(root: Path, *words: str) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("child.py")), str(root), *words]


def reported(root: Path, mode: str) -> dict[str, Any]:
    done = subprocess.run(command(root, mode), env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def halted(root: Path, mode: str, event: str, word: str) -> subprocess.Popen[str]:
    """A process that says HALTED in the middle of a write and stays there."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(root, mode, event, word), env=ENVIRONMENT, text=True, stdin=pipe, stdout=pipe)


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder that every user may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize(
    ("event", "word"), [("open", ".part/delta.safetensors"), ("open", ".part/manifest.json"), ("os.rename", ".part")]
)
def test_a_kill_while_adding_leaves_the_library_whole(library: Library, event: str, word: str) -> None:
    first = add(library, "First")
    with halted(library.root, "add", event, word) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "HALTED\n"
        assert len(leftovers(library.root)) == 1
        assert len(Library(library.root).entries()) == 1
        assert len(leftovers(library.root)) == 1, "an entry that is being written was swept"
        child.kill()
    again = Library(library.root)
    assert leftovers(library.root) == []
    assert again.entries() == [first]
    assert add(again, "Second").damage == ""


@pytest.mark.parametrize("word", [".manifest.json.", ".scorecard.json."])
def test_a_kill_while_the_scorecard_is_replaced_leaves_a_sound_entry(library: Library, word: str) -> None:
    add(library, "First")
    with halted(library.root, "rescore", "os.rename", word) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "HALTED\n"
        child.kill()
    assert library.get("First").damage == ""
    assert library.verify() == []
    assert library.set_scorecard("First", {"n": 1}).scorecard == {"n": 1}


def test_a_full_disk_is_told_and_leaves_nothing(library: Library) -> None:
    add(library, "First")
    told = reported(library.root, "small")
    assert told["kind"] == "storage"
    assert "The disk takes no file of this size." in told["text"]
    assert [entry.name for entry in library.entries()] == ["First"]
    assert leftovers(library.root) == []
    assert library.verify() == []


def test_a_read_only_library_is_read_and_refuses_writes(open_folder: Path) -> None:
    library = Library(open_folder / "library")
    add(library, "First")
    for folder in (library.root, library.root / "entries"):
        folder.chmod(0o555)
    told = reported(library.root, "powerless")
    assert told["names"] == told["found"] == ["First"]
    assert told["kind"] == "storage"
    assert "Choose a folder you may write to." in told["text"]
    assert leftovers(library.root) == []
