"""A probe report is read as far as it goes, and says no more than its figures do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.library.entry import REPORT, Entry
from core.library.store import Library
from gui.state.card_pair import PairRow, pair_of
from gui.state.harden import harden_spec
from gui.state.probe_report import ProbeReport, door, read_reports
from gui.state.scorecard import Figure
from tests.gui.samples import add_entry, add_report


@pytest.fixture
def kept(folder: Path) -> Library:
    """The drawn library."""
    return Library(folder)


def newest(entry: Entry) -> ProbeReport:
    """The first report that is listed."""
    return read_reports(entry)[0]


def test_a_report_is_read_with_its_pictures_and_the_newest_comes_first(kept: Library, tmp_path: Path) -> None:
    add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.0)}, complete=False)
    entry = add_report(kept, tmp_path, kept.get("Pipwick"))
    new, old = read_reports(entry)
    assert new.complete
    assert "stopped half-way" in old.title
    assert "Pictures" in new.title
    direct = new.tried[0]
    assert (direct.name, direct.attack, direct.text) == ("direct", False, True)
    assert [figure.value for figure in direct.row.figures.values()] == [0.92, 0.0]
    assert "name the concept plainly" in direct.summary
    assert all(example.before and example.before.is_file() for tried in new.tried for example in tried.examples)


def test_an_open_text_door_and_the_denoiser_are_both_told(kept: Library, tmp_path: Path) -> None:
    said = " ".join(door(newest(add_report(kept, tmp_path, kept.get("Pipwick")))))
    assert "The text door is not closed" in said
    assert "75 %, “Searched words” 33 %" in said
    assert "The denoiser still holds the concept: without any words it came back in 92 % of pictures." in said


def test_a_closed_door_says_how_sure_it_is_and_that_the_denoiser_was_not_asked(kept: Library, tmp_path: Path) -> None:
    rates = {"direct": (0.9, 0.0), "paraphrase": (0.9, 0.04)}
    closed, denoiser = door(newest(add_report(kept, tmp_path, kept.get("Pipwick"), rates)))
    assert closed == "The text door is closed to all 2 of these probes; with 12 judged, up to 30 % would still fit."
    assert "The denoiser was not asked" in denoiser


def test_a_probe_that_did_not_work_before_proves_nothing(kept: Library, tmp_path: Path) -> None:
    rates = {"direct": (0.9, 0.0), "foreign": (0.08, 0.0)}
    closed, idle, _ = door(newest(add_report(kept, tmp_path, kept.get("Pipwick"), rates)))
    assert closed.startswith("The text door is closed to the probe “By name”")
    assert idle.startswith("“Misspelt” hardly brought the concept out of the original encoder either")


def test_a_strangers_report_reaches_no_file_outside_and_breaks_nothing(kept: Library, tmp_path: Path) -> None:
    entry = add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.0)})
    path = entry.reports[0]
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"x")
    data = json.loads(path.read_text("utf-8"))
    example = {"prompt": 5, "before": "../../../outside.png", "after": str(outside), "seen_after": "yes", "seed": "x"}
    data["probes"] = ["nonsense", {"name": "unheard_of", "before": "x", "examples": [example, 3]}]
    path.write_text(json.dumps(data), "utf-8")
    (tried,) = newest(entry).tried
    assert (tried.title, tried.summary, tried.row.figures) == ("unheard_of", "", {})
    (shown,) = tried.examples
    assert (shown.prompt, shown.before, shown.after, shown.seen_after, shown.seed) == ("5", None, None, False, 0)
    assert len(door(newest(entry))) == 1


def test_a_report_that_cannot_be_read_is_left_out(kept: Library, tmp_path: Path) -> None:
    entry = add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.0)})
    assert entry.reports[0].name == REPORT
    entry.reports[0].write_text('{"schema": 99}', "utf-8")
    assert read_reports(entry) == []


def test_a_hardened_entry_stands_beside_the_one_it_began_from(kept: Library, tmp_path: Path) -> None:
    old = add_report(kept, tmp_path, kept.get("Pipwick"), {"direct": (0.9, 0.0), "token_search": (1.0, 1.0)})
    new = add_entry(kept, tmp_path, "Pipwick", "character", "critter", start=old.id)
    new = add_report(kept, tmp_path, new, {"token_search": (1.0, 0.0)})
    pair = pair_of(new, kept)
    assert pair is not None
    assert (pair.old.id, pair.new.id) == (old.id, new.id)
    assert pair.hosts == ["still", "animatediff", "text2video"]
    seen, kept_rows, attacks = pair.groups("animatediff")
    assert [row.title for row in seen.rows] == ["Named directly", "Named in other words", "Described, not named"]
    assert [row.new.value for row in kept_rows.rows if row.new] == [0.97, 0.99]
    assert [(row.title, row.verdict) for row in attacks.rows] == [("Searched words", "better")]


def test_an_entry_that_began_afresh_has_nothing_beside_it(kept: Library, tmp_path: Path) -> None:
    assert pair_of(kept.get("Pipwick"), kept) is None
    lost = add_entry(kept, tmp_path, "Grumbo", "character", "critter", start="20200101-gone-abcdef")
    assert pair_of(lost, kept) is None


@pytest.mark.parametrize(
    ("old", "new", "lower_is_better", "verdict"),
    [
        ((0.9, 0.8, 1.0), (0.1, 0.0, 0.2), True, "better"),
        ((0.9, 0.8, 1.0), (0.1, 0.0, 0.2), False, "worse"),
        ((0.2, 0.1, 0.5), (0.3, 0.2, 0.6), True, "too close to tell"),
    ],
)
def test_a_difference_is_told_only_where_the_intervals_part(
    old: tuple[float, float, float], new: tuple[float, float, float], lower_is_better: bool, verdict: str
) -> None:
    both = [Figure(value, 12, low, high) for value, low, high in (old, new)]
    assert PairRow("", both[0], both[1], lower_is_better).verdict == verdict
    assert PairRow("", both[0], None, lower_is_better).verdict == ""


def test_hardening_goes_on_with_what_the_entry_was_made_with(kept: Library) -> None:
    entry = kept.get("Pipwick")
    spec = harden_spec(entry, str(kept.root))
    assert (spec.concept, spec.also, spec.start, spec.preset) == ("Pipwick", (), entry.id, "adversarial")
    assert (spec.prompt, spec.host, spec.seed, spec.quick) == ("Pipwick bouncing in a meadow", "animatediff", 0, True)
