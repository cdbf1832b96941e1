"""The concepts that a model knows, as chips in a group for each kind."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from core.concepts import Kind
from core.i18n import tr
from gui.state.erase_form import EraseForm
from gui.widgets.basics import column, label, row
from gui.widgets.chips import Chips

_KINDS = {
    Kind.CHARACTER: tr("Characters"),
    Kind.PERSON: tr("People"),
    Kind.OBJECT: tr("Objects"),
    Kind.STYLE: tr("Styles"),
}


class KnownNames(QWidget):
    """Shows the suggestions of an EraseForm; `chosen` tells the name that a person picked."""

    chosen = Signal(str)

    def __init__(self, form: EraseForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self._chips = {kind: Chips(title) for kind, title in _KINDS.items()}
        self._titles = {kind: self._title(title) for kind, title in _KINDS.items()}
        lines = []
        for kind, chips in self._chips.items():
            chips.chosen.connect(self.chosen)
            lines.append(row(self._titles[kind], chips))
            lines[-1].setAlignment(self._titles[kind], Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(*lines, spacing=6))

    @staticmethod
    def _title(words: str) -> QLabel:
        made = label(words, "overline")
        made.setFixedSize(88, 28)
        return made

    def show_family(self, before: QWidget) -> None:
        """Make the chips of another model; they come after `before` in the tab order."""
        for kind, chips in self._chips.items():
            chips.set_names([c.name for c in self.form.known.of_kind(kind)])
            before = chips.follow(before)

    def show_names(self) -> None:
        """Show what fits the form by now, in the order of what the model is known to know."""
        for kind, chips in self._chips.items():
            shown = [c.name for c in self.form.suggestions(kind)]
            chips.set_order(shown)
            chips.set_marks({name: self.form.knowledge.mark(name) for name in shown})
            chips.show_names(shown, self.form.concept)
            chips.setVisible(bool(shown))
            self._titles[kind].setVisible(bool(shown))
