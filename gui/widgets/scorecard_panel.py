"""The scorecard beside a comparison: what is still seen, and what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from core.i18n import tr
from gui.state.scorecard import Row, hosts, is_quick, kept, measures, seen
from gui.state.words import host_title
from gui.widgets.basics import card, clear, column, label, row, scrolled
from gui.widgets.figures import FigureBlock
from gui.widgets.segments import Segments

QUICK = tr("Quick card: few prompts were judged, so the intervals are wide. A thorough one takes minutes.")


class ScorecardPanel(QFrame):
    """Shows one scorecard, one host at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(tr("Scorecard"))
        self._card: dict[str, Any] | None = None
        self._stale = False
        self.host = Segments(tr("Judged on"))
        self.host.chosen.connect(lambda _: self._show())
        self._quick = card(label(QUICK, "warning", wrap=True), name="hint", pad=10)
        self._none = label(tr("This entry has not been judged."), "muted", wrap=True)
        self._rows = column(spacing=14)
        inner = QWidget()
        body = column(self._none, self._rows, 1, spacing=16)
        body.setContentsMargins(0, 0, 8, 0)
        inner.setLayout(body)
        box = column(row(self.host, 1), self._quick, scrolled(inner), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        self.setLayout(box)

    def show_card(self, scorecard: dict[str, Any] | None, family: str, host: str) -> None:
        """Take another scorecard, None if the entry has none; show the figures of a host if it was judged."""
        self._card = scorecard
        names = hosts(scorecard)
        self.host.set_choices([(name, host_title(family, name)) for name in names])
        self.host.set_value(host)
        self.host.setVisible(bool(names))
        self._quick.setVisible(is_quick(scorecard))
        self._none.setVisible(not names)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the figures that were taken while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._draw()

    def _show(self) -> None:
        self._stale = True
        if self.isVisible():
            self._draw()

    def _draw(self) -> None:
        self._stale = False
        clear(self._rows)
        self._group(tr("The concept is still seen"), seen(self._card, self.host.value))
        self._group(tr("What must stay"), kept(self._card, self.host.value))
        self._told(tr("Beside the original"), measures(self._card, self.host.value))

    def _group(self, title: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self._rows.addWidget(label(title, "overline"))
        for figures in rows:
            self._rows.addWidget(FigureBlock(figures))

    def _told(self, title: str, pairs: Sequence[tuple[str, str]]) -> None:
        if not pairs:
            return
        self._rows.addWidget(label(title, "overline"))
        for name, words in pairs:
            self._rows.addLayout(column(label(name, "caption"), label(words, "small", wrap=True), spacing=2))
