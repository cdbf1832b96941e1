"""What the library is narrowed by, and its order: one drop-down list for each question, and a way back to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyleOptionComboBox, QWidget

from core.i18n import tr
from core.library.query import Query
from gui.state.entry_words import kind_words
from gui.widgets.basics import Combo, button, row
from gui.widgets.stars import MOST, star_words

_NARROWEST, _WIDEST = 112, 176
"""Pixels of one list."""

_FRAME = 46
"""What a list's edges and arrow take of its width."""

Choices = Sequence[tuple[str, object]]
"""Words and the value behind them; the first one asks for nothing."""

_RESULTS: Choices = (
    (tr("Any result"), ("", "")),
    (tr("Passed"), ("passed", "")),
    (tr("Did not pass"), ("failed", "")),
    (tr("Not judged"), ("unjudged", "")),
    (tr("Waiting for its model"), ("", "waiting")),
    (tr("Damaged"), ("", "damaged")),
    (tr("Folder gone"), ("", "missing")),
)
"""Verdict and state."""
_RATINGS: Choices = (
    (tr("Any rating"), 0),
    (star_words(MOST), MOST),
    *((tr("{count} stars or more", count=count), count) for count in (4, 3, 2)),
    (tr("1 star or more"), 1),
)
_ORDERS: Choices = (
    (tr("Newest first"), "newest"),
    (tr("Oldest first"), "oldest"),
    (tr("Name, A to Z"), "name"),
    (tr("Best rated first"), "rating"),
    (tr("Least seen first"), "seen"),
)


class Question(Combo):
    """One drop-down list; it stands out while it narrows."""

    def __init__(self, name: str, choices: Choices = (), *, narrows: bool = True) -> None:
        super().__init__(name)
        self._narrows = narrows
        self.setProperty("slim", True)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_NARROWEST)
        self.setMaximumWidth(_WIDEST)
        self.offer(choices)
        self.currentIndexChanged.connect(self._mark)

    def offer(self, choices: Choices) -> None:
        """Offer other choices; what was chosen stays so where it is still offered."""
        if [self.itemText(at) for at in range(self.count())] == [words for words, _ in choices]:
            return
        before = self.currentData()
        self.blockSignals(True)
        self.clear()
        for words, value in choices:
            self.addItem(words, value)
        self.blockSignals(False)
        self.put(before)

    def put(self, value: object) -> None:
        """Show a value as chosen, the first one where it is not offered; nothing is told."""
        self.blockSignals(True)
        self.setCurrentIndex(next((at for at in range(self.count()) if self.itemData(at) == value), 0))
        self.blockSignals(False)
        self._mark()

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Cut the words with an ellipsis where there is no room."""
        super().initStyleOption(option)
        room = self.width() - _FRAME
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def _mark(self) -> None:
        narrows = self._narrows and self.currentIndex() > 0
        if self.property("narrows") is not narrows:
            self.setProperty("narrows", narrows)
            self.style().polish(self)


class FilterBar(QWidget):
    """Shows a Query; `asked` carries the one a person made of it. A page puts `order` and `clear` where it has room."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.query = Query()
        self.kind, self.family = Question(tr("Kind")), Question(tr("Model family"))
        self.method, self.tag = Question(tr("Method")), Question(tr("Tag"))
        self.rating, self.result = Question(tr("Rating"), _RATINGS), Question(tr("Result"), _RESULTS)
        self.order = Question(tr("Order"), _ORDERS, narrows=False)
        self.clear = button(tr("Clear filters"), role="link", tip=tr("Show all entries again"))
        self.clear.clicked.connect(lambda: self.asked.emit(self.query.cleared))
        self._asking = (self.kind, self.family, self.method, self.tag, self.rating, self.result)
        for question in (*self._asking, self.order):
            question.activated.connect(self._ask)
        box = row(*self._asking, 1)
        self.setLayout(box)
        self.offer(lambda _: [])
        for at, question in enumerate(self._asking):
            box.setStretch(at, question.fontMetrics().horizontalAdvance(question.itemText(0)) + _FRAME)
        self.show_query(self.query)

    def offer(self, occurring: Callable[[str], list[str]]) -> None:
        """Offer the kinds, families, methods and tags that occur, as LibraryModel.choices tells them."""
        self.kind.offer([(tr("Any kind"), ""), *((kind_words(kind), kind) for kind in occurring("kind"))])
        self.family.offer(_any(tr("Any family"), occurring("family")))
        self.method.offer(_any(tr("Any method"), occurring("method")))
        self.tag.offer(_any(tr("Any tag"), occurring("tags")))
        self.tag.setVisible(self.tag.count() > 1)

    def show_query(self, query: Query) -> None:
        """Show what is asked for now."""
        self.query = query
        values = (query.kind, query.family, query.method, query.tag, query.stars, (query.verdict, query.state))
        for question, value in zip(self._asking, values, strict=True):
            question.put(value)
        self.order.put(query.sort)
        self.clear.setVisible(query.narrows)

    def _ask(self) -> None:
        kind, family, method, tag, stars, (verdict, state) = (question.currentData() for question in self._asking)
        self.asked.emit(
            replace(
                self.query,
                kind=kind,
                family=family,
                method=method,
                tag=tag,
                stars=stars,
                verdict=verdict,
                state=state,
                sort=self.order.currentData(),
            )
        )


def _any(words: str, values: Sequence[str]) -> Choices:
    return [(words, ""), *((value, value) for value in values)]
