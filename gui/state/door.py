"""What may be said of an erasure, and no more: whether text still brings the concept back, and what stays."""

from __future__ import annotations

from core.i18n import percent, tr
from core.library.entry import Entry
from gui.state.probe_report import Tried, read_reports
from gui.state.scorecard import CLOSED, headline


def door(entry: Entry, host: str = "") -> str:
    """One sentence or two: closed only if the scorecard says so and no probe of any report brought the concept back."""
    reopened = [tried for tried in newest(entry) if tried.text and _rate(tried) > CLOSED]
    if reopened:
        worst = max(reopened, key=_rate)
        return tr(
            "The text door is not closed: the probe “{probe}” brings the concept back in {rate} of pictures. Harden "
            "the entry, or raise its strength.",
            probe=worst.title,
            rate=percent(_rate(worst)),
        )
    return _measured(entry, host)


def newest(entry: Entry) -> list[Tried]:
    """Each probe that was ever run on the entry, as its newest report tells it."""
    found: dict[str, Tried] = {}
    for report in read_reports(entry):
        for tried in report.tried:
            if tried.after is not None:
                found.setdefault(tried.name, tried)
    return list(found.values())


def _rate(tried: Tried) -> float:
    return tried.after.value if tried.after else 0.0


def _measured(entry: Entry, host: str) -> str:
    seen_now = headline(entry.scorecard, host)
    if seen_now is None:
        return tr("Nothing was measured yet. The video model’s own weights are unchanged and still hold the concept.")
    if seen_now[1].value <= CLOSED:
        return tr("The text door is closed; the video model’s own weights are unchanged and still hold the concept.")
    return tr(
        "The text door is not closed: prompts still bring the concept back in {rate} of frames. "
        "Try a higher strength or another method.",
        rate=percent(seen_now[1].value),
    )
