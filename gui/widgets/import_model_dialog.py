"""Files of the person's own: what they are, told before they are added; nothing is copied."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.models.adding import inspect
from core.models.found import Found
from gui.state.words import size
from gui.theme import PAD, WIDE
from gui.widgets.basics import Combo, Elided, button, card, clear, column, field, fit_height, label, row
from gui.workers.errands import Errands

_WIDTH = 560
_LINKED = tr("It stays where it lies: Lacuna links it, and copies and changes nothing.")


class ImportModelDialog(QDialog):
    """Looks at a file or folder; `chosen` carries what was found, with its questions answered, and its title."""

    chosen = Signal(object, str)

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Add a model"))
        self.path = path
        self.found: Found | None = None
        self._errands = Errands(1, self)
        self._errands.done.connect(self._take)
        self._make()
        self._arrange()
        self._connect()
        self._errands.run("look", partial(_looked, path))

    def _make(self) -> None:
        self.what = label(tr("Being looked at…"), "heading", wrap=True)
        self.words, self.problem = label("", "body", wrap=True), label("", "danger", wrap=True)
        self.place = Elided("caption")
        self.place.setText(str(self.path))
        self.name = QLineEdit()
        self._questions = column(spacing=PAD)
        self.cancel, self.go = button(tr("Cancel")), button(tr("Add"), "add", "primary")
        self.go.setDefault(True)
        self.go.setEnabled(False)

    def _arrange(self) -> None:
        self._problem = card(self.problem, name="problem", pad=12)
        self._named = QWidget()
        self._named.setLayout(field(tr("Name"), self.name))
        box = column(
            label(tr("Add a model"), "title"),
            column(self.what, self.place, self.words, spacing=6),
            self._problem,
            self._questions,
            self._named,
            label(_LINKED, "muted", wrap=True),
            row(1, self.cancel, self.go),
            spacing=PAD,
        )
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)
        self._show()

    def _connect(self) -> None:
        self.name.textChanged.connect(lambda _: self._show())
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)

    @Slot(str, object)
    def _take(self, _key: str, found: object) -> None:
        if isinstance(found, Found):
            self.found = found
            self.what.setText(found.what)
            self.name.setText(found.title)
            self._ask(found)
        else:
            self.what.setText(tr("It cannot be added."))
            self.problem.setText(str(found or tr("It cannot be read.")))
        self._show()
        self.name.selectAll()
        self.name.setFocus()

    def _ask(self, found: Found) -> None:
        """A drop-down list for each question that the files leave open."""
        clear(self._questions)
        for question in found.questions:
            choice = Combo(question.text)
            if not question.answer:
                choice.addItem(tr("Please choose"), "")
            for key, words in question.choices.items():
                choice.addItem(words, key)
            choice.setCurrentIndex(max(0, choice.findData(question.answer)))
            choice.activated.connect(partial(self._answer, question.name, choice))
            self._questions.addLayout(field(question.text, choice))

    def _answer(self, name: str, choice: Combo, _index: int) -> None:
        if self.found is not None and choice.currentData():
            self.found = self.found.answered(name, choice.currentData())
            self._show()

    def _show(self) -> None:
        found = self.found
        if found is not None:
            self.words.setText(" ".join((_sized(found), *found.notes)))
            self.problem.setText("\n".join(found.problems))
        self._problem.setVisible(bool(self.problem.text()))
        self.words.setVisible(found is not None)
        self._named.setVisible(found is not None and not found.problems)
        self.go.setEnabled(found is not None and found.ready and bool(self.name.text().strip()))
        fit_height(self, _WIDTH)

    def accept(self) -> None:
        """Hand on what is to be added."""
        if self.found is not None and self.go.isEnabled():
            self.chosen.emit(self.found, self.name.text().strip())
            super().accept()

    def done(self, result: int) -> None:
        """Let nothing be looked at any more."""
        self._errands.close()
        super().done(result)
        self.deleteLater()


def _sized(found: Found) -> str:
    if len(found.files) == 1:
        return tr("{amount} in one file.", amount=size(found.bytes))
    return tr("{amount} in {count} files.", amount=size(found.bytes), count=len(found.files))


def _looked(path: Path) -> Found | str:
    """What a file or folder is, or why it is nothing that can be added."""
    try:
        return inspect(path)
    except LacunaError as error:
        return str(error)
