"""A segmented switch: a few exclusive choices side by side, moved through with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QWidget

from gui.icons import icon
from gui.widgets.basics import button, clear, row, tab_after


class Segments(QFrame):
    """Exclusive choices, each a key and its words; `chosen` tells the key a person picked."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._box = row(spacing=2)
        self._box.setContentsMargins(2, 2, 2, 2)
        self.setLayout(self._box)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Replace the choices; the first one is checked."""
        clear(self._box)
        self._group.deleteLater()
        self._group = QButtonGroup(self)
        self._buttons = {key: self._segment(key, words) for key, words in choices}
        if choices:
            self.set_value(choices[0][0])

    def _segment(self, key: str, words: str) -> QPushButton:
        made = button(words, role="segment", name=f"{self.accessibleName()}: {words}")
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.clicked.connect(lambda: self.chosen.emit(key))
        made.toggled.connect(self._rove)
        self._group.addButton(made)
        self._box.addWidget(made)
        return made

    def follow(self, before: QWidget) -> QWidget:
        """Come after a widget in the tab order; the last choice is returned."""
        return tab_after(before, self._buttons.values())

    def set_icons(self, icons: dict[str, str]) -> None:
        """Show icons instead of words; the words become tooltips."""
        for key, name in icons.items():
            segment = self._buttons[key]
            segment.setToolTip(segment.text())
            segment.setText("")
            segment.setIcon(icon(name, "muted", "accent"))
            segment.setIconSize(QSize(16, 16))

    @property
    def value(self) -> str:
        """The key of the checked choice, empty if there is none."""
        return next((key for key, b in self._buttons.items() if b.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Check a choice without telling; unknown keys change nothing."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)
            self._rove()

    def _rove(self) -> None:
        """Let Tab stop at the checked choice; Qt would stop at the first until one had the focus."""
        for choice in self._buttons.values():
            choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus if choice.isChecked() else Qt.FocusPolicy.ClickFocus)
