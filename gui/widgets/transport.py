"""The player's controls: play, step, scrub, loop and speed, all of one clock."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from gui.icons import icon
from gui.state.player import SPEEDS, Player
from gui.widgets.basics import Combo, button, label, row
from gui.widgets.timeline import Timeline


class Transport(QFrame):
    """Drives a Player and shows where it stands."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.setObjectName("card")
        self.player = player
        self.play = button("", "play", "primary", tip="Play or pause (Space)", name="Play")
        self.back = button("", "back", "quiet", tip="One frame back (,)", name="One frame back")
        self.forward = button("", "forward", "quiet", tip="One frame on (.)", name="One frame on")
        self.loop = button("", "loop", "quiet", tip="Play round and round (L)", name="Loop")
        self.loop.setCheckable(True)
        self.loop.setChecked(player.loop)
        self.timeline = Timeline()
        self.speed = Combo("Speed")
        self.speed.setToolTip("Speed")
        self.speed.setFixedWidth(108)
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(player.speed))
        self._where = label("", "muted")
        self._where.setMinimumWidth(56)
        self._where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box = row(self.play, self.back, self.forward, self.timeline, self._where, self.loop, self.speed)
        box.setStretch(3, 1)
        box.setContentsMargins(12, 8, 12, 8)
        self.setLayout(box)
        self._connect()
        self._show_state()

    def _connect(self) -> None:
        player = self.player
        self.play.clicked.connect(player.toggle)
        self.back.clicked.connect(lambda: player.step(-1))
        self.forward.clicked.connect(lambda: player.step(1))
        self.loop.clicked.connect(player.set_loop)
        self.speed.activated.connect(lambda at: player.set_speed(SPEEDS[at]))
        self.timeline.sliderMoved.connect(player.seek)
        self.timeline.actionTriggered.connect(lambda _: player.seek(self.timeline.sliderPosition()))
        player.moved.connect(self._show_frame)
        player.state_changed.connect(self._show_state)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; False if it is none of the player's."""
        keys = {
            Qt.Key.Key_Space: self.player.toggle,
            Qt.Key.Key_Comma: self.back.click,
            Qt.Key.Key_Period: self.forward.click,
            Qt.Key.Key_L: self.loop.click,
        }
        act = keys.get(Qt.Key(event.key()))
        if act is not None:
            act()
        return act is not None

    def _show_state(self) -> None:
        playing = self.player.playing
        self.play.setIcon(icon("pause" if playing else "play", "on_accent"))
        self.play.setAccessibleName("Pause" if playing else "Play")
        self.timeline.setMaximum(max(0, self.player.count - 1))
        self.loop.setChecked(self.player.loop)
        for control in (self.play, self.back, self.forward):
            control.setEnabled(self.player.count > 1)
        self._show_frame(self.player.index)

    def _show_frame(self, index: int) -> None:
        if not self.timeline.isSliderDown():
            self.timeline.setValue(index)
        self._where.setText(f"{index + 1} / {self.player.count}" if self.player.count else "")
