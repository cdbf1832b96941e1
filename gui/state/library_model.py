"""The library as a list model: entries or trash, looked through as one types, with changes that can be undone.

Nothing here waits for the disk: reading, changing and copying are done beside the window's thread, one after the
other. `done` tells what was done and holds the way back; `failed` tells why something was not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt, QUrl, Signal, Slot

from core.errors import LacunaError
from core.i18n import tr
from core.library.entry import THUMBNAIL, Entry
from core.library.query import Query
from core.library.row import Row
from core.library.store import Library
from gui.state import library_changes as changes
from gui.state.entry_words import told_row
from gui.state.library_changes import Change, Note, Outcome, Work
from gui.state.row_list import Index, RowList
from gui.workers.library_desk import LibraryDesk, Snapshot

ENTRY_ROLE = Qt.ItemDataRole.UserRole
"""The whole Entry, read at the first question; None where it is missing."""
ROW_ROLE = ENTRY_ROLE + 1
"""The Row."""
THUMBNAIL_ROLE = ENTRY_ROLE + 2
"""The path of the small picture as text, empty where there is none."""

AT_ONCE = 200
"""Entries that are read before the constructor returns; a larger library is read beside the window's thread."""
_CACHED, _UNDOS = 64, 100


class LibraryModel(RowList[Row]):
    """`rows` are shown; `kept` are all outside the trash and `binned` all in it, the newest first.

    `reloaded` follows each change of what is shown or kept. `done` carries a Change after each change that was asked
    for here. `failed` says in words why one could not be made. `lost` holds while the library's folder is gone, and
    `loading` until a large library was read for the first time. Call `close` at the end.
    """

    failed = Signal(str)
    reloaded = Signal()
    done = Signal(object)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self.rows: list[Row] = []
        self.kept: list[Row] = []
        self.binned: list[Row] = []
        self.query, self.in_trash = Query(), False
        self.lost, self.loading = False, True
        self.undoable: list[Change] = []
        self._entries: OrderedDict[str, Entry | None] = OrderedDict()
        self._told: Snapshot | None = None
        self._desk = LibraryDesk(library, self)
        self._desk.answered.connect(self._take)
        self._look()

    @property
    def text(self) -> str:
        """The words that are looked for."""
        return self.query.text

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name, a sentence for screen readers, the Row, the Entry, or the path of the small picture."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}. {told_row(row)}"
            case _:
                return self._more(row, role)

    def _more(self, row: Row, role: int) -> object:
        if role == ROW_ROLE:
            return row
        if role == ENTRY_ROLE:
            return self.entry(row.id)
        return self.picture(row) if role == THUMBNAIL_ROLE else None

    def picture(self, row: Row) -> str:
        """The path of an entry's small picture; empty where there is none."""
        if not row.pictured or row.missing:
            return ""
        return str(self.library.folder_of(row.id, trashed=self.in_trash) / THUMBNAIL)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Sound entries outside the trash may be renamed; what has a folder may be dragged away."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        row, flags = self.rows[index.row()], Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not row.missing:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if not (self.in_trash or row.damage or row.missing):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def mimeTypes(self) -> list[str]:
        """Entries are dragged as files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The folders of entries, for other programs."""
        rows = [self.rows[at] for at in sorted({index.row() for index in indexes})]
        folders = [self.library.folder_of(row.id, trashed=self.in_trash) for row in rows if not row.missing]
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(folder)) for folder in folders])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Dragging away copies, never moves."""
        return Qt.DropAction.CopyAction

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename an entry; the new name is shown once it is written."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not name:
            return False
        row = self.rows[index.row()]
        if name != row.name:
            self.rename(row.id, name)
        return True

    def row(self, entry_id: str) -> Row | None:
        """An entry in short, in the library or the trash, whether it is shown or not."""
        return next((row for row in (*self.kept, *self.binned) if row.id == entry_id), None)

    def entry(self, entry_id: str) -> Entry | None:
        """The whole entry where it is shown; None where it is missing. Kept until the library changes."""
        if entry_id not in self._entries:
            self._entries[entry_id] = self._read(entry_id)
            while len(self._entries) > _CACHED:
                self._entries.popitem(last=False)
        return self._entries[entry_id]

    def _read(self, entry_id: str) -> Entry | None:
        try:
            return self.library.get_trashed(entry_id) if self.in_trash else self.library.get(entry_id)
        except LacunaError:
            return None

    def choices(self, field: str) -> list[str]:
        """What there is to filter by: every `kind`, `family`, `method` or one of the `tags`, in order."""
        found = {getattr(row, field) for row in self.kept if field != "tags"} - {""}
        found |= {tag for row in self.kept for tag in row.tags if field == "tags"}
        return sorted(found, key=lambda word: (word.casefold(), word))

    def search(self, text: str) -> None:
        """Show the entries that hold these words; all if there are none."""
        self.set_query(replace(self.query, text=text))

    def filter(self, **asked: Any) -> None:
        """Change some fields of the query."""
        self.set_query(replace(self.query, **asked))

    def set_query(self, query: Query) -> None:
        """Show what fits, in the query's order."""
        if query != self.query:
            self.query = query
            self._show()

    def show_trash(self, shown: bool) -> None:
        """Show what was deleted instead of what is kept."""
        if shown is not self.in_trash:
            self.in_trash = shown
            self._entries.clear()
            self._show()

    def _show(self) -> None:
        self.set_rows(self.query.select(self.binned if self.in_trash else self.kept))
        self.reloaded.emit()

    def reload(self) -> None:
        """Look at the folders again: a small library at once, a large one beside the window's thread."""
        self._told = None
        self._look()

    def _look(self) -> None:
        if self._desk.busy or self.library.is_larger_than(AT_ONCE):
            self._desk.look()
        else:
            self._desk.look_now()

    def rescan(self) -> None:
        """Look at the folders again, and tell with `done` what was found to have changed."""
        self._desk.do(changes.rescan)

    @Slot(object, object)
    def _take(self, snapshot: Snapshot, result: object) -> None:
        """Show the library as it is now, and tell what became of what was asked for."""
        told, self._told, self.loading = self._told, snapshot, False
        if snapshot is not told:
            self._entries.clear()
            self.kept, self.binned = map(list, snapshot.shelf)
            self.lost = snapshot.lost
            self._show()
            self._tell_trouble(snapshot, told)
        if isinstance(result, LacunaError):
            self.failed.emit(str(result))
        elif isinstance(result, Outcome):
            self._tell(result)

    def _tell_trouble(self, now: Snapshot, before: Snapshot | None) -> None:
        if now.lost and not (before and before.lost):
            what = tr("The library’s folder is gone: {folder}.", folder=self.library.root)
            self.failed.emit(f"{what} {tr('Put it back, and the entries appear again.')}")
        if now.problem and not (before and before.problem == now.problem):
            self.failed.emit(now.problem)

    def _tell(self, outcome: Outcome) -> None:
        if outcome.problem:
            self.failed.emit(outcome.problem)
        if outcome.text:
            change = Change(outcome.text, outcome.ids, outcome.back)
            if change.back:
                self.undoable.append(change)
                del self.undoable[:-_UNDOS]
            self.done.emit(change)

    def undo(self, change: Change | None = None) -> None:
        """Take a change back, the newest by default; nothing happens where there is none, or it cannot be undone."""
        wanted = change or (self.undoable[-1] if self.undoable else None)
        if wanted in self.undoable:
            self.undoable.remove(wanted)
            self._desk.do(_without_way_back(wanted.back))

    def rename(self, id: str, name: str) -> None:
        """Give an entry another name."""
        self._desk.do(changes.rename(id, name))

    def trash(self, ids: Sequence[str]) -> None:
        """Move entries to the trash."""
        self._desk.do(changes.trash(ids))

    def restore(self, ids: Sequence[str]) -> None:
        """Bring entries back from the trash."""
        self._desk.do(changes.restore(ids))

    def annotate(
        self,
        ids: Sequence[str],
        *,
        notes: str | None = None,
        tags: Sequence[str] | None = None,
        stars: int | None = None,
    ) -> None:
        """Put notes, tags or a rating in place of what entries have; None leaves it as it is."""
        note = Note(notes, None if tags is None else tuple(tags), stars)
        self._desk.do(changes.annotate(dict.fromkeys(ids, note)))

    def add_tags(self, ids: Sequence[str], tags: Iterable[str]) -> None:
        """Give entries more tags."""
        self._desk.do(changes.add_tags(ids, tags))

    def remove_tags(self, ids: Sequence[str], tags: Iterable[str]) -> None:
        """Take tags off entries."""
        self._desk.do(changes.remove_tags(ids, tags))

    def duplicate(self, ids: Sequence[str]) -> None:
        """Copy entries."""
        self._desk.do(changes.duplicate(ids))

    def strengthen(self, id: str, strength: float, *, replace: bool = False) -> None:
        """Copy an entry with another strength, 0 to 1.5; with `replace` the copy takes the entry's place."""
        self._desk.do(changes.strengthen(id, strength, replace=replace))

    def adopt(self, folders: Sequence[Path]) -> None:
        """Copy entries from elsewhere into the library."""
        self._desk.do(changes.adopt(folders))

    def unpack(self, bundles: Sequence[Path]) -> None:
        """Take `.lacuna` bundles into the library."""
        self._desk.do(changes.unpack(bundles))

    def relink(self, id: str, folder: Path) -> None:
        """Bring a missing entry back from where its folder is now."""
        self._desk.do(changes.relink(id, folder))

    def forget(self, ids: Sequence[str]) -> None:
        """Take missing entries off the list."""
        self._desk.do(changes.forget(ids))

    def purge(self, ids: Sequence[str]) -> None:
        """Delete entries of the trash for good."""
        self._desk.do(changes.purge(ids))

    def empty_trash(self) -> None:
        """Delete everything in the trash for good."""
        self._desk.do(changes.empty_trash)

    def close(self) -> None:
        """Finish what was asked for and wait for it."""
        self._desk.close()


def _without_way_back(work: Work | None) -> Work:
    """The way back of a change, which is not itself a change to take back."""

    def undo(library: Library) -> Outcome:
        return replace(work(library), back=None) if work else Outcome()

    return undo
