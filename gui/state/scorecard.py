"""A scorecard as the window reads it: whatever figures are there, in a fixed order, and nothing where they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.i18n import number, percent, tr
from core.library.verdict import SEEN_LIMIT
from gui.state.words import decimal, duration, size

COLUMNS = {
    "original": tr("Before"),
    "negative_prompt": tr("Negative prompt"),
    "filtered": tr("Prompt filter"),
    "erased": tr("After"),
}
"""Keys of the columns in a scorecard, and their words."""

SEEN = {
    "direct": tr("Named directly"),
    "paraphrase": tr("Named in other words"),
    "implicit": tr("Described, not named"),
    "direct_videos": tr("Clips with any such frame"),
}
CLOSED = SEEN_LIMIT
"""The rate under direct prompts up to which the text door counts as closed: the same as for a verdict."""

CHANGES = {
    "motion_kept": tr("Motion kept"),
    "frozen": tr("Clips that froze"),
    "leakage": tr("Seen in some frames only"),
    "consistency_change": tr("Change of consistency"),
    "lpips": tr("Distance to the pictures before"),
}
"""Figures of the erased encoder that are no rate of prompts, and their words; `measures` puts them into sentences."""

_PLAIN = ("consistency_change", "lpips")

_STAGES = {"generation": tr("Generation"), "erasure": tr("Erasure"), "evaluation": tr("Evaluation")}

KEPT = {"neighbours": tr("Its neighbours"), "unrelated": tr("Unrelated things"), "motion": tr("The right motion")}


@dataclass(frozen=True)
class Figure:
    """A measured rate with the number of samples and its 95 % interval."""

    value: float
    n: int
    low: float
    high: float

    @property
    def words(self) -> str:
        """The rate, the samples and the interval in one line."""
        return tr(
            "{rate} of {count}, 95 % between {low} and {high}",
            rate=percent(self.value),
            count=self.n,
            low=percent(self.low),
            high=percent(self.high),
        )


@dataclass(frozen=True)
class Row:
    """One kind of prompt: a figure for each column that was measured; `retained` is after ÷ before, if known."""

    key: str
    title: str
    figures: dict[str, Figure]
    retained: Figure | None = None


def figure(data: Any) -> Figure | None:
    """The figure in a piece of a scorecard, None if there is none."""
    try:
        return Figure(float(data["value"]), int(data["n"]), float(data["low"]), float(data["high"]))
    except (KeyError, TypeError, ValueError):
        return None


def _part(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def hosts(card: dict[str, Any] | None) -> list[str]:
    """The hosts that were measured, stills first."""
    measured = _part(card, "hosts")
    listed = sorted(measured, key=lambda name: name != "still") if isinstance(measured, dict) else ()
    return [name for name in listed if _rows(card, name, {**SEEN, **KEPT})]


def seen(card: dict[str, Any] | None, host: str) -> list[Row]:
    """How often the concept is seen, by kind of prompt."""
    return _rows(card, host, SEEN)


def kept(card: dict[str, Any] | None, host: str) -> list[Row]:
    """How often other things still come out right."""
    return _rows(card, host, KEPT)


def _rows(card: dict[str, Any] | None, host: str, titles: dict[str, str]) -> list[Row]:
    made = []
    for key, title in titles.items():
        found = {column: figure(_part(card, "hosts", host, column, key)) for column in COLUMNS}
        figures = {column: value for column, value in found.items() if value is not None}
        if figures:
            made.append(Row(key, title, figures, figure(_part(card, "hosts", host, "retained", key))))
    return made


def measures(card: dict[str, Any] | None, host: str) -> list[tuple[str, str]]:
    """What else was measured in a host, as label and words: motion, consistency, distance, and what leaks through.

    Consistency stands beside motion, since a frozen clip is perfectly consistent.
    """
    erased = {key: figure(_part(card, "hosts", host, "erased", key)) for key in CHANGES}
    made = [(CHANGES[key], _measure(found, key)) for key, found in erased.items() if found]
    made += _before_after(card, host, "motion_amount", tr("Pixels moved a frame"))
    made += _before_after(card, host, "consistency", tr("Consistency"))
    if gap := figure(_part(card, "transfer_gap", host)):
        made.append((tr("Seen more than in pictures"), _interval(gap, percent)))
    return made


def _measure(found: Figure, key: str) -> str:
    return _interval(found, _fine if key in _PLAIN else percent)


def _fine(value: float) -> str:
    return decimal(value, 3)


def _interval(found: Figure, words: Callable[[float], str]) -> str:
    return tr(
        "{figure}, n {count}, 95 % between {low} and {high}",
        figure=words(found.value),
        count=found.n,
        low=words(found.low),
        high=words(found.high),
    )


def _before_after(card: dict[str, Any] | None, host: str, key: str, title: str) -> list[tuple[str, str]]:
    pair = [figure(_part(card, "hosts", host, column, key)) for column in ("original", "erased")]
    found = [value for value in pair if value]
    return (
        [(title, f"{decimal(found[0].value, 2)} → {decimal(found[1].value, 2)}, n {found[1].n}")]
        if len(found) == 2
        else []
    )


def _by_weight(card: dict[str, Any] | None, first: str) -> list[str]:
    """The hosts in the order in which they speak for the whole: the one asked for, then video, then stills."""
    return sorted(hosts(card), key=lambda name: (name != first, name == "still"))


def headline(card: dict[str, Any] | None, host: str = "") -> tuple[Figure, Figure] | None:
    """The concept's direct rate before and after, in a host, or else in the first that has both."""
    for name in _by_weight(card, host):
        before = figure(_part(card, "hosts", name, "original", "direct"))
        after = figure(_part(card, "hosts", name, "erased", "direct"))
        if before and after:
            return before, after
    return None


def kept_share(card: dict[str, Any] | None, what: str, host: str = "") -> Figure | None:
    """How much of the original's accuracy on `neighbours` or `unrelated` is left, in a host, or else in another."""
    shares = (figure(_part(card, "hosts", name, "retained", what)) for name in _by_weight(card, host))
    return next((share for share in shares if share), None)


def is_quick(card: dict[str, Any] | None) -> bool:
    """Whether few prompts were judged, so that the intervals are wide."""
    return bool(_part(card, "quick"))


def facts(card: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What the erasure cost and how it was made, as label and value."""
    named = (("method", tr("Method")), ("judge", tr("Judged by")), ("lpips_features", tr("Distances read from")))
    made = [(words, _part(card, key)) for key, words in named]
    pairs = [(words, str(value)) for words, value in made if value]
    if isinstance(strength := _part(card, "strength"), int | float):
        pairs.append((tr("Strength"), number(strength, "g")))
    spent = [(words, _part(card, "seconds", key)) for key, words in _STAGES.items()]
    pairs += [(words, duration(value)) for words, value in spent if isinstance(value, int | float)]
    peak, small = _part(card, "peak_memory_bytes"), _part(card, "artifact_bytes")
    sizes = ((tr("Peak memory"), peak), (tr("Size of the change"), small))
    return pairs + [(words, size(value)) for words, value in sizes if isinstance(value, int | float)]
