"""What Compare shows: entries of one family with a comparison for each host, or clips that came from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import LacunaError
from core.i18n import tr
from core.library.entry import Entry
from gui.state.comparison import MOST, Comparison, Pane, of_entries, of_files

if TYPE_CHECKING:
    from gui.state.library_model import LibraryModel


class CompareState(QObject):
    """Holds what is compared; `entries` are empty while clips from elsewhere are shown."""

    changed = Signal()
    """Other entries, another host, or other panes."""
    failed = Signal(str)
    """Why something cannot be compared, in words."""

    def __init__(self, library: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self.entries: list[Entry] = []
        self.hosts: dict[str, Comparison] = {}
        self.host = ""
        self.hidden: frozenset[str] = frozenset()

    @property
    def entry(self) -> Entry | None:
        """The entry that was picked first."""
        return self.entries[0] if self.entries else None

    @property
    def comparison(self) -> Comparison | None:
        """What stands side by side in the chosen host."""
        return self.hosts.get(self.host)

    @property
    def family(self) -> str:
        """The family of all that is shown, empty for clips that do not say."""
        return self.comparison.family if self.comparison else ""

    @property
    def panes(self) -> list[Pane]:
        """The panes on the stage: those that are not hidden, at most `MOST`."""
        listed = self.comparison.panes if self.comparison else ()
        return [pane for pane in listed if pane.key not in self.hidden][:MOST]

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show entries of the library by id."""
        try:
            self.show_entries([self.library.library.get(entry_id) for entry_id in ids])
        except LacunaError as error:
            self.failed.emit(str(error))

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show entries side by side; nothing changes where they cannot be compared."""
        try:
            hosts = of_entries(entries) if entries else {}
        except LacunaError as error:
            self.failed.emit(str(error))
            return
        self._take(list(entries), hosts)

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show clips, pictures and folders that came from elsewhere."""
        try:
            self.show_comparison(of_files(paths))
        except (LacunaError, OSError) as error:
            self.failed.emit(str(error))

    def show_comparison(self, shown: Comparison) -> None:
        """Show what another page has put together."""
        self._take([], {shown.host: shown})

    def add(self, entry_id: str) -> None:
        """Put one more encoder of the family beside those that are shown."""
        if entry_id not in {entry.id for entry in self.entries}:
            self.show_ids([*(entry.id for entry in self.entries), entry_id])
            self._warn()

    def remove(self, entry_id: str) -> None:
        """Take an encoder away; the last one stays."""
        rest = [entry for entry in self.entries if entry.id != entry_id]
        if rest:
            self.show_entries(rest)

    def set_host(self, host: str) -> None:
        """Show the clips of another host."""
        if host in self.hosts and host != self.host:
            self.host = host
            self.changed.emit()

    def hide(self, key: str, hidden: bool) -> None:
        """Take a pane off the stage or put it back; one always stays."""
        wanted = self.hidden | {key} if hidden else self.hidden - {key}
        if self.comparison and any(pane.key not in wanted for pane in self.comparison.panes):
            self.hidden = wanted
            self.changed.emit()

    def _take(self, entries: list[Entry], hosts: dict[str, Comparison]) -> None:
        self.entries, self.hosts = entries, hosts
        self.host = self.host if self.host in hosts else next(iter(hosts), "")
        self.hidden = frozenset()
        self.changed.emit()

    def _warn(self) -> None:
        if self.comparison and len(self.comparison.panes) > MOST:
            self.failed.emit(tr("Only {count} panes fit on the stage; hide some to see the others.", count=MOST))
