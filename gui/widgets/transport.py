"""The player's controls: scrub, play, step, shuttle, marks, loop and speed, all of one clock."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFrame, QVBoxLayout

from core.i18n import tr
from gui.icons import icon
from gui.state.player import SPEEDS, Player
from gui.state.words import number
from gui.widgets.basics import Combo, button, column, label, row
from gui.widgets.judge_strip import JudgeStrip
from gui.widgets.timeline import Timeline

GUTTER = 104
"""Pixels at the left of timeline and strip, for the frame's number and the panes' names."""


class Transport(QFrame):
    """Drives a Player and shows where it stands."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.setObjectName("card")
        self.player = player
        self._make_buttons()
        self.timeline = Timeline()
        self.strip = JudgeStrip(GUTTER)
        self.speed = Combo(tr("Speed"))
        self.speed.setToolTip(tr("Speed (Alt+Up, Alt+Down)"))
        self.speed.setFixedWidth(92)
        for speed in SPEEDS:
            self.speed.addItem(f"{number(speed, 'g')}×", speed)
        self._where, self._pace = label("", "muted"), label("", "strong")
        self._where.setFixedWidth(GUTTER)
        self.setLayout(self._laid_out())
        self._connect()
        self._show_state()

    def _make_buttons(self) -> None:
        self.play = button("", "play", "primary", tip=tr("Play or pause (Space)"), name=tr("Play"))
        self.back = button("", "back", "quiet", tip=tr("One frame back (,)"), name=tr("One frame back"))
        self.forward = button("", "forward", "quiet", tip=tr("One frame on (.)"), name=tr("One frame on"))
        self.reverse = button("", "reverse", "quiet", tip=tr("Play backwards (J)"), name=tr("Play backwards"))
        self.mark_in = button(
            "", "mark_in", "quiet", tip=tr("The loop begins here ([)"), name=tr("The loop begins here")
        )
        self.mark_out = button("", "mark_out", "quiet", tip=tr("The loop ends here (])"), name=tr("The loop ends here"))
        self.unmark = button("", "close", "quiet", tip=tr("Loop the whole clip (\\)"), name=tr("Loop the whole clip"))
        self.mute = button("", "sound", "quiet", tip=tr("Sound on or off (M)"), name=tr("Sound"))
        self.mute.hide()
        self.loop = button("", "loop", "quiet", tip=tr("Play round and round (R)"), name=tr("Loop"))
        self.loop.setCheckable(True)
        self.loop.setChecked(self.player.loop)

    def _laid_out(self) -> QVBoxLayout:
        scrub = row(self._where, self.timeline, spacing=0)
        scrub.setStretch(1, 1)
        turns = (self.reverse, self.back, self.play, self.forward)
        marks = (self.mark_in, self.mark_out, self.unmark, self.loop)
        controls = row(*turns, self._pace, 1, self.mute, *marks, self.speed, spacing=4)
        box = column(scrub, self.strip, controls, spacing=4)
        box.setContentsMargins(12, 6, 12, 8)
        return box

    def _connect(self) -> None:
        player = self.player
        self.play.clicked.connect(player.toggle)
        self.back.clicked.connect(lambda: player.step(-1))
        self.forward.clicked.connect(lambda: player.step(1))
        self.reverse.clicked.connect(lambda: player.shuttle(-1))
        self.mark_in.clicked.connect(player.set_mark_in)
        self.mark_out.clicked.connect(player.set_mark_out)
        self.unmark.clicked.connect(player.clear_marks)
        self.loop.clicked.connect(player.set_loop)
        self.speed.activated.connect(lambda at: player.set_speed(SPEEDS[at]))
        self.timeline.sliderMoved.connect(player.seek)
        self.timeline.actionTriggered.connect(lambda _: player.seek(self.timeline.sliderPosition()))
        player.moved.connect(self._show_frame)
        player.state_changed.connect(self._show_state)

    def show_sound(self, present: bool, muted: bool) -> None:
        """Offer to mute what can be heard; nothing where there is no sound."""
        self.mute.setVisible(present)
        self.mute.setIcon(icon("muted" if muted else "sound", "text"))
        self.mute.setAccessibleName(tr("Sound off") if muted else tr("Sound on"))

    def _show_state(self) -> None:
        player = self.player
        self.play.setIcon(icon("pause" if player.playing else "play", "on_accent"))
        self.play.setAccessibleName(tr("Pause") if player.playing else tr("Play"))
        self.timeline.setMaximum(max(0, player.count - 1))
        self.timeline.set_marks(player.mark_in, player.mark_out)
        self.unmark.setVisible(player.mark_in is not None or player.mark_out is not None)
        self.loop.setChecked(player.loop)
        self._show_speed()
        for control in (self.play, self.back, self.forward, self.reverse, self.mark_in, self.mark_out):
            control.setEnabled(player.count > 1)
        self._show_frame(player.index)

    def _show_speed(self) -> None:
        player = self.player
        nearest = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - player.speed))
        with QSignalBlocker(self.speed):
            self.speed.setCurrentIndex(nearest)
        shuttled = player.playing and player.rate != player.speed
        self._pace.setText(f"{number(player.rate, 'g')}×" if shuttled else "")

    def _show_frame(self, index: int) -> None:
        player = self.player
        if not self.timeline.isSliderDown():
            self.timeline.setValue(index)
        self.strip.show_frame(index, tell=not player.playing)
        self._where.setText(f"{index + 1} / {player.count}" if player.count else "")
        self._where.setToolTip(tr("{seconds} s", seconds=f"{player.seconds:.3f}") if player.count else "")
