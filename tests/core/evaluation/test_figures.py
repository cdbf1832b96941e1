"""Figures: Wilson's interval against known values, and the retained share."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.evaluation.figures import difference, mean, rate, retained


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1)],
)
def test_rates_have_wilsons_interval(hits: int, n: int, low: float, high: float) -> None:
    figure = rate(hits, n)
    assert figure["value"] == hits / n
    assert figure["n"] == n
    assert figure["low"] == pytest.approx(low, abs=1e-4)
    assert figure["high"] == pytest.approx(high, abs=1e-4)


def test_dependent_samples_widen_the_interval_and_not_the_value() -> None:
    frames, clips = rate(96, 120), rate(96, 120, independent=10)
    assert clips["value"] == frames["value"] == 0.8
    assert clips["n"] == 120
    assert (clips["low"], clips["high"]) == (rate(8, 10)["low"], rate(8, 10)["high"])


def test_nothing_measured_says_nothing() -> None:
    assert rate(0, 0) == {"value": 0.0, "n": 0, "low": 0.0, "high": 1.0}
    assert retained([], []) == {"value": 0.0, "n": 0, "low": 0.0, "high": 1.0}
    assert retained([1.0, 0.0], [0.0, 0.0])["value"] == 0.0


def test_retained_repeats_and_its_interval_holds_the_value() -> None:
    before = [1.0, 1.0, 0.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0, 0.0]
    after = [1.0, 0.0, 0.0, 1.0, 1.0, 0.5, 1.0, 0.5, 1.0, 1.0]
    figure = retained(after, before)
    assert figure == retained(after, before)
    assert figure["value"] == pytest.approx(sum(after) / sum(before))
    assert figure["low"] < figure["value"] < figure["high"]
    assert figure["n"] == 10


def test_an_untouched_encoder_retains_everything() -> None:
    same = [1.0, 0.0, 0.5]
    assert retained(same, same) == {"value": 1.0, "n": 3, "low": 1.0, "high": 1.0}


@pytest.mark.parametrize("before", [[1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
def test_draws_without_a_hit_before_do_not_blow_up_the_interval(before: list[float]) -> None:
    figure = retained([1.0] * len(before), before)
    assert figure["high"] <= len(before) ** 2
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure


def test_a_mean_repeats_and_its_interval_narrows_with_more_values() -> None:
    few, many = mean([1.0, 2.0, 3.0, 4.0]), mean([1.0, 2.0, 3.0, 4.0] * 25)
    assert few == mean([1.0, 2.0, 3.0, 4.0])
    assert few["value"] == many["value"] == 2.5
    assert few["low"] < many["low"] < 2.5 < many["high"] < few["high"]
    assert (few["n"], many["n"]) == (4, 100)


def test_a_mean_of_negatives_of_one_and_of_nothing() -> None:
    assert mean([-0.5]) == {"value": -0.5, "n": 1, "low": -0.5, "high": -0.5}
    assert mean([-1.0, 0.0])["low"] == -1.0
    with pytest.raises(ValueError, match="no values"):
        mean([])


def test_a_means_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    figures = [mean(rng.normal(size=40).tolist()) for _ in range(200)]
    held = sum(figure["low"] <= 0 <= figure["high"] for figure in figures)
    assert 0.88 <= held / 200 <= 0.99


def test_a_difference_has_newcombes_interval() -> None:
    figure = difference(rate(56, 70), rate(48, 80))
    assert figure["value"] == pytest.approx(0.2)
    assert (figure["low"], figure["high"]) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))
    assert figure["n"] == 70
    assert difference(rate(0, 3), rate(3, 3))["low"] >= -1
