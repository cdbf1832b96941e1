"""A list model of rows with ids: it tells views the least that changed, so that a selection stays where it was."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex

_STEPS = 64
"""Runs of rows that come or go one by one; with more of them, views are told to read everything again."""


class Listed(Protocol):
    """What a list tells apart by its id."""

    @property
    def id(self) -> str:
        """Names it for as long as it lasts."""
        ...


Thing = TypeVar("Thing", bound=Listed)


class RowList(QAbstractListModel, Generic[Thing]):
    """Holds `rows`; `set_rows` puts others in their place."""

    rows: list[Thing]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The number of rows shown."""
        return 0 if parent.isValid() else len(self.rows)

    def row_of(self, entry_id: str) -> int:
        """Where an entry stands, -1 if it is not shown."""
        return next((at for at, row in enumerate(self.rows) if row.id == entry_id), -1)

    def set_rows(self, rows: list[Thing]) -> None:
        """Show other rows: those that are gone leave, those that stay keep their selection, new ones come in."""
        if not self.rows or not rows:
            self._replace(rows)
            return
        old, new = [row.id for row in self.rows], [row.id for row in rows]
        staying = set(old) & set(new)
        gone = _runs([at for at, id in enumerate(old) if id not in staying])
        come = _runs([at for at, id in enumerate(new) if id not in staying])
        if len(gone) + len(come) > _STEPS:
            self._replace(rows)
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.rows[first : last + 1]
            self.endRemoveRows()
        self._reorder([row for row in rows if row.id in staying])
        for first, last in come:
            self.beginInsertRows(QModelIndex(), first, last)
            self.rows[first:first] = rows[first : last + 1]
            self.endInsertRows()

    def _replace(self, rows: list[Thing]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def _reorder(self, rows: list[Thing]) -> None:
        """Put the rows that stay into their new order and tell which of them changed."""
        old = [row.id for row in self.rows]
        if old == [row.id for row in rows]:
            changed = [at for at, (was, now) in enumerate(zip(self.rows, rows, strict=True)) if was is not now]
            self.rows = rows
            for first, last in _runs(changed):
                self.dataChanged.emit(self.index(first), self.index(last))
            return
        self.layoutAboutToBeChanged.emit()
        at = {row.id: place for place, row in enumerate(rows)}
        kept = self.persistentIndexList()
        moved = [self.index(at[old[index.row()]]) for index in kept]
        self.rows = rows
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """The first and last of each run of consecutive numbers."""
    grouped = groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    runs = [list(map(itemgetter(1), run)) for _, run in grouped]
    return [(run[0], run[-1]) for run in runs]
