"""What went wrong with a job: what, why, the fix in words, and buttons that do it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from core.jobs.events import Failure
from gui.state.remedies import Remedy
from gui.theme import GAP, PAD
from gui.widgets.basics import button, clear, column, label
from gui.widgets.chips import FlowLayout


class ProblemCard(QFrame):
    """Shows one failure; `chosen` carries the key of the remedy that was pressed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problem")
        self._what, self._why, self._fix = label("", "strong", wrap=True), label(wrap=True), label(wrap=True)
        self._buttons, ways = FlowLayout(GAP), QWidget()
        ways.setLayout(self._buttons)
        box = column(self._what, self._why, self._fix, ways, spacing=GAP)
        box.setContentsMargins(PAD, PAD, PAD, PAD)
        self.setLayout(box)

    def show_failure(self, failure: Failure, remedies: Sequence[Remedy]) -> None:
        """Show another failure."""
        for shown, text in ((self._what, failure.what), (self._why, failure.why), (self._fix, failure.fix)):
            shown.setText(text)
            shown.setVisible(bool(text))
        clear(self._buttons)
        for at, remedy in enumerate(remedies):
            made = button(remedy.title, remedy.sign, "primary" if at == 0 else "plain")
            made.clicked.connect(lambda _=False, key=remedy.key: self.chosen.emit(key))
            self._buttons.addWidget(made)
