"""The one clock: frames by time, by steps and by hand."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.state.player import Player, frame_at


@pytest.fixture
def player() -> Player:
    """A player over 12 frames at 8 a second."""
    made = Player()
    made.load(12, 8.0)
    return made


@pytest.mark.parametrize(
    ("start", "seconds", "rate", "loop", "expected"),
    [
        (0, 0.0, 8.0, True, (0, False)),
        (0, 0.124, 8.0, True, (0, False)),
        (0, 0.125, 8.0, True, (1, False)),
        (10, 0.25, 8.0, True, (0, False)),
        (0, 15.0, 8.0, True, (0, False)),
        (0, 1.375, 8.0, False, (11, False)),
        (0, 1.5, 8.0, False, (11, True)),
        (4, 0.5, 2.0, False, (5, False)),
    ],
)
def test_the_frame_follows_from_the_time(
    start: int, seconds: float, rate: float, loop: bool, expected: tuple[int, bool]
) -> None:
    assert frame_at(start, seconds, rate, 12, loop) == expected


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


def test_playing_shows_every_frame_in_order_and_stops_at_the_end(player: Player, qtbot: QtBot) -> None:
    told: list[int] = []
    player.moved.connect(told.append)
    player.set_loop(False)
    player.play()
    assert player.playing
    qtbot.waitUntil(lambda: not player.playing, timeout=10_000)
    assert told == sorted(told)
    assert told[-1] == 11


def test_playing_from_the_end_begins_again(player: Player) -> None:
    player.set_loop(False)
    player.seek(11)
    player.play()
    assert (player.playing, player.index) == (True, 0)
    player.pause()


def test_a_step_pauses(player: Player) -> None:
    player.toggle()
    player.step(1)
    assert not player.playing


def test_one_frame_or_none_cannot_play(player: Player) -> None:
    for count in (0, 1):
        player.load(count, 8.0)
        player.toggle()
        player.step(1)
        assert (player.playing, player.index) == (False, 0)
