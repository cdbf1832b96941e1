"""Entries changed, copied and found again from the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.library.manifest import Manifest
from core.library.store import Library
from tests.core.library.samples import SCORECARD, add

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(library: Library, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["library", *arguments, "--library", str(library.root)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def manifest_of(library: Library, wanted: str) -> Manifest:
    found = library.get(wanted).manifest
    assert found is not None
    return found


def names(out: str) -> list[str]:
    """The names in a list printed as JSON."""
    return [json.loads(line)["name"] for line in out.splitlines()]


def test_stars_tags_and_notes(run: Run, library: Library) -> None:
    add(library, "One")
    assert run("rate", "One", "4")[1] == "“One” has 4 of 5 stars.\n"
    run("tag", "One", "demo", "Keep")
    assert run("tag", "One", "new", "--off", "DEMO")[1] == "“One” has the tags: Keep, new.\n"
    assert json.loads(run("note", "One", "Fine.", "--json")[1])["notes"] == "Fine."
    found = manifest_of(library, "One")
    assert (found.stars, found.tags, found.notes) == (4, ("Keep", "new"), "Fine.")
    status, out, err = run("rate", "One", "6")
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_the_list_is_searched_filtered_and_sorted(run: Run, library: Library) -> None:
    add(library, "Fern", prompt="a fern in the rain", kind="object")
    add(library, "Pip", tags=("demo",))
    add(library, "Zed", stars=5)
    asked: dict[tuple[str, ...], list[str]] = {
        (): ["Zed", "Pip", "Fern"],
        ("--search", "RAIN fern"): ["Fern"],
        ("--kind", "object"): ["Fern"],
        ("--tag", "Demo"): ["Pip"],
        ("--stars", "5"): ["Zed"],
        ("--verdict", "unjudged", "--sort", "name"): ["Fern", "Pip", "Zed"],
        ("--sort", "oldest"): ["Fern", "Pip", "Zed"],
        ("--state", "damaged"): [],
    }
    for arguments, expected in asked.items():
        assert names(run("list", "--json", *arguments)[1]) == expected
    assert run("list", "--search", "nobody") == (0, "No entry fits.\n", "")
    status, _, err = run("list", "--sort", "colour")
    assert status == 2
    assert "newest, oldest, name, rating, seen" in err


def test_a_copy_and_another_name(run: Run, library: Library) -> None:
    add(library, "One")
    assert run("duplicate", "One", "--name", "Two")[0] == 0
    assert run("rename", "Two", "One")[1].endswith("is now called “One (2)”.\n")
    assert sorted(entry.name for entry in library.entries()) == ["One", "One (2)"]


def test_another_strength_as_a_copy_or_in_its_place(run: Run, library: Library) -> None:
    entry = add(library, "One")
    assert "To measure it: score" in run("strength", "One", "0.5")[1]
    assert manifest_of(library, "One (2)").strength == 0.5
    run("strength", entry.id, "1.2", "--replace")
    assert (manifest_of(library, "One").strength, manifest_of(library, "One").source) == (1.2, entry.id)
    assert [gone.id for gone in library.trashed()] == [entry.id]
    status, _, err = run("strength", "One", "1.6")
    assert (status, "0 to 1.5" in err) == (2, True)


def test_a_missing_entry_is_told_relinked_and_forgotten(run: Run, library: Library, tmp_path: Path) -> None:
    one, two = add(library, "One"), add(library, "Two")
    run("list")
    for entry in (one, two):
        shutil.move(entry.folder, tmp_path / entry.id)
    assert run("rescan")[1].count("vanished") == 2
    assert run("rescan")[1] == "Nothing has changed outside.\n"
    assert run("list")[1].count("missing") == 2
    assert {"id": one.id, "name": "One", "missing": True} in _objects(run("list", "--json")[1])
    status, _, err = run("show", "One")
    assert (status, "its folder is gone" in err) == (2, True)
    assert run("relink", "One", str(tmp_path / one.id)) == (0, f"“One” is back: {one.id}\n", "")
    assert run("forget", "Two")[0] == 0
    assert names(run("list", "--json")[1]) == ["One"]
    assert library.get("One") == one


def _objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_entries_of_another_library_are_taken_in(run: Run, library: Library, tmp_path: Path) -> None:
    other = Library(tmp_path / "other")
    add(other, "One")
    add(other, "Two")
    status, out, _ = run("adopt", str(other.root))
    assert (status, out.count("was taken in")) == (0, 2)
    assert sorted(entry.name for entry in library.entries()) == ["One", "Two"]
    status, _, err = run("adopt", str(other.root))
    assert (status, "already in the library" in err) == (2, True)
    assert run("adopt", str(tmp_path / "nothing"))[0] == 2


def test_purge_wants_to_be_told_what(run: Run, library: Library) -> None:
    for name in ("One", "Two", "Three"):
        add(library, name)
        library.trash(name)
    assert run("purge")[0] == 2
    assert run("purge", "One", "--all")[0] == 2
    assert run("purge", "One")[1] == "Deleted for good: 1 entry.\n"
    assert json.loads(run("purge", "--all", "--json")[1]) == {"deleted": 2}
    assert library.trashed() == []


def test_history_is_told_line_by_line(run: Run, library: Library) -> None:
    entry = add(library, "One")
    library.duplicate("One", "Two")
    library.set_scorecard("One", SCORECARD)
    assert run("history", "One")[1].endswith("  Erased: Pipwick.\n")
    told = json.loads(run("history", "Two", "--json")[1])
    assert (told["what"], told["about"]) == ("Copied from “One”.", entry.id)


def test_what_cannot_be_made_again_is_told(run: Run, library: Library) -> None:
    add(library, "One", preset="")
    status, _, err = run("again", "One")
    assert (status, "names no preset" in err) == (2, True)
