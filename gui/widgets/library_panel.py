"""The panel beside the list: one entry in full, or what several share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from core.i18n import tr
from gui.state.entry_facts import Pair, history_lines
from gui.widgets.basics import column, label, scrolled
from gui.widgets.entry_details import EntryDetails
from gui.widgets.several_details import SeveralDetails

if TYPE_CHECKING:
    from core.library.entry import Entry
    from core.library.row import Row
    from gui.state.choice import Choice
    from gui.state.thumbnails import Thumbnails

WIDTH = 336
"""Pixels."""


class LibraryPanel(QFrame):
    """Shows a Choice and hands what a person changes to its model."""

    relinked = Signal()
    foldered = Signal()
    probed = Signal()

    def __init__(self, choice: Choice, pictures: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(tr("Details"))
        self.setFixedWidth(WIDTH)
        self.choice, self.model = choice, choice.model
        self._read: list[Row] = []
        self._tags: list[str] = []
        self.one, self.several = EntryDetails(pictures, self._past), SeveralDetails()
        self.none = label(tr("Choose an entry to see what it is."), "muted", wrap=True)
        self.none.setContentsMargins(16, 16, 16, 16)
        inner = QWidget()
        inner.setLayout(column(self.none, self.one, self.several, 1, spacing=0))
        box = column(scrolled(inner))
        box.setContentsMargins(1, 1, 4, 1)
        self.setLayout(box)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        for part in (self.one, self.several):
            part.starred.connect(lambda count: self.model.annotate(self.choice.ids, stars=count))
            part.tagged.connect(lambda tags: self.model.add_tags(self.choice.ids, tags))
            part.untagged.connect(lambda tag: self.model.remove_tags(self.choice.ids, [tag]))
        self.one.noted.connect(lambda entry_id, text: self.model.annotate([entry_id], notes=text))
        self.one.relinked.connect(self.relinked)
        self.one.foldered.connect(self.foldered)
        self.one.probed.connect(self.probed)

    def refresh(self) -> None:
        """Show what is chosen now."""
        rows = self.choice.rows
        if len(rows) != 1:
            self.one.notes.tell()
        if not self.isHidden():
            self._show()
        for part, count in ((self.none, 0), (self.one, 1)):
            part.setVisible(len(rows) == count)
        self.several.setVisible(len(rows) > 1)

    def _past(self, entry: Entry) -> list[Pair]:
        return history_lines(entry, self.model.kept)

    def _known_tags(self) -> list[str]:
        """Every tag in use, gathered once for each reading of the library."""
        if self._read is not self.model.kept:
            self._read, self._tags = self.model.kept, self.model.choices("tags")
        return self._tags

    def _show(self) -> None:
        rows, known = self.choice.rows, self._known_tags()
        if len(rows) == 1:
            entry = self.choice.entry
            self.one.show_entry(rows[0], entry, self.model.picture(rows[0]), known)
            self.one.lock(self.model.in_trash or entry is None or entry.manifest is None)
        elif rows:
            self.several.show_rows(rows, known)

    def close_down(self) -> None:
        """Keep what was typed, and stop the film."""
        self.one.notes.tell()
        self.one.preview.film.close()
