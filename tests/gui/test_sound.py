"""Sound follows the pictures' clock; it is heard here by tapping what would go to the loudspeaker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtMultimedia import QAudioBuffer, QAudioBufferOutput, QMediaPlayer
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from gui.state.player import Player
from gui.widgets.sound import SoundTrack
from tests.core.media.foreign import tone, write_avi

PLAYING = QMediaPlayer.PlaybackState.PlayingState


@pytest.fixture
def player() -> Iterator[Player]:
    """Thirty frames at ten a second."""
    made = Player()
    made.load(30, 10.0)
    yield made
    made.pause()


@pytest.fixture
def track(player: Player, tmp_path: Path) -> Iterator[SoundTrack]:
    """Three seconds of a tone under them."""
    made = SoundTrack(player)
    made.set_file(write_avi(tmp_path / "a.avi", np.zeros((30, 8, 8, 3), np.uint8), 10, tone(3.0)))
    yield made
    made.close()


def media_of(track: SoundTrack) -> QMediaPlayer:
    assert track.voice is not None
    return track.voice.media


def test_the_tone_is_heard_while_the_clock_runs(track: SoundTrack, player: Player, qtbot: QtBot) -> None:
    tap = QAudioBufferOutput(track)
    heard = QSignalSpy(tap.audioBufferReceived)  # Qt's own: a Python slot in the thread of the sound could deadlock
    media_of(track).setAudioBufferOutput(tap)
    assert track.present
    player.play()
    qtbot.waitUntil(lambda: heard.count() > 3, timeout=20_000)
    buffer = heard.at(heard.count() - 1)[0]
    assert isinstance(buffer, QAudioBuffer)
    assert buffer.frameCount() > 0
    player.pause()
    qtbot.waitUntil(lambda: media_of(track).playbackState() is not PLAYING, timeout=20_000)


def test_a_jump_of_the_clock_is_a_jump_of_the_sound(track: SoundTrack, player: Player, qtbot: QtBot) -> None:
    player.play()
    qtbot.waitUntil(lambda: media_of(track).playbackState() is PLAYING, timeout=20_000)
    qtbot.waitUntil(lambda: media_of(track).duration() > 2000, timeout=20_000)
    player.seek(20)
    qtbot.waitUntil(lambda: media_of(track).position() >= 1990, timeout=20_000)
    player.seek(2)
    qtbot.waitUntil(lambda: media_of(track).position() <= 1000, timeout=20_000)


@pytest.mark.parametrize("change", ["slow", "backwards", "muted"])
def test_it_is_silent_at_other_speeds_backwards_and_muted(
    track: SoundTrack, player: Player, change: str, qtbot: QtBot
) -> None:
    player.play()
    qtbot.waitUntil(lambda: media_of(track).playbackState() is PLAYING, timeout=20_000)
    if change == "slow":
        player.set_speed(0.5)
    elif change == "backwards":
        player.shuttle(-1)
    else:
        track.set_muted(True)
        output = media_of(track).audioOutput()
        assert output is not None
        assert output.isMuted()
        return
    qtbot.waitUntil(lambda: media_of(track).playbackState() is not PLAYING, timeout=20_000)


def test_a_file_that_is_none_and_no_file_are_silent(
    track: SoundTrack, player: Player, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "b.avi").write_bytes(b"no sound")
    track.set_file(tmp_path / "b.avi")
    qtbot.waitUntil(lambda: not track.present, timeout=20_000)
    player.play()
    track.set_file(None)
    assert not track.present
    player.seek(9)


def test_other_files_follow_each_other_while_the_clock_runs(
    track: SoundTrack, player: Player, tmp_path: Path, qtbot: QtBot
) -> None:
    """The calls go through the event loop: made from Python they stood still for ever one time in fifty."""
    path = tmp_path / "a.avi"
    player.play()
    for turn in range(25):
        track.set_file(path)
        player.seek(turn)
        qtbot.waitUntil(lambda: media_of(track).playbackState() is PLAYING, timeout=20_000)
    track.close()
    assert not track.present


def test_muting_is_kept_for_the_next_file(track: SoundTrack, tmp_path: Path) -> None:
    track.set_muted(True)
    track.set_file(write_avi(tmp_path / "c.avi", np.zeros((30, 8, 8, 3), np.uint8), 10, tone(3.0)))
    output = media_of(track).audioOutput()
    assert output is not None
    assert output.isMuted()
