"""Numbers and times as a person says them."""

from __future__ import annotations

import pytest

from gui.state.words import duration, host_title, percent, size


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
