"""The rates of a scorecard in three narrow columns: what was asked, before, after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.i18n import tr
from gui.state.entry_facts import ScoreLine
from gui.widgets.basics import label

_ROLES = ("caption", "before", "after")


class ScoreGrid(QWidget):
    """Shows ScoreLines; its labels are used again for the next entry, since making them is what takes time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._lines: list[tuple[QLabel, ...]] = []
        self.setLayout(self._grid)
        for at, head in enumerate((tr("Before"), tr("After")), start=1):
            self._put(label(head, "caption"), 0, at)

    def show_lines(self, lines: Sequence[ScoreLine]) -> None:
        """Take other lines."""
        while len(self._lines) < len(lines):
            self._lines.append(self._new())
        for at, cells in enumerate(self._lines):
            line = lines[at] if at < len(lines) else None
            for cell, text in zip(cells, line or ("", "", ""), strict=True):
                cell.setText(text)
                cell.setVisible(line is not None)
            if line:
                said = tr("before {before}, after {after}", before=line.before, after=line.after)
                cells[0].setAccessibleDescription(said)

    def _new(self) -> tuple[QLabel, ...]:
        cells = tuple(label("", role, wrap=role == "caption") for role in _ROLES)
        for at, cell in enumerate(cells):
            self._put(cell, len(self._lines) + 1, at)
        return cells

    def _put(self, cell: QLabel, line: int, at: int) -> None:
        if at:
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(cell, line, at)
