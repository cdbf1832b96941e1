"""The gallery as a list model: takes or trash, searched as one types, with changes that can be undone.

The folder is read, and files are moved, beside the window's thread, one piece of work after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QMimeData, QObject, Qt, QThreadPool, QUrl, Signal, Slot

from core.errors import LacunaError
from core.i18n import number, tr
from core.library.gallery import Gallery, GalleryQuery, Take
from gui.state.row_list import Index, RowList
from gui.state.words import counted

TAKE_ROLE = Qt.ItemDataRole.UserRole
"""The Take."""


@dataclass(frozen=True)
class Snapshot:
    """What the gallery and its trash hold."""

    takes: list[Take]
    binned: list[Take]


@dataclass(frozen=True)
class Change:
    """What was done, in words, and how it is undone."""

    words: str
    undo: Callable[[], None] | None = None


def told(take: Take) -> str:
    """The encoder, and for an entry its strength, in a few words."""
    if take.encoder:
        strength = take.number("strength")
        return take.encoder if strength is None else tr("{name} at {strength}", name=take.encoder,
                                                         strength=number(strength, "g"))  # fmt: skip
    return tr("Negative") if take.text("negative_prompt") else tr("Original")


class GalleryModel(RowList[Take]):
    """`rows` are shown; `kept` are all outside the trash and `binned` those in it.

    `reloaded` follows each change of what is shown, `done` carries a Change after what was asked for here, and
    `failed` says in words why something could not be done. Call `close` at the end.
    """

    failed = Signal(str)
    reloaded = Signal()
    done = Signal(object)

    _answered = Signal(object, object, str)

    def __init__(self, gallery: Gallery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gallery = gallery
        self.rows: list[Take] = []
        self.kept: list[Take] = []
        self.binned: list[Take] = []
        self.query, self.in_trash = GalleryQuery(), False
        self.loading = True
        self._looks, self._closed = 0, False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._answered.connect(self._take)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The prompt, a sentence for screen readers, or the Take itself."""
        if not index.isValid():
            return None
        take = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return take.prompt or take.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            seed = tr("seed {seed}", seed="–" if take.seed is None else take.seed)
            return f"{take.prompt or take.name}. {told(take)}, {seed}"
        return take if role == TAKE_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Takes can be chosen, and dragged to other programs."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:
        """Files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        """The files of the takes, for other programs."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.rows[index.row()].path)) for index in indexes])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Others get copies: what is dragged stays in the gallery."""
        return Qt.DropAction.CopyAction

    @property
    def hosts(self) -> list[tuple[str, str]]:
        """The family and host of everything that was kept, each pair once."""
        return sorted({(take.text("family"), take.host) for take in self.kept if take.host})

    def look(self) -> None:
        """Read the folder, if no look at it is waiting yet."""
        if self._looks == 0:
            self._looks += 1
            self._change(None, None)

    def find(self, text: str | None = None, host: str | None = None, starred: bool | None = None) -> None:
        """Show the takes that fit; what is not named stays as it is."""
        given = {"text": text, "host": host, "starred": starred}
        self.query = replace(self.query, **{name: value for name, value in given.items() if value is not None})
        self._show()

    def show_trash(self, shown: bool) -> None:
        """Show what was removed instead of what is kept."""
        self.in_trash = shown
        self._show()

    def star(self, takes: Iterable[Take], starred: bool) -> None:
        """Mark takes, or take their marks off."""
        names = [take.name for take in takes]
        self._change(lambda: [self.gallery.star(name, starred) for name in names], None)

    def trash(self, takes: Iterable[Take]) -> None:
        """Move takes to the trash, from where Undo and `restore` bring them back."""
        names = [take.name for take in takes]
        words = counted(
            len(names), tr("The take was moved to the trash."), tr("{count} takes were moved to the trash.")
        )
        undo = Change(words, lambda: self._restore(names, ""))
        self._change(lambda: [self.gallery.trash(name) for name in names], undo)

    def restore(self, takes: Iterable[Take]) -> None:
        """Bring takes back from the trash."""
        names = [take.name for take in takes]
        self._restore(names, counted(len(names), tr("The take is back."), tr("{count} takes are back.")))

    def _restore(self, names: list[str], words: str) -> None:
        self._change(lambda: [self.gallery.restore(name) for name in names], Change(words) if words else None)

    def empty_trash(self) -> None:
        """Delete for good what is in the trash."""
        count = len(self.binned)
        words = counted(count, tr("The take was deleted for good."), tr("{count} takes were deleted for good."))
        self._change(self.gallery.empty_trash, Change(words))

    def _change(self, act: Callable[[], object] | None, change: Change | None) -> None:
        if not self._closed:
            self._pool.start(lambda: self._work(act, change))

    def _work(self, act: Callable[[], object] | None, change: Change | None) -> None:
        """In the pool: do something, then read what there is."""
        problem = ""
        try:
            if act is not None:
                act()
        except LacunaError as error:
            problem, change = str(error), None
        try:
            found = Snapshot(self.gallery.takes(), self.gallery.trashed())
            GalleryQuery("words").of(found.takes)  # what a search looks into is put together here, not as one types
        except LacunaError as error:
            found, problem = Snapshot([], []), problem or str(error)
        self._answered.emit(found, change, problem)

    @Slot(object, object, str)
    def _take(self, found: Snapshot, change: Change | None, problem: str) -> None:
        self._looks = 0
        self.kept, self.binned, self.loading = found.takes, found.binned, False
        self._show()
        if problem:
            self.failed.emit(problem)
        if change is not None:
            self.done.emit(change)

    def _show(self) -> None:
        rows = self.query.of(self.binned if self.in_trash else self.kept)
        if len(rows) != len(self.rows) or any(new is not old for new, old in zip(rows, self.rows, strict=True)):
            self.set_rows(rows)
        self.reloaded.emit()

    def close(self) -> None:
        """Drop what waits, and wait for what is being done."""
        self._closed = True
        self._pool.clear()
        self._pool.waitForDone()
