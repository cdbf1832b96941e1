"""How an entry was made and what it cost: short pairs of label and value in columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from gui.widgets.basics import Elided, clear, column, label

_COLUMNS = 4


class Facts(QFrame):
    """A card of label-and-value pairs; hidden while it has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(12, 12, 12, 12)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        for at in range(_COLUMNS):
            self._grid.setColumnStretch(at, 1)
        self.setLayout(self._grid)

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Take other pairs."""
        clear(self._grid)
        for at, (title, value) in enumerate(pairs):
            said = Elided("small")
            said.setText(value)
            self._grid.addLayout(column(label(title, "caption"), said, spacing=2), at // _COLUMNS, at % _COLUMNS)
        self.setVisible(bool(pairs))
