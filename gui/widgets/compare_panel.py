"""What stands beside the stage: the scorecard of an entry, or what made each clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.i18n import tr
from core.library.entry import Entry
from gui.state.comparison import Pane
from gui.widgets.basics import Combo, column, row
from gui.widgets.compare_details import CompareDetails
from gui.widgets.scorecard_panel import ScorecardPanel
from gui.widgets.segments import Segments

if TYPE_CHECKING:
    from gui.workers.clip_loader import Film


class ComparePanel(QWidget):
    """Two tabs; where several entries are compared, one is picked whose scorecard is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = Segments(tr("Beside the stage"), [("scorecard", tr("Scorecard")), ("details", tr("Details"))])
        self.tabs.chosen.connect(self._show_tab)
        self.whose = Combo(tr("Scorecard of"))
        self.whose.activated.connect(lambda _: self._show_card())
        self.scorecard, self.details = ScorecardPanel(), CompareDetails()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.scorecard)
        self._stack.addWidget(self.details)
        self._entries: list[Entry] = []
        self._host = ""
        box = column(row(self.tabs, 1), self.whose, self._stack, spacing=12)
        box.setStretch(2, 1)
        self.setLayout(box)
        self.setFixedWidth(352)

    def show_entries(self, entries: Sequence[Entry], host: str) -> None:
        """Take the entries that are compared; none for clips from elsewhere, which have details only."""
        self._entries, self._host = list(entries), host
        with QSignalBlocker(self.whose):
            self.whose.clear()
            self.whose.addItems([entry.name for entry in entries])
        if not entries:
            self.tabs.set_value("details")
        self.tabs.setVisible(bool(entries))
        self._show_tab(self.tabs.value)
        self._show_card()

    def show_panes(self, panes: Mapping[str, tuple[Pane, Film | None]]) -> None:
        """Take the panes on the stage with their films."""
        self.details.show_panes(panes)

    def _show_tab(self, key: str) -> None:
        self._stack.setCurrentIndex(1 if key == "details" else 0)
        self.whose.setVisible(key == "scorecard" and len(self._entries) > 1)

    def _show_card(self) -> None:
        at = self.whose.currentIndex()
        if 0 <= at < len(self._entries):
            entry = self._entries[at]
            self.scorecard.show_card(entry.scorecard, entry.manifest.family if entry.manifest else "", self._host)
