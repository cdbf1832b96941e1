"""Clips of different lengths and rates share one clock without a frame being lost."""

from __future__ import annotations

import pytest

from gui.state.timebase import Reel, clock_of, even, frame_of, reel, reference_of

FAST, SLOW = even(24, 24.0), even(8, 8.0)
UNEVEN = reel(4, 10.0, (5.0, 5.1, 5.4, 5.45))


def test_times_that_rise_are_kept_and_others_give_way_to_the_rate() -> None:
    assert UNEVEN.starts == pytest.approx((0.0, 0.1, 0.4, 0.45))
    assert UNEVEN.end == pytest.approx(0.55)
    assert reel(3, 10.0, (0.0, 0.2, 0.2)).starts == pytest.approx((0.0, 0.1, 0.2))
    assert reel(3, 10.0, (0.0, 0.2)).starts == pytest.approx((0.0, 0.1, 0.2))


@pytest.mark.parametrize(
    ("seconds", "due"), [(-1.0, 0), (0.0, 0), (0.0999, 1), (0.05, 0), (0.39, 1), (0.4, 2), (0.46, 3), (9.0, 3)]
)
def test_a_frame_stands_until_the_next_is_due(seconds: float, due: int) -> None:
    assert UNEVEN.due(seconds) == due


def test_the_finest_clip_is_the_reference_so_that_no_frame_of_any_is_passed_over() -> None:
    assert reference_of({"slow": SLOW, "fast": FAST}) == "fast"
    clock = clock_of({"slow": SLOW, "fast": FAST})
    assert [frame_of(clock, FAST, at) for at in range(clock.count)] == list(range(24))
    assert [frame_of(clock, SLOW, at) for at in range(clock.count)] == [at // 3 for at in range(24)]


def test_a_chosen_reference_steps_by_its_own_frames() -> None:
    clock = clock_of({"slow": SLOW, "fast": FAST}, "slow")
    assert clock.count == 8
    assert [frame_of(clock, FAST, at) for at in range(8)] == [3 * at for at in range(8)]


def test_the_clock_runs_until_the_longest_clip_is_over_and_the_shorter_one_stands() -> None:
    long = even(6, 2.0)
    clock = clock_of({"short": SLOW, "long": long})
    assert clock.count == 24
    assert clock.end == pytest.approx(3.0)
    assert frame_of(clock, SLOW, 23) == 7
    assert [frame_of(clock, long, at) for at in (0, 3, 4, 23)] == [0, 0, 1, 5]


def test_a_still_picture_neither_leads_nor_lengthens() -> None:
    still = even(1, 1.0)
    assert reference_of({"still": still, "slow": SLOW}) == "slow"
    assert clock_of({"still": still, "slow": even(2, 8.0)}).count == 2
    assert clock_of({"still": still}).count == 1


def test_stamps_in_whole_milliseconds_meet_those_of_an_even_rate() -> None:
    stamped = reel(24, 24.0, tuple(round(at / 24, 3) for at in range(24)))
    clock = clock_of({"a": FAST, "b": stamped}, "a")
    assert [frame_of(clock, stamped, at) for at in range(24)] == list(range(24))
    clock = clock_of({"a": FAST, "b": stamped}, "b")
    assert [frame_of(clock, FAST, at) for at in range(24)] == list(range(24))


def test_a_nudge_counts_the_clips_own_frames_and_stays_inside() -> None:
    clock = clock_of({"slow": SLOW})
    assert [frame_of(clock, SLOW, at, 2) for at in (0, 5, 6, 7)] == [2, 7, 7, 7]
    assert [frame_of(clock, SLOW, at, -2) for at in (0, 1, 2, 7)] == [0, 0, 0, 5]


def test_nothing_has_no_frames() -> None:
    assert clock_of({}).count == 0
    assert frame_of(Reel((), 0.0), SLOW, 3) == 0
