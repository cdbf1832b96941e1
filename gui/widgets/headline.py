"""The three figures one asks for first, large: how much is still seen, and how much was kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from core.i18n import tr
from gui.state.scorecard import Figure, headline, kept_share
from gui.state.words import percent
from gui.widgets.basics import Elided, card, label, row


class Headline(QWidget):
    """Three cards, each a label over a figure; those without a figure hide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen, self._neighbours, self._unrelated = (label("", "figure") for _ in range(3))
        self._cards = [
            self._card(tr("Concept seen, before → after"), self._seen),
            self._card(tr("Neighbours kept"), self._neighbours),
            self._card(tr("Unrelated things kept"), self._unrelated),
        ]
        self.setLayout(row(*self._cards, spacing=16))

    def _card(self, title: str, figure: QLabel) -> QFrame:
        figure.setAccessibleName(title)
        said = Elided("caption")
        said.setText(title)
        return card(said, figure, spacing=2, pad=12)

    def show_card(self, scorecard: dict[str, Any] | None, host: str) -> None:
        """Take the figures of another scorecard, those of one host where it has them."""
        seen = headline(scorecard, host)
        said = f"{percent(seen[0].value)} → {percent(seen[1].value)}" if seen else ""
        shares = (kept_share(scorecard, "neighbours", host), kept_share(scorecard, "unrelated", host))
        for frame, figure, text in zip(
            self._cards, (self._seen, self._neighbours, self._unrelated), (said, *map(_said, shares)), strict=True
        ):
            figure.setText(text)
            frame.setVisible(bool(text))


def _said(share: Figure | None) -> str:
    return percent(share.value) if share else ""
