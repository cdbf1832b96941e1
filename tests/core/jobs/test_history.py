from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from core.jobs.history import history
from core.jobs.parts import Part, settings_of
from core.library.entry import Entry
from core.library.store import Library
from tests.core.library.samples import SCORECARD, add


def told(entry: Entry, names: dict[str, str] | None = None) -> list[str]:
    return [moment.what for moment in history(entry, names or {})]


def test_an_erasure_tells_what_it_started_from(library: Library) -> None:
    first = add(library, "First")
    entry = add(library, "Second", start=first.id, concepts=("Pipwick", "car"))
    assert told(first) == ["Erased: Pipwick."]
    assert told(entry, {first.id: "First"}) == ["Erased: Pipwick, car.", "Started from “First”."]
    assert told(entry)[-1] == f"Started from “{first.id}”."
    assert [moment.about for moment in history(entry, {})] == ["", first.id]


def test_a_stack_tells_its_parts_by_their_names_of_today(library: Library) -> None:
    settings = settings_of("sum", [Part("a", "One", 1.0), Part("b", "Two", 1.0)])
    entry = add(library, method="stack", settings=settings)
    assert told(entry, {"a": "Uno"}) == ["Stacked of “Uno”.", "Stacked of “Two”."]


def test_a_copy_tells_its_source(library: Library) -> None:
    entry = add(library)
    assert told(library.duplicate(entry.id), {entry.id: "Pipwick"}) == ["Copied from “Pipwick”."]


def test_reports_and_a_later_scorecard_come_in_order(library: Library) -> None:
    entry = library.add_report(add(library).id, {"probes": []}, {})
    assert told(entry) == ["Erased: Pipwick.", "Probed."]
    entry = library.set_scorecard(entry.id, SCORECARD)
    later = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    os.utime(entry.folder / "scorecard.json", (later, later))
    moments = history(entry, {})
    assert [moment.what for moment in moments] == ["Erased: Pipwick.", "Probed.", "Measured."]
    assert [moment.when for moment in moments] == sorted(moment.when for moment in moments)


@pytest.mark.parametrize("created", ["yesterday", "9999-12-31T23:59:59-10:00", ""])
def test_a_strange_clock_is_no_reason_to_fail(library: Library, created: str) -> None:
    entry = add(library)
    path = entry.folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace(str(entry.created), created), "utf-8")
    assert told(library.get(entry.id)) == ["Erased: Pipwick."]
    path.unlink()
    assert told(library.get(entry.id)) == ["Made."]
