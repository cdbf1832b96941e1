"""Numbers and times as a person says them."""

from __future__ import annotations

import pytest

from gui.state.words import about, duration, host_title, percent, size


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "a second"), (40.4, "40 seconds"), (89, "89 seconds"), (600, "10 minutes"), (5400, "1.5 hours")],
)
def test_a_time_span(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("count", "words"), [(512, "512 bytes"), (612_000, "612 KB"), (1_400_000_000, "1.4 GB")])
def test_a_size(count: int, words: str) -> None:
    assert size(count) == words


def test_a_rate_is_whole_percent() -> None:
    assert percent(0.126) == "13 %"


def test_a_host_has_a_short_title_and_an_unknown_one_its_own_name() -> None:
    assert host_title("starter", "animatediff") == "AnimateDiff"
    assert host_title("starter", "later-model") == "later-model"
    assert host_title("no such family", "still") == "still"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "about 5 seconds"), (72, "about 70 seconds"), (830, "about 14 minutes")]
)
def test_an_expectation_is_no_more_exact_than_it_is_known(seconds: float, words: str) -> None:
    assert about(seconds) == words
