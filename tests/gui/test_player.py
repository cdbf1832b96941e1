"""The one clock: frames by time, by steps, by hand, between marks and backwards."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.state.player import SPEEDS, Player, place
from gui.state.timebase import even, reel
from tests.gui.coded import HandClock

REEL = even(12, 8.0)
ALL = (0, 11)


@pytest.fixture
def clock() -> HandClock:
    """The time that a player sees."""
    return HandClock()


@pytest.fixture
def player(clock: HandClock) -> Player:
    """A player over 12 frames at 8 a second, whose time a test turns."""
    made = Player(now=clock)
    made.load(12, 8.0)
    return made


def seen(player: Player, clock: HandClock, seconds: float, step: float = 0.01) -> list[int]:
    """The frames shown while some seconds pass, each once as it comes."""
    told = [player.index]
    for _ in range(round(seconds / step)):
        clock.seconds += step
        player.tick()
        if player.index != told[-1]:
            told.append(player.index)
    return told


@pytest.mark.parametrize(
    ("now", "backwards", "span", "loop", "expected"),
    [
        (0.0, False, ALL, True, (0, False)),
        (0.123, False, ALL, True, (0, False)),
        (0.125, False, ALL, True, (1, False)),
        (1.5, False, ALL, True, (0, False)),
        (16.5, False, ALL, True, (0, False)),
        (1.49, False, ALL, False, (11, False)),
        (1.5, False, ALL, False, (11, True)),
        (0.76, False, (2, 5), True, (2, False)),
        (0.76, False, (2, 5), False, (5, True)),
        (1.5, True, ALL, True, (11, False)),
        (1.376, True, ALL, True, (11, False)),
        (1.374, True, ALL, True, (10, False)),
        (-0.01, True, ALL, True, (11, False)),
        (0.0, True, ALL, False, (0, True)),
        (0.24, True, (2, 5), True, (5, False)),
    ],
)
def test_the_frame_follows_from_the_time(
    now: float, backwards: bool, span: tuple[int, int], loop: bool, expected: tuple[int, bool]
) -> None:
    assert place(REEL, now, backwards, span, loop) == expected


def test_steps_go_one_frame_each_way_and_round_the_ends(player: Player) -> None:
    told: list[int] = []
    player.moved.connect(told.append)
    for by in (1, 1, -1, -1, -1):
        player.step(by)
    assert told == [1, 2, 1, 0, 11]


def test_steps_stop_at_the_ends_without_a_loop(player: Player) -> None:
    player.set_loop(False)
    player.step(-1)
    assert player.index == 0
    player.seek(11)
    player.step(1)
    assert player.index == 11


def test_a_seek_stays_inside_the_clip(player: Player) -> None:
    player.seek(99)
    assert player.index == 11
    player.seek(-4)
    assert player.index == 0


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_frame_comes_in_its_turn_at_every_speed(player: Player, clock: HandClock, speed: float) -> None:
    player.set_speed(speed)
    player.play()
    assert seen(player, clock, 1.5 / speed) == [*range(12), 0]
    player.pause()


def test_backwards_every_frame_comes_in_its_turn_and_round_the_start(player: Player, clock: HandClock) -> None:
    player.seek(2)
    player.shuttle(-1)
    assert seen(player, clock, 0.8) == [2, 1, 0, 11, 10, 9, 8]
    player.pause()
    assert player.rate == 1.0


def test_a_frame_stands_its_full_time_before_it_gives_way_backwards(player: Player, clock: HandClock) -> None:
    player.seek(5)
    player.shuttle(-1)
    clock.seconds += 0.12
    player.tick()
    assert player.index == 5
    clock.seconds += 0.01
    player.tick()
    assert player.index == 4
    player.pause()


def test_presses_of_one_key_double_the_speed_and_the_other_turns_round(player: Player) -> None:
    rates = []
    for direction in (1, 1, 1, 1, 1, -1, -1):
        player.shuttle(direction)
        rates.append(player.rate)
    assert rates == [1, 2, 4, 8, 8, -1, -2]
    player.pause()
    player.play()
    assert player.rate == 1
    player.pause()


def test_uneven_frames_stand_for_their_own_times(player: Player, clock: HandClock) -> None:
    player.take(reel(3, 10.0, (0.0, 0.1, 0.6)))
    player.play()
    shown = [0]
    clock.seconds += 0.005
    for _ in range(9):
        clock.seconds += 0.1
        player.tick()
        shown.append(player.index)
    assert shown == [0, 1, 1, 1, 1, 1, 2, 2, 2, 0]
    player.pause()


def test_a_loop_between_marks_shows_its_frames_and_no_other(player: Player, clock: HandClock) -> None:
    player.seek(3)
    player.set_mark_in()
    player.seek(5)
    player.set_mark_out()
    player.seek(9)
    player.play()
    assert seen(player, clock, 0.74) == [3, 4, 5, 3, 4, 5]
    player.pause()
    player.shuttle(-1)
    assert seen(player, clock, 0.62) == [5, 4, 3, 5, 4]
    player.pause()
    player.clear_marks()
    assert player.span == ALL


def test_a_mark_beyond_the_other_drops_it_and_another_clip_has_none(player: Player) -> None:
    player.seek(6)
    player.set_mark_out()
    player.seek(8)
    player.set_mark_in()
    assert (player.mark_in, player.mark_out) == (8, None)
    player.seek(2)
    player.set_mark_out()
    assert (player.mark_in, player.mark_out) == (None, 2)
    player.load(12, 8.0)
    assert player.span == ALL


def test_a_step_is_not_held_by_marks(player: Player) -> None:
    player.seek(3)
    player.set_mark_out()
    player.step(1)
    assert player.index == 4


def test_without_a_loop_playing_stops_at_either_end_and_begins_again(player: Player, clock: HandClock) -> None:
    player.set_loop(False)
    player.play()
    assert seen(player, clock, 3.0) == list(range(12))
    assert not player.playing
    player.play()
    assert (player.playing, player.index) == (True, 0)
    player.pause()
    player.shuttle(-1)
    assert player.index == 11
    assert seen(player, clock, 3.0)[-1] == 0
    assert not player.playing


def test_another_speed_goes_on_from_the_frame_that_is_shown(player: Player, clock: HandClock) -> None:
    player.play()
    seen(player, clock, 0.5)
    player.set_speed(0.1)
    clock.seconds += 1.0
    player.tick()
    assert player.index == 4
    player.change_speed(1)
    assert player.speed == 0.25
    player.set_speed(99)
    assert player.speed == SPEEDS[-1]
    player.pause()


def test_another_clock_for_the_same_clips_stays_at_the_moment(player: Player) -> None:
    player.seek(6)
    player.retime(even(36, 24.0))
    assert player.index == 18
    player.retime(even(12, 8.0))
    assert player.index == 6


def test_the_real_clock_shows_every_frame_in_order_and_stops_at_the_end(qtbot: QtBot) -> None:
    player = Player()
    player.load(12, 40.0)
    told: list[int] = []
    player.moved.connect(told.append)
    player.set_loop(False)
    player.play()
    assert player.playing
    qtbot.waitUntil(lambda: not player.playing, timeout=10_000)
    assert told == sorted(told)
    assert told[-1] == 11


def test_a_step_pauses(player: Player) -> None:
    player.toggle()
    player.step(1)
    assert not player.playing


def test_one_frame_or_none_cannot_play(player: Player) -> None:
    for count in (0, 1):
        player.load(count, 8.0)
        player.toggle()
        player.shuttle(-1)
        player.step(1)
        assert (player.playing, player.index) == (False, 0)
