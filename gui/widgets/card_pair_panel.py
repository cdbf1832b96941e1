"""An entry beside the one it was made from, figure by figure, with the intervals that tell whether they differ."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from core.i18n import tr
from gui.state.card_pair import CardPair, PairRow
from gui.state.scorecard import Figure
from gui.state.words import host_title, percent
from gui.widgets.basics import Elided, clear, column, label, row
from gui.widgets.segments import Segments

_ROLES = {"better": "good", "worse": "danger"}
_VERDICTS = {"better": tr("better"), "worse": tr("worse"), "too close to tell": tr("too close to tell")}
_NOTE = tr(
    "After the erasure, with 95 % intervals. “Better” and “worse” are said only where the intervals do not overlap; "
    "attack rates are there once both were probed."
)


class CardPairPanel(QFrame):
    """Shows a CardPair, one host at a time; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.pair: CardPair | None = None
        self.host = Segments(tr("Figures of"))
        self.host.chosen.connect(lambda _: self._show())
        self._line = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        for at, stretch in enumerate((3, 3, 3, 2)):
            self._grid.setColumnStretch(at, stretch)
        title = Elided("heading")
        title.setText(tr("Beside the entry it went on from"))
        head = row(title, self.host)
        head.setStretch(0, 1)
        box = column(head, self._grid, label(_NOTE, "caption", wrap=True), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        self.setLayout(box)
        self.hide()

    def show_pair(self, pair: CardPair | None, host: str) -> None:
        """Take another pair, and show the figures of a host if both have some."""
        self.pair = pair
        manifest = pair.new.manifest if pair else None
        family = manifest.family if manifest else ""
        self.host.set_choices([(name, host_title(family, name)) for name in pair.hosts] if pair else [])
        self.host.set_value(host)
        self.setVisible(pair is not None)
        self._show()

    def _show(self) -> None:
        clear(self._grid)
        self._line = 0
        if self.pair is None:
            return
        for at, entry in enumerate((self.pair.old, self.pair.new), start=1):
            title = label(entry.name, "strong", wrap=True)
            self._grid.addWidget(title, 0, at, Qt.AlignmentFlag.AlignTop)
        for group in self.pair.groups(self.host.value):
            self._line += 1
            title = label(group.title, "overline")
            title.setFixedHeight(32)
            title.setAlignment(Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(title, self._line, 0, 1, 4)
            for shown in group.rows:
                self._add(shown)

    def _add(self, shown: PairRow) -> None:
        self._line += 1
        cells = (label(shown.title, "small", wrap=True), _cell(shown.old), _cell(shown.new), _verdict(shown))
        for at, cell in enumerate(cells):
            self._grid.addWidget(cell, self._line, at, Qt.AlignmentFlag.AlignTop)
        said = [f"{entry}: {figure.words}" for entry, figure in self._said(shown) if figure]
        cells[0].setAccessibleDescription(". ".join([*said, _VERDICTS.get(shown.verdict, "")]))

    def _said(self, shown: PairRow) -> tuple[tuple[str, Figure | None], ...]:
        pair = self.pair
        return ((pair.old.name, shown.old), (pair.new.name, shown.new)) if pair else ()


def _cell(figure: Figure | None) -> QLabel:
    if figure is None:
        return label("–", "caption")
    words = f"{percent(figure.value)}  ({round(100 * figure.low)}–{round(100 * figure.high)}, n {figure.n})"
    return label(words, "small")


def _verdict(shown: PairRow) -> QLabel:
    return label(_VERDICTS.get(shown.verdict, ""), _ROLES.get(shown.verdict, "caption"), wrap=True)
