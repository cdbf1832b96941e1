"""What may be said of an erasure: the door is closed only where the scorecard and every probe say so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.library.entry import Entry
from core.library.store import Library
from gui.state.door import door, newest
from tests.gui.samples import add_report, rate

CLOSED = "The text door is closed; the video model’s own weights are unchanged and still hold the concept."


@pytest.fixture
def kept(folder: Path) -> Library:
    """The drawn library."""
    return Library(folder)


def seen(entry: Entry, value: float) -> Entry:
    """The entry as if the judge had seen the concept at this rate in every host."""
    columns = {"original": {"direct": rate(0.9, 24)}, "erased": {"direct": rate(value, 24)}}
    return replace(entry, scorecard={"hosts": dict.fromkeys(("still", "animatediff"), columns)})


def test_without_figures_nothing_is_promised(kept: Library) -> None:
    assert door(replace(kept.get("Pipwick"), scorecard=None)).startswith("Nothing was measured yet.")


def test_the_scorecard_closes_the_door_or_leaves_it_open(kept: Library) -> None:
    entry = kept.get("Pipwick")
    assert door(seen(entry, 0.04)) == CLOSED
    assert "prompts still bring the concept back in 25 % of frames" in door(seen(entry, 0.25))


def test_one_probe_that_comes_through_opens_it_again(kept: Library, tmp_path: Path) -> None:
    rates = {"direct": (0.9, 0.0), "paraphrase": (0.9, 0.42)}
    told = door(add_report(kept, tmp_path, kept.get("Pipwick"), rates))
    assert "not closed" in told
    assert "42 % of pictures" in told


def test_what_needs_no_words_says_nothing_of_the_text_door(kept: Library, tmp_path: Path) -> None:
    rates = {"direct": (0.9, 0.0), "latent_inversion": (0.9, 0.9)}
    assert door(seen(add_report(kept, tmp_path, kept.get("Pipwick"), rates), 0.04)) == CLOSED


def test_the_newest_run_of_a_probe_is_the_one_that_counts(kept: Library, tmp_path: Path) -> None:
    add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.8), "foreign": (0.9, 0.0)})
    entry = add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.0)})
    assert {tried.name: tried.after.value for tried in newest(entry) if tried.after} == {"direct": 0.0, "foreign": 0.0}
    assert door(seen(entry, 0.0)) == CLOSED
