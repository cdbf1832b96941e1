"""The sound of a foreign clip, played along the clock that moves the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLoggingCategory, QObject, Qt, QUrl, Signal, Slot

from gui.state.player import Player

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

DRIFT = 0.25
"""Seconds that sound and picture may lie apart before the sound jumps; less would stutter on a slow machine."""


class Voice(QObject):
    """A media player that is only ever spoken to through queued signals.

    Qt waits in its calls for a thread of its own, and that thread waits for Python's lock when it asks the output what
    it is: a call from Python, which holds the lock, can stand still for ever. The event loop holds no lock.
    """

    played = Signal()
    paused = Signal()
    stopped = Signal()
    sought = Signal("qlonglong")  # pyright: ignore[reportArgumentType]
    opened = Signal(QUrl)

    def __init__(self, media: QMediaPlayer, output: QAudioOutput) -> None:
        super().__init__()
        self.media, self.output = media, output
        media.setAudioOutput(output)
        queued = Qt.ConnectionType.QueuedConnection
        self.played.connect(media.play, queued)
        self.paused.connect(media.pause, queued)
        self.stopped.connect(media.stop, queued)
        self.sought.connect(media.setPosition, queued)
        self.opened.connect(media.setSource, queued)

    @property
    def sounding(self) -> bool:
        """Whether it runs."""
        return self.media.playbackState() is self.media.PlaybackState.PlayingState

    def close(self) -> None:
        """Fall silent and let go of file and device, as soon as the event loop comes to it."""
        self.stopped.emit()
        for part in (self.media, self.output, self):
            part.setParent(QCoreApplication.instance())
            part.deleteLater()


class SoundTrack(QObject):
    """Follows a Player: it sounds while that runs forwards at its own speed, and jumps with it.

    Where the system has no sound, or Qt's multimedia cannot be loaded, it is silent and says nothing of it.
    """

    changed = Signal()
    """Another file, with sound or none, or muted or not."""

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.voice: Voice | None = None
        self.muted = False
        self._at = 0.0
        player.moved.connect(self._follow)
        player.state_changed.connect(self._follow)

    @property
    def present(self) -> bool:
        """Whether there is a sound track to be heard or muted."""
        return self.voice is not None

    def set_file(self, path: Path | None) -> None:
        """Play the sound of this file, for one whose Film has some; None for silence."""
        self.close()
        self.voice = None if path is None else self._open(path)
        self.changed.emit()
        self._follow()

    def set_muted(self, muted: bool) -> None:
        """Be silent, for this file and the next ones."""
        self.muted = muted
        if self.voice is not None:
            self.voice.output.setMuted(muted)
        self.changed.emit()

    def close(self) -> None:
        """Let go of the file and of the sound device."""
        if self.voice is not None:
            self.voice.close()
        self.voice = None

    def _open(self, path: Path) -> Voice | None:
        try:
            from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer
        except ImportError:  # Qt's multimedia needs libraries of the system that may be missing
            return None
        QLoggingCategory.setFilterRules("qt.multimedia*=false")  # it tells the terminal of every codec and device
        made = Voice(QMediaPlayer(), QAudioOutput())
        made.output.setMuted(self.muted)
        made.media.errorOccurred.connect(self._drop)
        made.opened.emit(QUrl.fromLocalFile(str(path)))
        return made

    @Slot()
    def _drop(self) -> None:
        if self.voice is not None and self.sender() is self.voice.media:
            self.close()
            self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        """Run, jump or stand still as the player does."""
        if self.voice is None:
            return
        at, before = self.player.seconds, self._at
        self._at = at
        if not self.player.playing or abs(self.player.rate - 1) > 1e-3:
            self.voice.paused.emit()
            return
        jumped = not -1e-6 <= at - before <= 2 * self.player.reel.pace
        if jumped or not self.voice.sounding or abs(self.voice.media.position() / 1000 - at) > DRIFT:
            self._sound_from(self.voice, at)

    def _sound_from(self, voice: Voice, seconds: float) -> None:
        """Sound from a moment on; behind the end of a track that is shorter than the pictures there is nothing."""
        if not 0 < voice.media.duration() <= 1000 * seconds:
            voice.sought.emit(round(1000 * seconds))
            voice.played.emit()
