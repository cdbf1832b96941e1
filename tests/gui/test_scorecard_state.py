"""A scorecard is shown as far as it goes."""

from __future__ import annotations

from typing import Any

import pytest

from gui.state.scorecard import facts, headline, hosts, is_quick, kept, kept_share, seen
from tests.gui.samples import scorecard


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
