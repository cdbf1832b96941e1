"""The command palette's list: every command whose title holds the typed letters in order, the best fit first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.state.commands import Command
from gui.state.row_list import Index

COMMAND_ROLE = Qt.ItemDataRole.UserRole


def fit(title: str, query: str) -> int | None:
    """How well `query` fits: the lower the better; None where its letters do not stand in `title` in this order.

    Letters at the start of a word cost nothing, a jump inside a word costs its length, so that `oc` finds “Open in
    Compare” before “Look around the corner”.
    """
    text, at, cost = title.casefold(), 0, 0
    for letter in query.casefold().replace(" ", ""):
        found = _next(text, letter, at)
        if found is None:
            return None
        starts = found == 0 or not text[found - 1].isalnum()
        cost += 0 if found == at or starts else 2 + found - at
        at = found + 1
    return cost


def _next(text: str, letter: str, at: int) -> int | None:
    """Where the letter stands next: right here, else at the start of a word, else anywhere."""
    if text.startswith(letter, at):
        return at
    places = [k for k in range(at, len(text)) if text[k] == letter]
    starts = (k for k in places if not text[k - 1].isalnum())
    return next(starts, places[0] if places else None)


class PaletteModel(QAbstractListModel):
    """The commands that can be done now and fit what was typed."""

    def __init__(self, commands: Sequence[Command], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = [command for command in commands if command.enabled()]
        self.commands = list(self._all)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The number of commands that fit."""
        return 0 if parent.isValid() else len(self.commands)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title, the title with its keys for screen readers, or the Command itself."""
        if not index.isValid():
            return None
        command = self.commands[index.row()]
        if role == COMMAND_ROLE:
            return command
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((command.title, *command.keys[:1]))
        return command.title if role == Qt.ItemDataRole.DisplayRole else None

    def search(self, query: str) -> None:
        """Show the commands that fit; the order of equals stays."""
        self.beginResetModel()
        costs = [(fit(command.title, query), command) for command in self._all]
        fitting = [(cost, command) for cost, command in costs if cost is not None]
        self.commands = [command for _, command in sorted(fitting, key=lambda found: found[0])]
        self.endResetModel()
