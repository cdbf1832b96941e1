"""A scorecard is shown as far as it goes."""

from __future__ import annotations

from typing import Any

import pytest

from gui.state.scorecard import COLUMNS, facts, headline, hosts, is_quick, kept, kept_share, measures, seen
from tests.gui.samples import rate, scorecard


def test_a_whole_card_is_read() -> None:
    card = scorecard("Pipwick", "character")
    assert hosts(card) == ["still", "animatediff", "text2video"]
    assert [row.key for row in seen(card, "still")] == ["direct", "paraphrase", "implicit"]
    assert list(seen(card, "still")[0].figures) == ["original", "negative_prompt", "erased"]
    assert seen(card, "still")[0].figures["erased"].words == "4 % of 24, 95 % between 1 % and 20 %"
    rows = kept(card, "animatediff")
    assert [row.retained.value for row in rows if row.retained] == [0.97, 0.99]
    assert is_quick(card)


def test_the_headline_is_the_first_video_hosts() -> None:
    pair = headline(scorecard("Pipwick", "character"))
    assert pair is not None
    assert [figure.value for figure in pair] == [0.92, 0.05]
    other = headline(scorecard("Pipwick", "character"), "text2video")
    assert other is not None
    assert [figure.value for figure in other] == [0.88, 0.08]
    share = kept_share(scorecard("Pipwick", "character"), "unrelated", "a host without figures")
    assert share is not None
    assert share.value == 0.99


def test_the_costs_are_told_in_words() -> None:
    told = dict(facts(scorecard("Pipwick", "character")))
    assert told["Erasure"] == "24 seconds"
    assert told["Size of the change"] == "612 KB"
    assert told["Strength"] == "1"


@pytest.mark.parametrize(
    "card",
    [
        None,
        {},
        {"hosts": None},
        {"hosts": {"still": {}}},
        {"hosts": {"still": {"original": {"direct": {"value": "much"}}}}},
        {"hosts": {"still": {"original": [1]}}, "seconds": 3, "strength": "high"},
    ],
)
def test_what_is_missing_or_broken_is_left_out(card: dict[str, Any] | None) -> None:
    assert hosts(card) == []
    assert headline(card) is None
    assert kept_share(card, "neighbours") is None
    assert facts(card) == []
    assert not is_quick(card)


def test_a_column_may_be_missing() -> None:
    card = scorecard("Pipwick", "character")
    del card["hosts"]["still"]["negative_prompt"]
    assert list(seen(card, "still")[0].figures) == ["original", "erased"]


def test_the_filter_is_shown_between_the_negative_prompt_and_after() -> None:
    card = scorecard("Pipwick", "character")
    card["hosts"]["still"]["filtered"] = {"direct": rate(0.6, 12)}
    assert [COLUMNS[column] for column in seen(card, "still")[0].figures] == [
        "Before",
        "Negative prompt",
        "Prompt filter",
        "After",
    ]


def moved(pixels: float) -> dict[str, float | int]:
    """Pixels a frame, as a scorecard holds them."""
    return {"value": pixels, "n": 8, "low": pixels - 0.2, "high": pixels + 0.2}


def test_motion_consistency_distance_and_gap_are_told_in_words() -> None:
    card = scorecard("Pipwick", "character")
    host = card["hosts"]["animatediff"]
    host["original"] |= {"motion_amount": moved(1.5), "consistency": rate(0.96, 8)}
    host["erased"] |= {
        "motion_amount": moved(1.25),
        "motion_kept": {"value": 0.83, "n": 8, "low": 0.7, "high": 1.04},
        "frozen": rate(0.0, 8),
        "consistency": rate(0.97, 8),
        "consistency_change": {"value": 0.012, "n": 8, "low": -0.003, "high": 0.02},
        "lpips": {"value": 0.125, "n": 8, "low": 0.1, "high": 0.15},
    }
    card["transfer_gap"] = {"animatediff": {"value": 0.01, "n": 8, "low": -0.2, "high": 0.3}}
    told = dict(measures(card, "animatediff"))
    assert told["Motion kept"] == "83 %, n 8, 95 % between 70 % and 104 %"
    assert told["Change of consistency"] == "0.012, n 8, 95 % between -0.003 and 0.020"
    assert told["Distance to the pictures before"].startswith("0.125, n 8")
    assert told["Pixels moved a frame"] == "1.50 → 1.25, n 8"
    assert told["Seen more than in pictures"].startswith("1 %, n 8")
    assert list(told).index("Motion kept") < list(told).index("Change of consistency")


@pytest.mark.parametrize("card", [None, {}, {"hosts": {"still": {"erased": []}}, "transfer_gap": 3}])
def test_without_more_figures_nothing_more_is_told(card: dict[str, Any] | None) -> None:
    assert measures(card, "still") == []


def test_what_the_distances_were_read_from_is_a_fact() -> None:
    assert ("Distances read from", "a judge, uncalibrated") in facts({"lpips_features": "a judge, uncalibrated"})
