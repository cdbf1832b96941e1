"""The dialog that gives an entry another strength, or keeps a copy at one."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from core.i18n import tr
from core.jobs.checks import STRENGTHS
from gui.state.words import decimal, number
from gui.theme import PAD, WIDE
from gui.widgets.basics import Slider, button, column, label, row

_STEPS = 100
"""Steps of the slider for a strength of 1."""
_PURPOSE = tr(
    "0 is the original encoder, 1 the full change. The figures and the clips after the erasure belong to the old "
    "strength, so the entry has to be measured again."
)


class StrengthDialog(QDialog):
    """Asks for a strength between the limits of core.jobs.checks; `replaces` tells an exchange from a copy."""

    def __init__(self, name: str, strength: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = strength
        self.setWindowTitle(tr("Change the strength"))
        low, high = STRENGTHS
        self.slider = Slider()
        self.slider.setRange(round(low * _STEPS), round(high * _STEPS))
        self.slider.setPageStep(10)
        self.number = label("", "figure")
        self.number.setFixedWidth(56)
        self.slider.valueChanged.connect(lambda _: self._follow())
        self.keep = button(tr("Keep both"), tip=tr("Makes a copy at this strength; the entry stays as it is"))
        self.apply = button(tr("Apply"), "strength", "primary", tr("The entry as it was goes to the trash"))
        self.replaces = False
        self._arrange(name)
        self.slider.setValue(round(strength * _STEPS))
        self._follow()

    def _arrange(self, name: str) -> None:
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.keep.clicked.connect(self.accept)
        self.apply.clicked.connect(self._replace)
        self.apply.setDefault(True)
        now = tr("“{name}” is at strength {strength}.", name=name, strength=number(self._own, "g"))
        body = (label(now, "strong", wrap=True), label(_PURPOSE, "muted", wrap=True))
        control = row(self.slider, self.number, spacing=12)
        box = column(*body, control, row(1, cancel, self.keep, self.apply), spacing=PAD)
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)
        self.setFixedWidth(520)

    @property
    def strength(self) -> float:
        """What was chosen, with two decimals."""
        return self.slider.value() / _STEPS

    def _follow(self) -> None:
        self.number.setText(decimal(self.strength, 2))
        self.slider.setAccessibleName(tr("Strength: {strength}", strength=self.number.text()))
        changed = abs(self.strength - self._own) >= 0.5 / _STEPS
        self.keep.setEnabled(changed)
        self.apply.setEnabled(changed)

    def _replace(self) -> None:
        self.replaces = True
        self.accept()
