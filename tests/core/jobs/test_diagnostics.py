"""What is sent with a report of a fault holds no name and no folder of a person's own."""

from __future__ import annotations

import getpass
import json
import platform
import zipfile
from pathlib import Path

import pytest

from core.errors import InputError
from core.folders import log_folder
from core.jobs.diagnostics import TAIL, Redactor, collect, save
from core.settings import change


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library in a folder with a telling name."""
    folder = tmp_path / "Ann's Bücher"
    (folder / "entries" / "one").mkdir(parents=True)
    (folder / "entries" / ".half.part").mkdir()
    return folder


def test_folders_are_taken_out_however_they_are_written(library: Path) -> None:
    redact = Redactor(library)
    told = json.dumps({"path": str(library / "entries")})
    assert "Ann" not in redact(f"{library} {told} {library.as_uri()}")
    assert redact(f"read {library}/entries/one") == "read <library>/entries/one"
    assert redact(str(Path.home() / "x")) == "<home>/x"


def test_the_users_and_the_computers_name_are_taken_out(library: Path) -> None:
    redact = Redactor(library)
    assert redact(f"by {getpass.getuser()} on {platform.node()}.") == "by <user> on <computer>."
    assert redact(f"x{platform.node()}x") == f"x{platform.node()}x"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/ann/x", "/home/<user>/x"),
        ("/Users/ann", "/Users/<user>"),
        (r"C:\Users\Ann\x", r"C:\Users\<user>\x"),
        (r'"D:\\Users\\Ann\\x"', r'"D:\\Users\\<user>\\x"'),
    ],
)
def test_home_folders_of_others_lose_their_name(library: Path, text: str, left: str) -> None:
    assert Redactor(library)(text) == left


def test_the_parts_tell_the_machine_and_not_the_person(library: Path) -> None:
    change(library=str(library))
    log_folder().mkdir(parents=True, exist_ok=True)
    (log_folder() / "lacuna.log").write_text("x" * TAIL + f"\nopened {library}\n", "utf-8")
    try:
        parts = {part.name: part.text for part in collect()}
    finally:
        change(library="")
        (log_folder() / "lacuna.log").unlink()
    assert set(parts) == {"about.json", "checks.txt", "library.txt", "settings.toml", "lacuna.log"}
    assert json.loads(parts["about.json"])["versions"]["lacuna"]
    assert "entries: 1" in parts["library.txt"]
    assert 'library = "<library>"' in parts["settings.toml"]
    assert parts["lacuna.log"].endswith("opened <library>\n")
    assert "Ann" not in "".join(parts.values())


def test_what_is_saved_is_what_was_shown_and_nothing_is_overwritten(library: Path, tmp_path: Path) -> None:
    parts = collect(library)
    out = save(parts, tmp_path / "report.zip")
    with zipfile.ZipFile(out) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {p.name: p.text for p in parts}
    with pytest.raises(InputError, match="there already"):
        save(parts, out)
