"""Changes as pieces of work: what they say, what stops half-way, and that the way back leads back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import InputError
from core.library.store import Library
from gui.state import library_changes as changes
from gui.state.library_changes import Note, Work
from tests.core.library.samples import add

State = list[tuple[str, str, int, tuple[str, ...], str]]


def state(library: Library) -> State:
    """All that a person may have said of what is kept."""
    return sorted((row.id, row.name, row.stars, row.tags, row.notes) for row in library.rows())


@pytest.fixture
def ids(library: Library) -> list[str]:
    return [add(library, name, tags=(name.lower(), "Both"), stars=n).id for n, name in enumerate(("One", "Two"))]


MADE: dict[str, Callable[[list[str]], Work]] = {
    "trash": changes.trash,
    "rename": lambda ids: changes.rename(ids[0], "Other"),
    "stars": lambda ids: changes.annotate(dict.fromkeys(ids, Note(stars=5, notes="Good."))),
    "more tags": lambda ids: changes.add_tags(ids, ["new", "BOTH"]),
    "fewer tags": lambda ids: changes.remove_tags(ids, ["both", "one"]),
    "copies": changes.duplicate,
    "strength": lambda ids: changes.strengthen(ids[0], 0.5),
    "strength in its place": lambda ids: changes.strengthen(ids[0], 0.5, replace=True),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_the_way_back_leads_back(library: Library, ids: list[str], make: Callable[[list[str]], Work]) -> None:
    before = state(library)
    done = make(ids)(library)
    after = state(library)
    assert after != before
    assert done.text
    assert done.back is not None
    back = done.back(library)
    assert state(library) == before
    assert back.back is not None
    back.back(library)
    assert [row[1:] for row in state(library)] == [row[1:] for row in after]


def test_what_fails_for_one_stops_no_other(library: Library, ids: list[str]) -> None:
    done = changes.trash(["20260101-nobody-abcdef", *ids])(library)
    assert done.text == "2 entries were moved to the trash."
    assert "20260101-nobody-abcdef" in done.problem
    assert set(done.ids) == set(ids)


def test_what_fails_for_all_says_so_and_has_no_way_back(library: Library, ids: list[str]) -> None:
    done = changes.add_tags(ids, ["x" * 100])(library)
    assert (done.text, done.ids, done.back) == ("", (), None)
    assert "cannot be a tag" in done.problem


def test_a_restored_entry_gets_its_name_back_if_it_is_free(library: Library, ids: list[str]) -> None:
    done = changes.trash(ids[:1])(library)
    add(library, "One")
    assert done.back is not None
    assert done.back(library).text == "“One (2)” is back in the library."


def test_a_folder_without_entries_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no entry"):
        changes.adopt([tmp_path])(library)


def test_a_rescan_counts_what_changed(library: Library, ids: list[str]) -> None:
    changes.rescan(library)
    assert changes.rescan(library).text == "Nothing has changed outside."
    (library.folder_of(ids[0]) / "scorecard.json").write_text("{}")
    assert changes.rescan(library).text == "Read again: 0 new, 1 changed, 0 missing."
