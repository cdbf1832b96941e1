"""The Studio's form: prompts, who makes them, seeds, encoders, numbers, and the button with what it will make."""

from __future__ import annotations

import random
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDoubleValidator, QDragEnterEvent, QDropEvent, QIntValidator, QValidator
from PySide6.QtWidgets import QFileDialog, QFrame, QLineEdit, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.checks import MAX_FRAMES, MAX_GUIDANCE, MAX_STEPS
from gui.state.library_model import LibraryModel
from gui.state.memory_bar import MemoryGauge
from gui.state.studio_form import StudioForm
from gui.state.studio_live import LiveStill
from gui.state.words import host_title, number
from gui.theme import GAP
from gui.widgets.basics import button, card, column, field, label, row, scrolled, whole
from gui.widgets.dropping import Lines, local_files
from gui.widgets.fold import Fold
from gui.widgets.host_choice import HostChoice
from gui.widgets.memory_bar import MemoryBar
from gui.widgets.model_picker import ModelPicker
from gui.widgets.studio_encoders import StudioEncoders
from gui.widgets.studio_live import StudioLive

HEAD = 36
"""Pixels that the headings of both sides are high."""
_SEED_LIMIT = 2**31 - 1
_EXAMPLE = tr("One prompt a line, for example:\nPipwick bouncing in a meadow")


