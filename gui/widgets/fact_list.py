"""Short pairs of a label and a value, one below the other, for a narrow panel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.state.entry_facts import Pair
from gui.widgets.basics import column, label

_BREAK = "\u200b"
"""Lets a long path end a line behind a slash."""


class Fact(QWidget):
    """One label over its value, which can be marked with the mouse and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._value = label("", "caption", wrap=True), label("", "small", wrap=True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self._title, self._value):
            _narrow(part)
        self.setLayout(column(self._title, self._value, spacing=1))

    def say(self, title: str, value: str) -> None:
        """Show another pair."""
        self._title.setText(title.replace("/", f"/{_BREAK}"))
        self._value.setText(value)


class FactList(QWidget):
    """Shows pairs; its parts are used again for the next ones, since making them is what takes time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = column(spacing=8)
        self.setLayout(self._box)
        self._facts: list[Fact] = []

    def show_pairs(self, pairs: Sequence[Pair]) -> None:
        """Take other pairs."""
        while len(self._facts) < len(pairs):
            self._facts.append(Fact())
            self._box.addWidget(self._facts[-1])
        for at, fact in enumerate(self._facts):
            if at < len(pairs):
                fact.say(*pairs[at])
            fact.setVisible(at < len(pairs))


def _narrow(part: QLabel) -> None:
    """Let a long word not widen the panel."""
    part.setMinimumWidth(1)
    part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
