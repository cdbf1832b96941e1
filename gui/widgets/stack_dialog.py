"""The dialog that puts several entries into one."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QWidget

from core.i18n import language, tr
from core.jobs.checks import STRENGTHS
from core.library.entry import Entry
from gui.state.stack_form import WAYS, StackForm
from gui.state.words import number
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import Elided, button, card, column, field, fit_height, label, row, scrolled
from gui.widgets.option import OptionCard

_PURPOSE = tr("Makes a new entry that erases all of these at once, and measures it. The entries stay as they are.")

_WIDTH = 520
_MOST = 3
"""Entries that are listed without scrolling."""


class StackDialog(QDialog):
    """Shows a StackForm; accepted once the form is good."""

    def __init__(self, form: StackForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.setWindowTitle(tr("Stack entries"))
        self.name = QLineEdit(form.name)
        self.name.textEdited.connect(lambda text: setattr(form, "name", text))
        self.strengths = {entry.id: self._strength(entry) for entry in form.entries}
        self.ways = QButtonGroup(self)
        options = [self._way(key, title, summary) for key, (title, summary) in WAYS.items()]
        self.problem = label("", "danger", wrap=True)
        self.problem.hide()
        self.start = button(tr("Stack"), "stack", "primary")
        self.start.setDefault(True)
        self.start.clicked.connect(self.submit)
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        low, high = STRENGTHS
        parts = card(
            label(tr("Strength of each, {low} to {high}", low=number(low, "g"), high=number(high, "g")), "strong"),
            self._lines(),
        )
        title = label(tr("Stack {count} entries", count=len(form.entries)), "heading")
        actions = row(1, cancel, self.start)
        box = column(
            title,
            label(_PURPOSE, "muted", wrap=True),
            field(tr("Name"), self.name),
            parts,
            *options,
            self.problem,
            actions,
            spacing=PAD - 4,
        )
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)
        fit_height(self, _WIDTH)

    def _lines(self) -> QWidget:
        """A line for each entry; more than a few of them scroll."""
        inner = QWidget()
        inner.setLayout(column(*(self._line(entry) for entry in self.form.entries), spacing=GAP))
        if len(self.form.entries) <= _MOST:
            return inner
        area = scrolled(inner)
        area.setFixedHeight(_MOST * (inner.sizeHint().height() // len(self.form.entries)))
        return area

    def _line(self, entry: Entry) -> QWidget:
        name = Elided()
        name.setText(entry.name)
        line = row(name, self.strengths[entry.id])
        line.setStretch(0, 1)
        made = QWidget()
        made.setLayout(line)
        return made

    def _strength(self, entry: Entry) -> QLineEdit:
        edit = QLineEdit(number(self.form.strengths.get(entry.id, 1.0), "g"))
        allowed = QDoubleValidator(*STRENGTHS, 3, edit)
        allowed.setLocale(QLocale(language()))
        edit.setValidator(allowed)
        edit.setFixedWidth(88)
        edit.setAccessibleName(tr("Strength of {name}", name=entry.name))
        return edit

    def _way(self, key: str, title: str, summary: str) -> OptionCard:
        option = OptionCard(title, summary)
        option.setChecked(key == self.form.how)
        option.clicked.connect(lambda: setattr(self.form, "how", key))
        self.ways.addButton(option)
        return option

    def submit(self) -> None:
        """Accept, or say what is wrong."""
        wrong = self._read() or self.form.check()
        self.problem.setText(wrong)
        self.problem.setVisible(bool(wrong))
        fit_height(self, _WIDTH)
        if not wrong:
            self.accept()

    def _read(self) -> str:
        """Take the strengths over; what is wrong with one, in words."""
        for entry in self.form.entries:
            edit = self.strengths[entry.id]
            if not edit.hasAcceptableInput():
                low, high = STRENGTHS
                return tr(
                    "The strength of “{name}” must be a number between {low} and {high}.",
                    name=entry.name,
                    low=number(low, "g"),
                    high=number(high, "g"),
                )
            self.form.strengths[entry.id] = float(edit.text().replace(",", "."))
        return ""
