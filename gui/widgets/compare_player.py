"""The player of a comparison: bar, stage and transport on one clock, in the page or on the whole screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QElapsedTimer, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from core.i18n import tr
from gui.state.commands import Command
from gui.state.comparison import Pane
from gui.state.judging import Judging
from gui.state.player import Player
from gui.state.screening import Screening, screening
from gui.state.stage import StageState
from gui.theme import PAD
from gui.widgets.basics import Elided, button, column, row
from gui.widgets.compare_bar import CompareBar
from gui.widgets.compare_full import FullScreen
from gui.widgets.judge_strip import JudgedRow
from gui.widgets.sound import SoundTrack
from gui.widgets.stage import ROLES, Stage
from gui.widgets.transport import Transport
from gui.workers.clip_loader import Film

_HELD = 250
"""Milliseconds from which a press of X is a look at the other side, and goes back when it is let go."""
_FIRST, _LAST = 0, 1 << 30


class ComparePlayer(QWidget):
    """Takes panes, then their films; `player` is the clock, `state` how the panes are laid out."""

    def __init__(self, judging: Judging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player, self.state, self.judging = Player(self), StageState(self), judging
        self.screening = Screening()
        self.full: FullScreen | None = None
        self.panes: list[Pane] = []
        self.held, self._room = QElapsedTimer(), 600
        self.stage = Stage(self.state)
        self.bar = CompareBar(self.state, self.stage)
        self.transport = Transport(self.player)
        self.sound = SoundTrack(self.player, self)
        self.prompt = Elided("muted")
        self.judge = button(tr("Judge the frames"), "eye", "link")
        self.judge.hide()
        told = row(self.prompt, self.judge)
        told.setStretch(0, 1)
        self._inner = column(self.bar, self.stage, told, spacing=12)
        self._inner.setContentsMargins(PAD, PAD, PAD, PAD)
        framed = QFrame()
        framed.setObjectName("card")
        framed.setLayout(self._inner)
        self._box = column(framed, self.transport, spacing=PAD)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLayout(self._box)
        self.player.moved.connect(self.stage.show_frame)
        self.stage.turned.connect(self._fit)
        self.transport.mute.clicked.connect(self.toggle_sound)
        self.sound.changed.connect(lambda: self.transport.show_sound(self.sound.present, self.sound.muted))
        judging.changed.connect(self._show_judged)
        self.judge.clicked.connect(judging.start)

    def set_room(self, room: QSize) -> None:
        """Fill a room to its height, and no more; where it is narrow the modes are signs instead of words."""
        self._room = room.height()
        self.bar.set_width(room.width() - 2 * PAD)
        self._fit()

    def _fit(self) -> None:
        """Give the stage what bar, prompt and transport leave of the room."""
        if self.full is None:
            line = max(self.prompt.sizeHint().height(), self.judge.sizeHint().height())
            below = self.transport.sizeHint().height() + line
            self.stage.fit(self._room - self.bar.sizeHint().height() - below - 3 * PAD - 24 - 2)

    def set_panes(self, panes: Sequence[Pane]) -> None:
        """Take the panes of another comparison; they are empty until `set_films`."""
        self.panes = list(panes)
        self.screening = Screening()
        self.stage.set_panes(panes)
        self.bar.set_titles({pane.key: pane.title for pane in panes})
        self.sound.set_file(None)
        self.player.load(0, 8.0)
        self.judging.take(panes, {})

    def set_films(self, films: Mapping[str, Film], problems: Mapping[str, str]) -> None:
        """Take the decoded clips by pane, and why others cannot be shown; play them if anybody looks."""
        self.screening = screening(films)
        self.stage.set_problems(problems)
        self.stage.set_screening(self.screening)
        self.player.take(self.screening.clock)
        self.judging.take(self.panes, films)
        self.sound.set_file(next((pane.path for pane in self.panes if _sounds(films.get(pane.key))), None))
        if self.isVisible():
            self.player.play()

    def toggle_sound(self) -> None:
        """Mute the sound of a foreign clip, or let it be heard again."""
        self.sound.set_muted(not self.sound.muted)

    def step_through(self, key: str) -> None:
        """Let a step go through the frames of another pane; the moment that is shown stays."""
        self.screening = screening(self.screening.films, key)
        self.stage.set_screening(self.screening)
        self.player.retime(self.screening.clock)
        self._show_judged()

    def _show_judged(self) -> None:
        judging = self.judging
        rows = [
            JudgedRow(pane.title, ROLES.get(pane.role, "text"), self._on_clock(pane.key, judging.seen(pane.key)))
            for pane in self.panes
        ]
        self.transport.strip.set_rows(rows if self.screening.films else [])
        self.judge.setVisible(judging.busy or judging.possible())
        self.judge.setEnabled(not judging.busy)
        self.judge.setText(tr("Judging…") if judging.busy else tr("Judge the frames"))
        self._fit()
        if self.full is not None:
            self.full.place_transport()

    def _on_clock(self, key: str, seen: Sequence[float]) -> tuple[float, ...]:
        count = self.screening.clock.count if seen else 0
        return tuple(seen[self.screening.index(key, at)] for at in range(count))

    def open_full(self, commands: Sequence[Command]) -> None:
        """Give stage and transport the whole screen."""
        self.stage.free()
        self.full = FullScreen(self.stage, self.transport, commands, self)
        self.full.left.connect(self._take_back)
        self.full.pressed.connect(self.press)
        self.full.released.connect(self.release)
        self.full.open()

    def _take_back(self) -> None:
        self.full = None
        self._inner.insertWidget(1, self.stage)
        self._box.addWidget(self.transport)
        self.stage.show()
        self.transport.show()
        self._fit()
        self.transport.timeline.setFocus()

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for that a focused button or slider wants first; False if it is none of these.

        These are Space, the arrows, Home, End, and X, which can be held for a look.
        """
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return False
        acts = {
            Qt.Key.Key_Space: self.player.toggle,
            Qt.Key.Key_Left: lambda: self.player.step(-1),
            Qt.Key.Key_Right: lambda: self.player.step(1),
            Qt.Key.Key_Home: lambda: self.player.seek(_FIRST),
            Qt.Key.Key_End: lambda: self.player.seek(_LAST),
            Qt.Key.Key_X: lambda: self._hold(event),
        }
        act = acts.get(Qt.Key(event.key()))
        if act is not None:
            act()
        return act is not None

    def _hold(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and len(self.panes) > 1:
            self.held.start()
            self.state.flip()

    def release(self, event: QKeyEvent) -> bool:
        """Go back to the first side once X was held for a look; False for other keys."""
        if event.key() != Qt.Key.Key_X or event.isAutoRepeat():
            return False
        if self.held.isValid() and self.held.elapsed() >= _HELD:
            self.state.flip()
        self.held.invalidate()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear keys before the page's scroll area takes the arrows."""
        if not self.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Hear when a held key is let go."""
        if not self.release(event):
            super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the stage to another width."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the clock while nobody looks."""
        self.player.pause()
        super().hideEvent(event)

    def close_down(self) -> None:
        """Stop the clock and leave the whole screen."""
        self.player.pause()
        self.sound.close()
        if self.full is not None:
            self.full.close()


def _sounds(film: Film | None) -> bool:
    return film is not None and film.sound
