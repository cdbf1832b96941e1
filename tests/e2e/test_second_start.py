"""A double click on a bundle while the window is minimised, at a home whose name has spaces and letters of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.library.bundle import pack
from core.library.store import Library
from tests.e2e.screen import ROOT, Reader, person
from tests.gui.samples import add_entry


def bundle(folder: Path) -> Path:
    """A bundle of an entry that no library holds any more."""
    library = Library(folder / "elsewhere")
    add_entry(library, folder, "Pipwick", "character", "critter")
    return pack(library.get("Pipwick"), folder / "für dich.lacuna", "MIT")


def start_again(someone: Reader, home: Path, *arguments: str) -> int:
    """The exit status of another start, as a desktop does it."""
    homes = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    environ = {**os.environ, **homes, "HOME": str(home), "DISPLAY": someone.display, "QT_QPA_PLATFORM": "xcb"}
    return subprocess.run([sys.executable, "main.py", *arguments], cwd=ROOT, env=environ, timeout=60).returncode


def test_it_brings_the_window_back_and_takes_the_bundle_in(tmp_path: Path) -> None:
    home = tmp_path / "Größe 1"
    (home / "config/Lacuna").mkdir(parents=True)
    (home / "config/Lacuna/settings.toml").write_text("schema = 2\nwelcomed = true\n", "utf-8")
    given = bundle(tmp_path)
    with person(home, shots=tmp_path / "shots") as someone:
        someone.see("Library")
        someone.minimise()
        someone.wait("window that is gone", lambda: not someone.widgets())
        assert start_again(someone, home) == 0
        someone.see("Library")
        assert start_again(someone, home, given.as_uri()) == 0
        someone.see_text("Take “Pipwick” into the library?")
        someone.click("Take in")
        someone.see_text("taken into")
        someone.shoot("taken-in")
        someone.press("ctrl+q")
        assert someone.process.wait(20) == 0
    assert len(list((home / "data/Lacuna/library/entries").glob("[!.]*"))) == 1
