"""From the welcome to an erased encoder that is compared, by a person's hands: real clicks and keys on a real display.

The pictures of each step are kept in the folder that LACUNA_SHOTS names, or in the test's own.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.screen import Person, person

ERASURE_SECONDS = 500.0
"""Far more than an erasure takes on two free cores; a busy machine may need it."""


def colours(path: Path) -> int:
    """How many colours a screenshot has; an empty window has a handful."""
    with Image.open(path) as picture:
        return len(picture.convert("RGB").getcolors(1 << 24) or ())


def frame(someone: Person) -> int:
    """The frame that the player stands on, once it stands."""

    def stands() -> int:
        first = shown(someone)
        time.sleep(0.5)
        return first if first == shown(someone) else 0

    return someone.wait("frame at rest", stands)


def shown(someone: Person) -> int:
    """The frame that the player tells now, from 1."""
    told = (widget["text"].partition(" / 12")[0] for widget in someone.widgets() if widget["text"].endswith(" / 12"))
    return int(next(told, "0"))


def entries(folder: Path) -> list[Path]:
    """The entries of the library."""
    return sorted((folder / "library" / "entries").glob("[!.]*"))


@pytest.mark.timeout(700)
def test_from_welcome_to_compare(tmp_path: Path) -> None:
    shots = Path(os.environ.get("LACUNA_SHOTS") or tmp_path / "shots")
    library = tmp_path / "library"
    with person(tmp_path, "--library", str(library), shots=shots) as someone:
        someone.see_text("Welcome to Lacuna")
        assert colours(someone.shoot("1-welcome")) > 500
        someone.click("Next")
        someone.click("Next")
        someone.shoot("2-first-steps")
        someone.click("Look around")

        someone.click("What should it forget?", "QLineEdit")
        someone.type("Tizzel")
        someone.shoot("3-erase")
        someone.press("ctrl+Return")
        someone.see("Cancel", seconds=10)
        someone.see_text("of 7)", seconds=120)
        someone.shoot("4-jobs")

        someone.see("Frame", "Timeline", seconds=ERASURE_SECONDS)
        someone.see_text(" / 12", seconds=20)
        someone.press("k")
        before = frame(someone)
        someone.press("comma", "comma")
        someone.see_text(f"{(before - 3) % 12 + 1} / 12")
        assert colours(someone.shoot("5-side-by-side")) > 2000
        someone.click("Layout: Wipe")
        someone.shoot("6-wipe")

        someone.press("ctrl+k")
        someone.see("Find a command", "QLineEdit")
        someone.type("library")
        someone.press("Return")
        someone.see("Search the library", "QLineEdit")
        someone.shoot("7-library")
        someone.press("ctrl+q")
        assert someone.process.wait(20) == 0
    [entry] = entries(tmp_path)
    manifest = json.loads((entry / "manifest.json").read_text("utf-8"))
    assert manifest["concept"] == "Tizzel"
    assert (entry / "scorecard.json").is_file()
