"""The entries that a picker offers: those outside the trash that fit, narrowed as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.state.entry_words import told_row
from gui.state.row_list import Index

if TYPE_CHECKING:
    from core.library.row import Row
    from gui.state.library_model import LibraryModel

PICK_ROLE = Qt.ItemDataRole.UserRole
"""The Row of a line."""

Fits = Callable[["Row"], bool]


def is_sound(row: Row) -> bool:
    """Whether an entry can be opened: neither damaged nor missing."""
    return not row.damage and not row.missing


def _holds(row: Row, words: list[str]) -> bool:
    said = " ".join((row.name, *row.concepts, row.concept, row.family, row.method, *row.tags)).casefold()
    return all(word in said for word in words)


class PickerModel(QAbstractListModel):
    """Rows in the library's order; a search looks into names, concepts, family, method and tags."""

    def __init__(self, library: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self.rows: list[Row] = []
        self._fits: Fits = is_sound
        self._text = ""
        self._read: list[Row] = []
        self.refresh()
        library.reloaded.connect(self._follow)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The number of entries offered."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name, a sentence for screen readers, or the Row."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}. {told_row(row)}"
        return row if role == PICK_ROLE else None

    def offer(self, fits: Fits) -> None:
        """Offer other entries: those for which `fits` says yes."""
        self._fits = fits
        self.refresh()

    def search(self, text: str) -> None:
        """Offer those that hold every word."""
        self._text = text
        self.refresh()

    def _follow(self) -> None:
        """Read the list again if the library was read again; a search in the Library page changes nothing here."""
        if self.library.kept is not self._read:
            self.refresh()

    def refresh(self) -> None:
        """Read the library's list again."""
        self._read = self.library.kept
        words = self._text.casefold().split()
        self.beginResetModel()
        self.rows = [row for row in self.library.kept if self._fits(row) and _holds(row, words)]
        self.endResetModel()

    def line_of(self, entry_id: str) -> int:
        """The line of an entry, -1 if it is not offered."""
        return next((at for at, row in enumerate(self.rows) if row.id == entry_id), -1)
