"""The library as a list model: entries or trash, searched as one types, with changes that can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from core.errors import LacunaError
from core.library.entry import Entry
from core.library.store import Library
from gui.state.scorecard import headline
from gui.state.words import percent

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole


def key_figures(entry: Entry) -> str:
    """How often the concept was seen before and after, or what is wrong with the entry."""
    if entry.damage:
        return entry.damage
    rates = headline(entry.scorecard)
    return f"Seen {percent(rates[0].value)} → {percent(rates[1].value)}" if rates else "Not judged yet"


class LibraryModel(QAbstractListModel):
    """Entries newest first: `entries` are shown, `kept` are all outside the trash.

    `failed` says in words why a change could not be made; `reloaded` follows each change of what is shown.
    """

    failed = Signal(str)
    reloaded = Signal()

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self.kept: list[Entry] = []
        self.entries: list[Entry] = []
        self.text, self.in_trash = "", False
        self.reload()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The number of entries shown."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name, a sentence for screen readers, or the Entry itself."""
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return entry.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.name}. {key_figures(entry)}"
        return entry if role == ENTRY_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Sound entries outside the trash may be renamed."""
        flags = super().flags(index)
        if index.isValid() and not self.in_trash and not self.entries[index.row()].damage:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename an entry."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not name:
            return False
        entry = self.entries[index.row()]
        return name == entry.name or self._change(lambda: self.library.rename(entry.id, name))

    def reload(self) -> None:
        """Read the folder again."""
        self.kept = self.library.entries()
        self._show()

    def _show(self) -> None:
        self.beginResetModel()
        try:
            self.entries = self._found()
        except LacunaError as error:
            self.entries = []
            self.failed.emit(str(error))
        self.endResetModel()
        self.reloaded.emit()

    def _found(self) -> list[Entry]:
        if self.in_trash:
            return self.library.trashed()
        return self.library.search(self.text) if self.text.strip() else self.kept

    def search(self, text: str) -> None:
        """Show the entries that hold these words; all if there are none."""
        self.text = text
        self._show()

    def show_trash(self, shown: bool) -> None:
        """Show what was deleted instead of what is kept."""
        self.in_trash = shown
        self._show()

    def trash(self, entry: Entry) -> bool:
        """Move an entry to the trash, from where `restore` brings it back."""
        return self._change(lambda: self.library.trash(entry.id))

    def restore(self, entry: Entry) -> bool:
        """Bring an entry back from the trash."""
        return self._change(lambda: self.library.restore(entry.id))

    def row_of(self, entry_id: str) -> int:
        """The row of an entry, -1 if it is not shown."""
        return next((row for row, entry in enumerate(self.entries) if entry.id == entry_id), -1)

    def _change(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except LacunaError as error:
            self.failed.emit(str(error))
            return False
        self.reload()
        return True
