"""Numbers and times as a person says them."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.i18n import VARIABLE
from gui.state.words import about, capital, decimal, duration, host_title, moment, number, percent, size


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


MADE = datetime(2026, 11, 4, 9, 5)  # noqa: DTZ001 - a time of day in this computer's zone


def test_a_date_is_told_with_its_time_of_day() -> None:
    assert moment(MADE) == "4 Nov 2026, 09:05"


def test_a_capital_letter_leaves_the_rest_alone() -> None:
    assert (capital("starter pair of SD"), capital("")) == ("Starter pair of SD", "")


def test_numbers_take_the_form_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (number(12_345), decimal(0.25, 2)) == ("12,345", "0.25")
    monkeypatch.setenv(VARIABLE, "de")
    assert (number(12_345), decimal(0.25, 2), number(0.0003, "g")) == ("12.345", "0,25", "0,0003")
    assert (duration(5400), size(1_400_000_000), about(72)) == ("1,5 Stunden", "1,4 GB", "etwa 70 Sekunden")
    assert (moment(MADE), percent(0.5)) == ("04.11.2026, 09:05", "50 %")
