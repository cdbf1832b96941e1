"""Which host makes the clips: side by side while they are few, a drop-down list where they would not fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.widgets.basics import Combo, column, tab_after
from gui.widgets.segments import Segments
from gui.widgets.setting import fill

LETTERS = 40
"""Letters of all choices up to which they stand side by side."""


class HostChoice(QWidget):
    """Exclusive choices, each a key and its words; `chosen` tells the key a person picked."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.segments, self.listed = Segments(name), Combo(name)
        self.setLayout(column(self.segments, self.listed, spacing=0))
        self.segments.chosen.connect(self.chosen)
        self.listed.activated.connect(lambda _: self.chosen.emit(self.listed.currentData()))

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace the choices; the first one is checked."""
        few = sum(len(words) for _, words in choices) <= LETTERS
        self.segments.set_choices(choices if few else ())
        fill(self.listed, list(choices), choices[0][0] if choices else "")
        self.segments.setVisible(few)
        self.listed.setVisible(not few)

    @property
    def value(self) -> str:
        """The key of the choice that is checked, empty if there is none."""
        return self.listed.currentData() or ""

    def set_value(self, key: str) -> None:
        """Check a choice without telling; unknown keys change nothing."""
        self.segments.set_value(key)
        if (at := self.listed.findData(key)) >= 0:
            self.listed.setCurrentIndex(at)

    def follow(self, before: QWidget) -> QWidget:
        """Come after a widget in the tab order; the last choice is returned."""
        return tab_after(self.segments.follow(before), [self.listed])
