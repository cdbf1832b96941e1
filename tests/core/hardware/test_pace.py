"""A step that takes far longer than those before is told once, and what is no step is not counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.hardware.pace import ENOUGH, Pace, rest, tick, watching


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def paced() -> tuple[Clock, list[str], Callable[..., None]]:
    """A clock, what was told, and `step` by so many seconds."""
    clock, told = Clock(), []
    pace = Pace(lambda: told.append("slow"), clock)

    def step(seconds: float, work: str = "clip") -> None:
        pace.tick(work)
        clock.now += seconds

    return clock, told, step


def test_a_step_that_is_much_slower_is_told_once() -> None:
    _clock, told, step = paced()
    for seconds in (*[0.5] * ENOUGH, 0.9, 4.0, 9.0, 9.0):
        step(seconds)
    assert told == ["slow"]


@pytest.mark.parametrize(
    "seconds",
    [[0.5] * 20, [0.5, 9.0, 0.5, 0.5, 0.5, 0.5, 0.5], [0.01] * 9 + [0.5, 0.01], [2.0] * 9 + [8.0, 2.0]],
    ids=["even", "warming up", "a hiccup of half a second", "four times"],
)
def test_what_is_usual_is_not_told(seconds: list[float]) -> None:
    _clock, told, step = paced()
    for each in seconds:
        step(each)
    assert told == []


def test_other_work_is_measured_by_itself() -> None:
    _clock, told, step = paced()
    for _ in range(9):
        step(0.1, "picture")
    for _ in range(9):
        step(5.0, "clip")
    assert told == []


def test_a_pause_between_two_steps_is_no_step() -> None:
    clock, told = Clock(), []
    with watching(Pace(lambda: told.append("slow"), clock)):
        for _ in range(ENOUGH + 2):
            tick("clip")
            clock.now += 0.1
        rest()
        clock.now += 60
        for _ in range(3):
            tick("clip")
            clock.now += 0.1
    tick("clip")
    assert told == []