class StudioPanel(QWidget):
    """Shows a StudioForm; `submitted` asks for the start, `failed` tells why a file could not be read.

    `wanted` carries what the Models page shall show.
    """

    submitted = Signal()
    failed = Signal(str)
    wanted = Signal(object)

    def __init__(self, form: StudioForm, library: LibraryModel, live: LiveStill, gauge: MemoryGauge) -> None:
        super().__init__()
        self.form, self.gauge = form, gauge
        self._tried, self._family = False, ("", ())
        self.encoders, self.live = StudioEncoders(form, library), StudioLive(form, live)
        self.setAcceptDrops(True)
        self._make_controls()
        self._arrange()
        self._connect()
        self._show()

    def _make_controls(self) -> None:
        self.prompts = Lines(tr("Prompts, one a line"), _EXAMPLE)
        self.prompts.setFixedHeight(112)
        self.open = button(tr("Open a file…"), role="link", tip=tr("A text file with a prompt a line (Ctrl+O)"))
        self.family, self.memory = ModelPicker(brief=True), MemoryBar()
        self.host = HostChoice(tr("Made by"))
        self.seeds = QLineEdit()
        self.seeds.setPlaceholderText("1, 2, 5-8")
        self.dice = button("", "dice", tip=tr("Another seed"), name=tr("Another seed"))
        self.steps = self._number(QIntValidator(1, MAX_STEPS, self))
        self.guidance = self._number(QDoubleValidator(0.1, MAX_GUIDANCE, 2, self))
        self.frames = self._number(QIntValidator(1, MAX_FRAMES, self))
        self.start = button(tr("Make them"), "studio", "big", tip=tr("Start the job (Ctrl+Return)"))

    def _number(self, validator: QValidator) -> QLineEdit:
        made = QLineEdit()
        made.setValidator(validator)
        made.setToolTip(tr("Empty takes the model's own"))
        return made

    def _arrange(self) -> None:
        inner = QWidget()
        parts = (self._prompt_card(), self._shot_card(), self._encoder_card(), self._numbers(), card(self.memory))
        body = column(*parts, 1, spacing=12)
        body.setContentsMargins(0, 0, 6, 0)
        inner.setLayout(body)
        self._told, self._time = label("", "strong", wrap=True), label("", "caption")
        self._error = label("", "danger", wrap=True)
        self._fit = label("", "caption")
        foot = column(self._error, self._told, row(self._time, 1, self._fit), self.start, spacing=6)
        title = label(tr("Studio"), "title")
        title.setFixedHeight(HEAD)
        self._area = scrolled(inner)
        box = column(title, self._area, foot, spacing=12)
        box.setStretch(1, 1)
        self.setLayout(box)

    def _prompt_card(self) -> QFrame:
        self._lines, self._warning = label("", "caption"), label("", "warning", wrap=True)
        title = label(tr("Prompts"), "heading")
        return card(title, self.prompts, row(self._lines, 1, self.open), self._warning, spacing=GAP)

    def _shot_card(self) -> QFrame:
        seeds = row(field(tr("Seeds"), self.seeds), column(1, self.dice, spacing=0))
        seeds.setStretch(0, 1)
        return card(field(tr("Model"), self.family), field(tr("Made by"), self.host), seeds, spacing=12)

    def _encoder_card(self) -> QFrame:
        return card(label(tr("Encoders to compare"), "heading"), self.encoders, self.live, spacing=GAP)

    def _numbers(self) -> QWidget:
        self._size = label("", "caption", wrap=True)
        fields = row(
            field(tr("Steps"), self.steps), field(tr("Guidance"), self.guidance), field(tr("Frames"), self.frames)
        )
        return Fold("studio-numbers", tr("Steps, guidance and frames"), column(fields, self._size), opened=False)

    def _connect(self) -> None:
        form = self.form
        self.prompts.textChanged.connect(self._write)
        self.prompts.dropped.connect(self.open_files)
        self.open.clicked.connect(self.choose_file)
        self.family.chosen.connect(form.set_family)
        self.family.wanted.connect(self.wanted)
        self.memory.agreed.connect(lambda on: form.set(anyway=on))
        self.gauge.changed.connect(self._show_memory)
        self.host.chosen.connect(lambda key: form.set(host=key))
        self.seeds.textEdited.connect(lambda text: form.set(seeds=text))
        self.dice.clicked.connect(self.throw_dice)
        self.steps.textEdited.connect(lambda text: form.set(steps=whole(text)))
        self.guidance.textEdited.connect(lambda text: form.set(guidance=_float(text)))
        self.frames.textEdited.connect(lambda text: form.set(frames=whole(text)))
        self.start.clicked.connect(self.submitted)
        self.encoders.picked.connect(self.live.look_at)
        self.encoders.add.chosen.connect(lambda _: QTimer.singleShot(0, self, self._show_live))
        self.live.look_at(self.encoders.entry)
        form.changed.connect(self._show)

    def _show_live(self) -> None:
        """Bring the strength of an encoder that was added into view, once it has its place."""
        self._area.ensureWidgetVisible(self.live)

    def _write(self) -> None:
        text = self.prompts.toPlainText()
        if text != self.form.text:
            self.form.set(text=text)

    def throw_dice(self) -> None:
        """Take another seed, at random."""
        self.form.set(seeds=str(random.randrange(_SEED_LIMIT)))

    def choose_file(self) -> None:
        """Ask for a text file with prompts."""
        name, _ = QFileDialog.getOpenFileName(self, tr("A text file with a prompt a line"))
        if name:
            self.open_files([Path(name)])

    def open_files(self, paths: list[Path]) -> None:
        """Put the prompts of text files below those that are there; what cannot be read is told."""
        for path in paths:
            try:
                self.form.open_prompts(path)
            except LacunaError as error:
                self.failed.emit(str(error))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text files anywhere on the form."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read them."""
        event.acceptProposedAction()
        self.open_files(local_files(event.mimeData()))

    def complain(self, words: str) -> None:
        """Show from now on what stands against the start."""
        self._tried = True
        self._tell(words)
        if not self.form.prompts:
            self.prompts.setFocus(Qt.FocusReason.OtherFocusReason)

    def calm(self) -> None:
        """Show it no longer: the job was started."""
        self._tried = False
        self._tell("")

    def _tell(self, error: str) -> None:
        self._error.setText(error)
        self._error.setVisible(bool(error))

    def _show(self) -> None:
        form, check = self.form, self.form.check()
        if self.prompts.toPlainText() != form.text:
            self.prompts.setPlainText(form.text)
        if self.seeds.text() != form.seeds:
            self.seeds.setText(form.seeds)
        self.family.show_model(form.family)
        if self._family != (form.family.name, form.family.hosts):
            self._show_family()
        self.host.set_value(form.host)
        count = len(form.prompts)
        many = tr("{count} prompts", count=count) if count else tr("One prompt a line")
        self._lines.setText(tr("1 prompt") if count == 1 else many)
        self._warning.setText("\n".join(check.warnings))
        self._warning.setVisible(bool(check.warnings))
        self._tell(check.error if self._tried or count else "")
        self._show_numbers()
        self._show_sum()
        self._foresee()

    def _foresee(self) -> None:
        """Have the memory foreseen once the form says what is to be made."""
        try:
            self.gauge.show(self.form.spec())
        except LacunaError:
            return
        self._show_memory()

    def _show_memory(self) -> None:
        """Show the bar, and its verdict beside the start, where it is seen without scrolling."""
        bar = self.gauge.bar
        self.memory.show_bar(bar, self.form.anyway)
        self._fit.setText(tr("Memory: {verdict}", verdict=bar.verdict))
        self._fit.setVisible(bool(bar.verdict))
        self._fit.setProperty("role", "caption" if bar.role == "good" else bar.role)
        self._fit.style().polish(self._fit)

    def _show_family(self) -> None:
        family = self.form.family
        self._family = (family.name, family.hosts)
        self.host.set_choices([(host.name, host_title(family.name, host.name)) for host in family.hosts])
        self.host.follow(self.open)

    def _show_numbers(self) -> None:
        form, host = self.form, self.form.card
        pairs = ((self.steps, form.steps, host.steps), (self.guidance, form.guidance, host.guidance),
                 (self.frames, form.frames, host.frames))  # fmt: skip
        for edit, value, usual in pairs:
            edit.setPlaceholderText(number(usual, "g"))
            if _float(edit.text()) != value:
                edit.setText(number(value, "g") if value else "")
        self.frames.setEnabled(host.frames > 1)
        width, height = host.pixels
        told = tr("{width} × {height} pixels: the size that this model was made for.", width=width, height=height)
        self._size.setText(told)

    def _show_sum(self) -> None:
        told, time = self.form.told()
        what = told.split(" = ")[-1]
        self.start.setText(f" {tr('Make {what}', what=what)}" if what else f" {tr('Make them')}")
        self._told.setText(told)
        self._time.setText(tr("Takes {time}", time=time) if time else "")
        for line in (self._told, self._time):
            line.setVisible(bool(told))


def _float(text: str) -> float:
    """The number that was typed, with a point or a comma; 0 for none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0
