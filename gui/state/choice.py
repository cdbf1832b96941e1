"""What is chosen in the library, what can be done with it, and the jobs that are made of it; no widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.spec import EraseSpec, JobSpec, ScoreSpec
from gui.state.comparison import MOST
from gui.state.picker_model import is_sound

if TYPE_CHECKING:
    from pathlib import Path

    from core.library.entry import Entry
    from core.library.row import Row
    from gui.state.library_model import LibraryModel

T = TypeVar("T")


class Choice(QObject):
    """The chosen rows of a LibraryModel, in the order in which they are shown.

    `asked` carries a spec to queue, `went` a place and what to show there, `failed` why something cannot be done.
    """

    asked = Signal(object)
    went = Signal(str, object)
    failed = Signal(str)
    changed = Signal()

    def __init__(self, model: LibraryModel, folder: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model, self.folder = model, folder
        self.rows: tuple[Row, ...] = ()

    def choose(self, rows: Sequence[Row]) -> None:
        """Take other rows."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self.changed.emit()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the chosen entries."""
        return tuple(row.id for row in self.rows)

    @property
    def one(self) -> Row | None:
        """The one entry that is chosen, None for none or several."""
        return self.rows[0] if len(self.rows) == 1 else None

    @property
    def entry(self) -> Entry | None:
        """The one entry that is chosen, read from its folder; None for none, several, or one that is missing."""
        return self.model.entry(self.rows[0].id) if len(self.rows) == 1 else None

    def some(self) -> bool:
        """Whether anything outside the trash is chosen."""
        return bool(self.rows) and not self.model.in_trash

    def some_binned(self) -> bool:
        """Whether anything in the trash is chosen."""
        return bool(self.rows) and self.model.in_trash

    def sound(self) -> bool:
        """Whether sound entries outside the trash are chosen, and nothing else."""
        return self.some() and all(map(is_sound, self.rows))

    def one_sound(self) -> bool:
        """Whether one sound entry outside the trash is chosen."""
        return len(self.rows) == 1 and self.sound()

    def one_missing(self) -> bool:
        """Whether one entry is chosen whose folder is gone."""
        return self.one is not None and self.one.missing

    def one_there(self) -> bool:
        """Whether one entry is chosen that has a folder, in the library or in the trash."""
        return self.one is not None and not self.one.missing

    def comparable(self) -> bool:
        """Whether what is chosen can stand side by side: sound entries of one family, at most `MOST`."""
        return len(self.rows) <= MOST and self._alike()

    def stackable(self) -> bool:
        """Whether what is chosen can be put into one entry."""
        return len(self.rows) >= 2 and self._alike()

    def _alike(self) -> bool:
        return self.sound() and len({row.family for row in self.rows}) == 1

    def judged(self) -> bool:
        """Whether the one chosen entry has a scorecard."""
        return self.one_sound() and self.one is not None and self.one.passed is not None

    def compare(self) -> None:
        """Lead to Compare with what is chosen."""
        if self.comparable():
            entries = self.entries()
            self.went.emit("compare", entries[0] if len(entries) == 1 else entries)

    def entries(self) -> list[Entry]:
        """The chosen entries, read from their folders; missing ones are left out."""
        return [entry for row in self.rows if (entry := self.model.entry(row.id))]

    def probe(self) -> None:
        """Lead to Probe with the one that is chosen."""
        if self.one_sound():
            self.went.emit("probe", self.entry)

    def harden(self) -> None:
        """Ask for the erasure that goes on from it against attacks."""
        from gui.state.harden import harden_spec

        self._ask(lambda entry: harden_spec(entry, self.folder))

    def rerun(self) -> None:
        """Ask for the same erasure again."""
        from core.jobs.recipe import recipe

        self._ask(lambda entry: recipe(entry, self.folder))

    def edit(self) -> None:
        """Lead to Erase with the same settings filled in; a stack has none there."""
        from core.jobs.recipe import recipe

        spec = self._made(lambda entry: recipe(entry, self.folder))
        if isinstance(spec, EraseSpec):
            self.went.emit("erase", spec)
        elif spec is not None:
            self.failed.emit(tr("A stack is made of other entries: choose those, and stack them in another way."))

    def measure(self) -> None:
        """Ask for a thorough scorecard of each that is chosen."""
        for entry_id in self.ids if self.sound() else ():
            self.asked.emit(ScoreSpec(entry_id, full=True, library=self.folder))

    def export(self, path: Path) -> Path | None:
        """Save the scorecard of the one that is chosen, in the format of the suffix; the path it got."""
        from core.library.cards import export_card

        return self._made(lambda entry: export_card(entry, path))

    def _ask(self, make: Callable[[Entry], JobSpec]) -> None:
        spec = self._made(make)
        if spec is not None:
            self.asked.emit(spec)

    def _made(self, make: Callable[[Entry], T]) -> T | None:
        """What is made of the one chosen entry; None where it cannot be, which is told."""
        entry = self.entry if self.one_sound() else None
        if entry is None:
            return None
        try:
            return make(entry)
        except LacunaError as error:
            self.failed.emit(str(error))
            return None
