"""A strength slider over two stills: the original, and the erased encoder at the strength that the slider shows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.errors import InputError
from core.i18n import tr
from core.jobs.checks import STRENGTHS
from core.jobs.shot_list import seeds_in
from gui.state.studio_form import Chosen, StudioForm
from gui.state.studio_live import LiveStill, Still
from gui.state.words import decimal
from gui.widgets.basics import Slider, button, column, label, row
from gui.widgets.clip_view import ClipView

_SCALE = 20
"""Steps of the slider for a strength of 1."""
_SIDE = 152


class StudioLive(QWidget):
    """Shows and changes the strength of one of a StudioForm's entries; `kept` asks for a copy at this strength."""

    kept = Signal(str, float)

    def __init__(self, form: StudioForm, live: LiveStill, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form, self.live = form, live
        self.entry, self._awake = "", False
        self.slider = Slider()
        self.slider.setRange(round(STRENGTHS[0] * _SCALE), round(STRENGTHS[1] * _SCALE))
        self.slider.setPageStep(2)
        self.slider.setAccessibleName(tr("Strength"))
        self.own = button(tr("Its own"), role="link", tip=tr("Go back to the strength that the entry was kept at"))
        self.keep = button(tr("Keep this strength"), "strength", tip=tr("Keep a copy of the entry at this strength"))
        self.before, self.after = ClipView(tr("Original")), ClipView(tr("Erased"))
        for view in (self.before, self.after):
            view.setFixedSize(_SIDE, _SIDE)
        self._arrange()
        self.slider.valueChanged.connect(self._slide)
        self.own.clicked.connect(lambda: form.set_strength(self.entry, None))
        self.keep.clicked.connect(self._keep)
        form.changed.connect(self._show)
        live.changed.connect(self._show_stills)
        self.look_at("")

    def _arrange(self) -> None:
        self._title, self._value = label(tr("Strength"), "strong"), label("", "strong")
        self._words = label("", "caption", wrap=True)
        head = row(self._title, 1, self.own, self._value, spacing=8)
        pictures = row(
            column(label(tr("Original"), "before"), self.before, spacing=4),
            1,
            column(label(tr("Erased"), "after"), self.after, spacing=4),
        )
        self.setLayout(column(head, self.slider, pictures, self._words, self.keep, spacing=8))

    def look_at(self, entry_id: str) -> None:
        """Take another entry; an empty id hides the slider."""
        self.entry = entry_id
        self.setVisible(bool(entry_id))
        self._show()

    @property
    def _chosen(self) -> Chosen | None:
        return next((one for one in self.form.entries if one.id == self.entry), None)

    def _slide(self, value: int) -> None:
        self._awake = True
        if self._chosen is not None:
            self.form.set_strength(self.entry, value / _SCALE)

    def _keep(self) -> None:
        if (chosen := self._chosen) and (strength := self.form.strength_of(chosen)) is not None:
            self.kept.emit(chosen.id, strength)

    def _show(self) -> None:
        chosen = self._chosen
        strength = self.form.strength_of(chosen) if chosen else None
        if chosen is None or strength is None or self.form.fault(chosen):
            self.live.ask(None)
            return
        self.slider.blockSignals(True)
        self.slider.setValue(round(strength * _SCALE))
        self.slider.blockSignals(False)
        self._value.setText(decimal(strength, 2))
        changed = chosen.strength is not None and chosen.strength != self.form.own_strength(chosen)
        self.own.setVisible(changed)
        self.keep.setEnabled(changed)
        self._ask(chosen, strength)

    def _ask(self, chosen: Chosen, strength: float) -> None:
        """Want the still of the first prompt and seed, once the slider was moved: no engine starts before."""
        try:
            seed = seeds_in(self.form.seeds)[0]
        except InputError:
            seed = 0
        prompt = next(iter(self.form.prompts), "")
        shown = prompt and self._awake and self.isVisible()
        self.live.ask(Still(prompt, seed, self.form.family.name, chosen.id, strength) if shown else None)

    def _show_stills(self) -> None:
        for view, image in ((self.before, self.live.before), (self.after, self.live.after)):
            view.set_frames((image,) if image is not None and not image.isNull() else ())
        asleep = "" if self._awake else tr("Move the slider to see what the strength does.")
        unasked = "" if self.form.prompts else tr("Write a prompt to see what the strength does.")
        self._words.setText(self.live.words or unasked or asleep)

    def wake(self) -> None:
        """The page is open again."""
        self._show()
