"""Ways to stack, on small tensors where the answer can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.erasure.stacking import SCALE, WAYS, combine, project, row_space, ties, trimmed
from core.erasure.trainable import Delta
from core.errors import Cancelled, FailureKind, InputError, LacunaError
from core.jobs.parts import WAYS as NAMED


def array(*values: Any) -> Any:
    """Float32 numbers."""
    return np.asarray(values, np.float32)


def random(seed: int, *shape: int) -> Any:
    """Normal numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def silent() -> None:
    """Nobody asks to stop."""


def test_the_sum_takes_each_at_its_strength_and_keeps_what_only_one_moved() -> None:
    one: Delta = {"a": array(1, 2).astype(np.float16), "b": array(4)}
    total = combine([one, {"a": array(10, 20)}], [0.5, 2.0], "sum")
    assert {name: value.tolist() for name, value in total.items()} == {"a": [20.5, 41.0], "b": [2.0]}
    assert {value.dtype for value in total.values()} == {np.dtype(np.float32)}


def test_ties_trims_elects_the_sign_and_averages_those_that_agree() -> None:
    parts = [{"a": array(4, -3, 0.1, 2)}, {"a": array(2, 5, 0.2, -2.5)}, {"a": array(6, 1, 0.1, 9)}]
    merged = ties(parts, silent, keep=0.75, scale=2.0)["a"]
    assert merged.tolist() == [2 * 4, 2 * 3, 0, 2 * 5.5]


def test_trimming_looks_at_all_tensors_together() -> None:
    kept = trimmed({"a": array(1, -9), "b": array(3, 0.5)}, 0.5)
    assert kept["a"].tolist() == [0, -9]
    assert kept["b"].tolist() == [3, 0]


def test_a_row_space_holds_the_asked_share() -> None:
    change = np.diag(array(3, 1, 0))
    assert row_space(change, 0.8).shape == (1, 3)
    assert row_space(change, 0.99).shape == (2, 3)
    assert row_space(np.zeros((2, 3), np.float32), 0.9).shape == (0, 3)


def test_a_later_change_leaves_the_inputs_of_an_earlier_one_alone() -> None:
    first, second = random(0, 6, 1) @ random(1, 1, 8), random(2, 6, 8)
    merged = project([{"w": first}, {"w": second}], silent, energy=1.0)["w"]
    seen_by_first, unseen = first[0] / np.linalg.norm(first[0]), random(3, 8)
    unseen -= unseen @ seen_by_first * seen_by_first
    assert np.allclose(merged @ seen_by_first, first @ seen_by_first, atol=1e-5)
    assert np.allclose(merged @ unseen, second @ unseen, atol=1e-4)


def test_projected_vectors_lose_what_they_share() -> None:
    merged = project([{"b": array(2, 0)}, {"b": array(5, 3)}], silent)["b"]
    assert np.allclose(merged, [2, 3])


@pytest.mark.parametrize("how", WAYS)
def test_changes_that_meet_nowhere_are_kept_whole_by_every_way(how: str) -> None:
    one = np.concatenate([random(0, 4, 4) + 9, np.zeros((4, 16), np.float32)], axis=1)
    other = np.concatenate([np.zeros((4, 16), np.float32), random(1, 4, 4) + 9], axis=1)
    wanted = (SCALE if how == "ties" else 1) * (one + other)
    assert np.allclose(combine([{"w": one}, {"w": other}], [1, 1], how)["w"], wanted, atol=1e-4)


@pytest.mark.parametrize("how", WAYS)
def test_a_single_tensor_of_one_entry_and_another_of_the_other(how: str) -> None:
    assert set(combine([{"a": array(1)}, {"b": array(2)}], [1, 1], how)) == {"a", "b"}


@pytest.mark.parametrize("how", WAYS)
def test_a_stop_is_heard(how: str) -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        combine([{"a": array(1)}, {"a": array(2)}], [1, 1], how, check)


def test_misfits_and_unknown_ways_are_refused_in_words() -> None:
    with pytest.raises(LacunaError, match="shape of “a”") as raised:
        combine([{"a": array(1)}, {"a": array(1, 2)}], [1, 1], "sum")
    assert raised.value.kind is FailureKind.DAMAGED
    with pytest.raises(InputError, match="sum, ties, projection"):
        combine([{"a": array(1)}], [1], "magic")


def test_the_ways_are_those_that_a_spec_may_name() -> None:
    assert tuple(WAYS) == NAMED
