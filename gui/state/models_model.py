"""What is offered and what is installed, in groups, narrowed as a person asks; no widgets.

Disk, driver and planner are asked beside the window's thread; a list of models that cannot be read is told in `note`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import Cancelled, LacunaError
from core.i18n import tr
from core.models.adding import add, forget, relink, verify
from core.models.catalogue import FAMILIES
from core.models.downloads import State, Status
from core.models.licences import accept
from core.models.offers import offer
from core.models.registry import models_folder
from gui.state.downloading import Downloading
from gui.state.model_row import Group, ModelRow
from gui.state.models_read import Read, fits, read_models
from gui.state.row_list import Index, RowList
from gui.workers.errands import Errands

if TYPE_CHECKING:
    from core.models.adding import Found

_SETTLED = (State.READY, State.DAMAGED, State.ABSENT)
"""States of the disk, as opposed to those of a download."""
ROW_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class Query:
    """What is asked for: words, a family, and only what is installed; empty asks for all."""

    text: str = ""
    family: str = ""
    installed: bool = False

    def takes(self, row: ModelRow) -> bool:
        """Whether a model is asked for; a judge belongs to every family."""
        kin = self.family in ("", row.family) or not row.family
        return kin and (row.installed or not self.installed) and row.holds(tuple(self.text.casefold().split()))


class ModelsModel(RowList[ModelRow]):
    """Shows `rows` of `all`; `changed` follows every change, and `done` and `failed` carry words.

    `installed` tells that something came or went, or was found where it was lost; `added` carries the id of what a
    person added.
    """

    changed = Signal()
    done = Signal(str)
    failed = Signal(str)
    installed = Signal()
    added = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = []
        self.all: list[ModelRow] = []
        self.query = Query()
        self.note, self._looks = "", 0
        self._news: set[str] = set()
        self.downloading = Downloading(self)
        self._closing = threading.Event()
        self._errands = Errands(2, self)
        self._errands.done.connect(self._take)
        self.downloading.changed.connect(self._heard)
        self._root = self.downloading.downloads.registry.root

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row; its title and state for a screen reader."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.title}, {row.kind}, {row.told()}"
        return None

    def look(self) -> None:
        """Read what is offered and installed anew; of several readings only the last one counts."""
        downloads = self.downloading.downloads
        self._looks += 1
        self._news.clear()
        self._errands.run(f"read {self._looks}", lambda: read_models(downloads))

    def meet_folder(self) -> None:
        """Show what is in another models folder, once the settings name one."""
        if models_folder() != self._root:
            self.downloading.move()
            self._root = self.downloading.downloads.registry.root
            self.look()

    def set_query(self, **values: object) -> None:
        """Ask for something else."""
        self.query = replace(self.query, **values)
        self._narrow()

    def row(self, name: str) -> ModelRow | None:
        """The model of this id, shown or not."""
        return next((row for row in self.all if row.id == name), None)

    @property
    def families(self) -> list[str]:
        """The families that occur, in their order."""
        found = {row.family for row in self.all}
        return [family for family in FAMILIES if family in found]

    @Slot(str, object)
    def _take(self, key: str, found: object) -> None:
        if isinstance(found, Read):
            if key == f"read {self._looks}":
                self._take_read(found)
        elif key == "fits" and isinstance(found, dict):
            self._put([replace(row, verdict=found.get(row.id, row.verdict)) for row in self.all])
        elif key == "act":
            self._acted(found)

    def _take_read(self, found: Read) -> None:
        """Show what was read."""
        before = {row.id: row for row in self.all}
        self.note = found.note
        rows = [self._brought_up(row, before.get(row.id)) for row in found.rows]
        self.downloading.known = {row.id: row.status for row in rows}
        self._put(rows)
        rows = tuple(self.all)
        self._errands.run("fits", lambda: fits(rows))
        if _standing(list(before.values())) != _standing(self.all):
            self.installed.emit()

    def _brought_up(self, row: ModelRow, before: ModelRow | None) -> ModelRow:
        """What was read, with the verdict known so far, and with the news of a download that came meanwhile."""
        if before is None:
            return row
        status = before.status if row.id in self._news and before.status.state not in _SETTLED else row.status
        return replace(row, verdict=before.verdict, status=status)

    def _put(self, rows: list[ModelRow]) -> None:
        same = {row.id: row for row in self.all}
        self.all = [same[row.id] if same.get(row.id) == row else row for row in rows]
        self._narrow()

    def _narrow(self) -> None:
        groups = list(Group)
        shown = [row for row in self.all if self.query.takes(row)]
        self.set_rows(sorted(shown, key=lambda row: groups.index(row.group)))
        self.changed.emit()

    def _heard(self, names: tuple[str, ...]) -> None:
        """Show how far downloads are; read everything anew where one has ended."""
        known = self.downloading.known
        self._put([_at(row, known[row.id]) if row.id in names else row for row in self.all])
        self._news.update(names)
        if any(known[name].state in _SETTLED for name in names):
            self.look()

    def start(self, name: str, *, accepted: bool = False) -> None:
        """Download, go on or try again; `accepted` says that the person has just agreed to the licence."""
        self._told(lambda: self._start(name, accepted))

    def _start(self, name: str, accepted: bool) -> None:
        if accepted:
            accept(offer(name, self._root), self._root)
        self.downloading.downloads.start(name)

    def pause(self, name: str) -> None:
        """Stop a download or a check; every byte is kept."""
        self.downloading.downloads.pause(name)

    def verify(self, row: ModelRow) -> None:
        """Read every file of a model and say whether it is whole."""
        if row.offer:
            self._told(lambda: self.downloading.downloads.verify(row.id))
        elif row.component:
            said = tr("“{title}” was read, and every number in it can be used.", title=row.title)
            self._do(partial(verify, row.component, self._root, cancelled=self._closing.is_set), said)
            self._put([replace(r, status=Status(State.VERIFYING)) if r.id == row.id else r for r in self.all])

    def repair(self, name: str) -> None:
        """Fetch what is broken anew."""
        self._told(lambda: self.downloading.downloads.repair(name))

    def remove(self, row: ModelRow) -> None:
        """Delete what was downloaded, or forget what is linked."""
        if row.offer:
            self._do(lambda: self.downloading.downloads.remove(row.id), tr("“{title}” was removed.", title=row.title))
        else:
            said = tr("“{title}” was forgotten; its files are untouched.", title=row.title)
            self._do(lambda: forget(row.id, self._root), said)

    def add(self, found: Found, title: str = "") -> None:
        """Put the person's own files on the list, linked where they lie."""

        def work() -> None:
            self.added.emit(add(found, title, self._root).id)

        self._do(work, tr("“{title}” was added.", title=title or found.title))

    def relink(self, row: ModelRow, place: Path) -> None:
        """Tell where a model's files are now."""
        self._do(lambda: relink(row.id, place, self._root), tr("“{title}” was found again.", title=row.title))

    def _told(self, act: Callable[[], object]) -> None:
        try:
            act()
        except LacunaError as error:
            self.failed.emit(str(error))

    def _do(self, act: Callable[[], object], said: str) -> None:
        """Do what takes the disk a while beside the window's thread, and tell how it went."""

        def work() -> tuple[bool, str]:
            try:
                told = act()
            except LacunaError as error:
                return False, str(error)
            except Cancelled:
                return False, ""
            return True, f"{said} {told}" if isinstance(told, str) and told else said

        self._errands.run("act", work)

    def _acted(self, found: object) -> None:
        good, words = found if isinstance(found, tuple) else (False, tr("The disk refused."))
        if words:
            (self.done if good else self.failed).emit(words)
        self.look()

    def close(self) -> None:
        """Pause downloads, and wait for what is being read."""
        self._closing.set()
        self.downloading.close()
        self._errands.close()


def _at(row: ModelRow, status: Status) -> ModelRow:
    """A model at what is told of its download, which knows its size to the byte."""
    return replace(row, status=status, bytes=status.total or row.bytes)


def _standing(rows: list[ModelRow]) -> set[tuple[str, State]]:
    """Which models are installed, and whether they are whole."""
    return {(row.id, row.status.state) for row in rows if row.installed}
