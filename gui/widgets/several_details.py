"""What several chosen entries share, and what can be done with them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.i18n import tr
from gui.state.entry_facts import shared_facts, shared_tags, together
from gui.widgets.basics import column, label, row
from gui.widgets.fact_list import FactList
from gui.widgets.stars import Stars
from gui.widgets.tag_editor import TagEditor

if TYPE_CHECKING:
    from core.library.row import Row


class SeveralDetails(QWidget):
    """Shows what the chosen rows share; `starred`, `tagged` and `untagged` are meant for all of them."""

    starred = Signal(int)
    tagged = Signal(tuple)
    untagged = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count, self.hint = label("", "heading", wrap=True), label("", "muted", wrap=True)
        self.stars, self.tags, self.facts = Stars(), TagEditor(), FactList()
        self.stars.chosen.connect(self.starred)
        self.tags.added.connect(self.tagged)
        self.tags.removed.connect(self.untagged)
        rated = column(label(tr("Rating of all"), "strong"), row(self.stars, 1), spacing=6)
        told = column(label(tr("Tags that all have"), "strong"), self.tags, spacing=6)
        shared = column(label(tr("What they share"), "strong"), self.facts, spacing=10)
        box = column(self.count, self.hint, rated, told, shared, 1, spacing=16)
        box.setContentsMargins(16, 16, 12, 16)
        self.setLayout(box)

    def show_rows(self, rows: Sequence[Row], known_tags: Sequence[str]) -> None:
        """Take other rows, two or more."""
        self.count.setText(tr("{count} entries chosen", count=len(rows)))
        self.hint.setText(together(rows))
        same = {found.stars for found in rows}
        self.stars.set_stars(same.pop() if len(same) == 1 else 0)
        self.tags.show_tags(shared_tags(rows), known_tags)
        self.tags.follow(self.stars)
        self.facts.show_pairs(shared_facts(rows))
