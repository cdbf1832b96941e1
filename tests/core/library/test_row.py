from __future__ import annotations

import json

import pytest

from core.library.entry import Entry
from core.library.row import in_utc, row_of
from core.library.store import Library
from tests.core.library.samples import add


def test_a_row_says_in_short_what_the_entry_says(library: Library) -> None:
    entry = add(library, "Größe", concepts=("Pipwick", "car"), tags=("keep",), stars=3, start="x", strength=1)
    [row] = library.rows()
    assert row._replace(stamp="") == row_of(entry)
    assert (row.id, row.name, row.concepts, row.tags, row.stars) == (
        entry.id,
        "Größe",
        ("Pipwick", "car"),
        ("keep",),
        3,
    )
    assert (row.strength, row.start, row.passed, row.damage, row.missing) == (1.0, "x", None, "", False)
    assert "grösse" in row.words
    assert row.stamp


def test_an_entry_without_manifest_is_a_row_by_its_id(library: Library) -> None:
    entry = add(library)
    (entry.folder / "manifest.json").unlink()
    [row] = library.rows()
    assert (row.name, bool(row.damage), row.words) == (entry.id, True, entry.id)
    assert row.created.startswith(f"{entry.id[:4]}-{entry.id[4:6]}-{entry.id[6:8]}T")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00.000000+00:00"),
        ("2026-05-01T12:00:00", "2026-05-01T12:00:00.000000+00:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_times_of_every_zone_sort_as_text(given: str, expected: str) -> None:
    assert in_utc(given) == expected


def test_a_clock_that_was_set_back_keeps_every_entry(library: Library) -> None:
    entries = [add(library, name) for name in ("One", "Two", "Three")]
    for entry, created in zip(
        entries, ("1970-01-01T00:00:00+00:00", "2999-01-01T00:00:00-05:00", "no time"), strict=True
    ):
        _say(entry, created)
    assert {row.name for row in library.rows()} == {"One", "Two", "Three"}
    assert [row.name for row in library.rows() if row.name != "Three"] == ["Two", "One"]


def _say(entry: Entry, created: str) -> None:
    path = entry.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "created": created}), "utf-8")
