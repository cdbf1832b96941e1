"""What an erasure comes to, beside the form: the concept, the method, the cost, how it is judged, and the start."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from core.i18n import tr
from gui.state.erase_form import EraseForm
from gui.state.memory_bar import MemoryGauge
from gui.state.words import capital
from gui.theme import PAD
from gui.widgets.basics import button, column, field, label, row, rule
from gui.widgets.memory_bar import MemoryBar
from gui.widgets.segments import Segments

_QUICK = tr("Few prompts: a first answer with wide intervals.")
_FULL = tr("Hundreds of prompts: narrow intervals, takes minutes.")
_WIDTH = 288


class EraseSummary(QFrame):
    """Shows an EraseForm in short; a page connects `start` and `many`."""

    def __init__(self, form: EraseForm, gauge: MemoryGauge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFixedWidth(_WIDTH)
        self.form, self.gauge = form, gauge
        self._make()
        self._arrange()
        self.drop.clicked.connect(form.drop_carried)
        self.judge.chosen.connect(lambda key: form.set_quick(key == "quick"))
        self.memory.agreed.connect(form.set_anyway)
        gauge.changed.connect(self._show_memory)
        form.changed.connect(self._show)
        self._show()

    def _make(self) -> None:
        self._what, self._how = label("", "figure", wrap=True), label("", "muted", wrap=True)
        self._led, self._carried = label("", "muted", wrap=True), label("", "caption", wrap=True)
        self._time, self.memory = label("", "strong"), MemoryBar()
        self._hint = label("", "caption", wrap=True)
        self.judge = Segments(tr("Scorecard"), [("quick", tr("Quick")), ("full", tr("Thorough"))])
        afresh = tr("With the original encoder and the method's usual settings")
        self.drop = button(tr("Start afresh instead"), role="link", tip=afresh)
        self.start = button(tr("Erase"), "erase", "big", tip=tr("Start the job (Ctrl+Return)"))
        many = tr("An erasure for each name on a list (Ctrl+Shift+Return)")
        self.many = button(tr("Erase many…"), "stack", tip=many)

    def _arrange(self) -> None:
        drop = row(self.drop, 1)
        drop.setContentsMargins(-6, -8, 0, 0)
        box = column(
            label(tr("You will erase"), "overline"),
            self._what,
            self._how,
            self._led,
            self._carried,
            drop,
            rule(),
            row(label(tr("Time"), "muted"), 1, self._time),
            self.memory,
            rule(),
            field(tr("Scorecard"), self.judge),
            self._hint,
            self.start,
            self.many,
            spacing=12,
        )
        box.setContentsMargins(PAD, PAD, PAD, PAD)
        self.setLayout(box)

    def _show(self) -> None:
        form = self.form
        self._what.setText(", ".join(filter(None, (form.concept.strip(), *form.also))) or tr("Nothing yet"))
        self._how.setText(
            tr(
                "{kind} · from {model} · {method}",
                kind=capital(form.kind.word),
                model=tr(form.family.title),
                method=tr(form.preset.title),
            )
        )
        self._led.setText(tr("Led to {names}", names=form.leading) if form.leading else "")
        self._led.setVisible(bool(form.leading))
        self._carried.setText(form.carried)
        self._carried.setVisible(bool(form.carried))
        self.drop.setVisible(bool(form.carried))
        self._time.setText(form.time())
        self.gauge.show(form.spec())
        self._show_memory()
        self.judge.set_value("quick" if form.quick else "full")
        self._hint.setText(_QUICK if form.quick else _FULL)

    def _show_memory(self) -> None:
        self.memory.show_bar(self.gauge.bar, self.form.anyway)
