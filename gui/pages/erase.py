"""Erase: pick the model, name the concept, choose the method, and start."""

from __future__ import annotations

import random
from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHideEvent, QIntValidator, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QGridLayout, QLineEdit, QWidget

from core.concepts import Kind
from core.errors import LacunaError
from core.i18n import tr
from core.jobs.checks import shown_hosts
from core.jobs.spec import EraseSpec, JobSpec, from_json, to_json
from core.presets import presets
from core.settings import library_folder
from gui.pages.erase_commands import erase_commands
from gui.pages.page import Page
from gui.state.draft import Draft
from gui.state.dropped import Dropped, dropped
from gui.state.erase_form import names_in, trouble
from gui.state.installed import installed
from gui.state.memory_bar import MemoryGauge
from gui.state.session import Session
from gui.state.words import capital, host_title
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import button, card, clear, column, field, label, row, scrolled, whole
from gui.widgets.dropping import local_files
from gui.widgets.erase_summary import EraseSummary
from gui.widgets.host_choice import HostChoice
from gui.widgets.known_names import KnownNames
from gui.widgets.model_picker import ModelPicker
from gui.widgets.option import OptionCard
from gui.widgets.segments import Segments
from gui.widgets.tags import Tags
from gui.workers.errands import Errands

_SEED_LIMIT = 2**31 - 1
DRAFT = "erase.json"
"""The file in the library that keeps the form for the next start."""
_PURPOSE = tr("Closes the text door: no prompt should call it up any more, in any video model that reads this encoder.")
_LED = tr(
    "Something ordinary that comes out in its place. The few-shot methods lead nowhere: they drive the concept away."
)


class ErasePage(Page):
    """Shows the session's EraseForm; `asked` carries the spec once the form is good."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.form = session, session.form
        self.setAcceptDrops(True)
        self._tried, self._family = False, ("", ())
        self._make_controls()
        self._arrange()
        self._connect()
        self.commands = erase_commands(self)
        self._draft = Draft(library_folder(session.folder) / DRAFT, self.form.state, self._keeps, self)
        self.form.restore(self._draft.read())
        self.form.changed.connect(self._draft.note)
        self._draft.refused.connect(self.say)
        self._show()

    def _make_controls(self) -> None:
        self.concept = QLineEdit()
        self.kind = Segments(tr("Kind"), [(kind.value, capital(kind.word)) for kind in Kind])
        self.synonyms = QLineEdit()
        self.synonyms.setPlaceholderText(tr("Separated by commas"))
        self.also = QLineEdit()
        self.also.setPlaceholderText(tr("Another name, then Return"))
        self.tags = Tags(tr("Also erased"))
        self.protect = QLineEdit()
        self.anchor = QLineEdit()
        self.ask = button(tr("What does this model know?"), "search", tip=tr("Let the judge look at each name"))
        self.prompt = QLineEdit()
        self.prompt.setPlaceholderText(tr("Filled in when you name the concept"))
        self.seed = QLineEdit()
        self.seed.setValidator(QIntValidator(0, _SEED_LIMIT, self.seed))
        self.seed.setFixedWidth(128)
        self.dice = button("", "dice", tip=tr("Another seed"), name=tr("Another seed"))
        self.host = HostChoice(tr("Video model"))
        self.images = QLineEdit()
        self.images.setPlaceholderText(tr("Empty: the model makes them itself"))
        self.browse = button(
            tr("Choose…"), "library", tip=tr("Choose a folder of pictures"), name=tr("Choose a folder of pictures")
        )
        for edit in (self.concept, self.synonyms, self.also, self.protect, self.anchor, self.prompt, self.images):
            edit.setAcceptDrops(False)
        self.models = ModelPicker()
        self.gauge = MemoryGauge(self)
        self.names, self.summary = KnownNames(self.form), EraseSummary(self.form, self.gauge)
        self.start = self.summary.start

    def _arrange(self) -> None:
        left = column(
            label(tr("Erase a concept"), "title"),
            label(_PURPOSE, "muted", wrap=True),
            self._model_card(),
            self._concept_card(),
            self._method_card(),
            self._clip_card(),
            1,
            spacing=PAD,
        )
        left.setContentsMargins(32, WIDE, PAD, WIDE)
        inner = QWidget()
        inner.setLayout(left)
        self._area = scrolled(inner)
        self._area.setMaximumWidth(960)
        side = column(self.summary, 1)
        side.setContentsMargins(GAP, 88, 32, WIDE)
        page = row(1, self._area, side, 1, spacing=0)
        page.setStretch(1, 1000)
        self.setLayout(page)
        self.first = self.concept

    def _model_card(self) -> QFrame:
        return card(label(tr("1  Model"), "heading"), self.models, spacing=12)

    def _concept_card(self) -> QFrame:
        self._near = row(spacing=6)
        self._error = label("", "danger", wrap=True)
        self._known = label("", "caption", wrap=True)
        known = row(self._known, self.ask, spacing=12)
        known.setStretch(0, 1)
        return card(
            label(tr("2  Concept"), "heading"),
            field(tr("What should it forget?"), self.concept),
            column(self._error, self._near, spacing=2),
            self.names,
            known,
            row(field(tr("Kind"), self.kind), field(tr("Other names it goes by"), self.synonyms), spacing=PAD),
            column(field(tr("Also erase (optional)"), self.also), self.tags, spacing=6),
            field(tr("It will be led to"), self.anchor, _LED),
            field(tr("Neighbours to protect (optional)"), self.protect),
            spacing=12,
        )

    def _method_card(self) -> QFrame:
        self._presets, self._preset_cards = QButtonGroup(self), dict[str, OptionCard]()
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for at, preset in enumerate(presets()):
            option = OptionCard(tr(preset.title), tr(preset.summary))
            option.setChecked(preset.name == self.form.preset.name)
            option.clicked.connect(lambda _=False, name=preset.name: self.form.set_preset(name))
            self._presets.addButton(option)
            self._preset_cards[preset.name] = option
            grid.addWidget(option, at // 2, at % 2)
        own = field(tr("Your own pictures of it, a folder (optional)"), self.images)
        return card(
            label(tr("3  Method"), "heading"),
            grid,
            row(own, column(1, self.browse, spacing=0), spacing=GAP),
            spacing=12,
        )

    def _clip_card(self) -> QFrame:
        self._warning = label("", "warning", wrap=True)
        seed = field(tr("Seed"), self.seed)
        dice = column(1, self.dice, spacing=0)
        return card(
            label(tr("4  Before and after"), "heading"),
            field(tr("Prompt of the clip"), self.prompt),
            self._warning,
            row(field(tr("Video model"), self.host), seed, dice, 1, spacing=PAD),
            spacing=12,
        )

    def _connect(self) -> None:
        form = self.form
        self.models.chosen.connect(form.set_family)
        self.models.wanted.connect(lambda thing: self.went.emit("models", thing))
        self.concept.textEdited.connect(form.set_concept)
        self.names.chosen.connect(form.set_concept)
        self.kind.chosen.connect(form.set_kind)
        self.synonyms.textEdited.connect(form.set_synonyms)
        self.also.returnPressed.connect(self._add_also)
        self.tags.removed.connect(form.remove_also)
        self.anchor.textEdited.connect(form.set_anchor)
        self.protect.textEdited.connect(form.set_protect)
        self.ask.clicked.connect(self.ask_model)
        self.prompt.textEdited.connect(form.set_prompt)
        self.seed.textEdited.connect(lambda text: form.set_seed(whole(text)))
        self.dice.clicked.connect(self.roll)
        self.host.chosen.connect(form.set_host)
        self.images.textEdited.connect(form.set_images)
        self.browse.clicked.connect(self.choose_images)
        self.summary.start.clicked.connect(self.submit)
        self.summary.many.clicked.connect(self.erase_many)
        self.concept.returnPressed.connect(self.submit)
        form.changed.connect(self._show)

    def ask_model(self) -> None:
        """Let the judge look which names this model knows."""
        self.asked.emit(self.form.question())

    def roll(self) -> None:
        """Take another seed."""
        self.form.set_seed(random.randrange(_SEED_LIMIT))

    def switch_judging(self) -> None:
        """Judge thoroughly instead of quickly, or the other way."""
        self.form.set_quick(not self.form.quick)

    def take(self, thing: object) -> None:
        """Fill the form in from a job, or choose the model of an id; what cannot be used leaves the form as it is."""
        if isinstance(thing, str) and thing in {card.name for card in installed()}:
            self.form.set_family(thing)
        if not isinstance(thing, EraseSpec):
            return
        try:
            self.form.take(thing)
        except LacunaError as error:
            self.say(str(error))

    def submit(self) -> None:
        """Start the job, or say what is wrong and go there; a folder of pictures is read in the background first."""
        self._tried = True
        self._add_also()
        if wrong := self.form.check().error:
            self._refuse(wrong)
        elif self.form.images:
            self.start.setEnabled(False)
            spec = self.form.spec()
            self._reader.run(to_json(spec), lambda: trouble(spec))
        else:
            self._go(self.form.spec())

    @cached_property
    def _reader(self) -> Errands:
        made = Errands(parent=self)
        made.done.connect(self._read)
        return made

    def _read(self, spec: str, wrong: object) -> None:
        self.start.setEnabled(True)
        if wrong:
            self._refuse(str(wrong))
        else:
            self._go(from_json(spec))

    def _refuse(self, wrong: str) -> None:
        self._error.setText(wrong)
        self._error.setVisible(True)
        self.concept.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(self.concept, 0, 2 * WIDE)

    def _go(self, spec: JobSpec) -> None:
        self._tried = False
        self.asked.emit(spec)

    def showEvent(self, event: QShowEvent) -> None:
        """Look which models there are now, and watch the memory."""
        super().showEvent(event)
        self.form.meet_models()
        self.gauge.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask the device nothing while nobody looks."""
        super().hideEvent(event)
        self.gauge.watch(False)

    def close_down(self) -> None:
        """Keep what was filled in, and wait for the pictures that are being read."""
        self._draft.close()
        self.gauge.close()
        if "_reader" in self.__dict__:
            self._reader.close()

    def _keeps(self) -> bool:
        return self.session.settings.value.autosave

    def _add_also(self) -> None:
        self.form.add_also(self.also.text())
        self.also.clear()

    def erase_many(self) -> None:
        """Let a person list concepts, and queue an erasure of each with the form's settings."""
        self._offer_many(())

    def _offer_many(self, names: tuple[str, ...]) -> None:
        from gui.widgets.batch_dialog import ask_many

        if specs := ask_many(self, self.form.spec(), names):
            self.session.jobs.add_many(specs)
            self.went.emit("jobs", None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files of this computer."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Learn from a folder of pictures, or take the concepts of a text file."""
        self._mark_drop(False)
        event.acceptProposedAction()
        try:
            self._use(dropped(local_files(event.mimeData())))
        except LacunaError as error:
            self.say(str(error))

    def _mark_drop(self, on: bool) -> None:
        self.images.setProperty("drop", on)
        self.images.style().polish(self.images)

    def _use(self, found: Dropped) -> None:
        if found.folder:
            self.form.set_images(str(found.folder))
            self._area.ensureWidgetVisible(self.images, 0, 2 * WIDE)
            self.say(tr("It will learn from the pictures in {folder}.", folder=found.folder))
        elif len(found.names) == 1:
            self.form.set_concept(found.names[0])
        else:
            self._offer_many(found.names)

    def choose_images(self) -> None:
        """Let a person choose a folder of pictures to learn from."""
        if folder := QFileDialog.getExistingDirectory(self, tr("A folder of pictures of the concept")):
            self.form.set_images(folder)

    def _show(self) -> None:
        form = self.form
        texts = {
            self.concept: form.concept,
            self.prompt: form.prompt,
            self.seed: str(form.seed),
            self.images: form.images,
            self.anchor: form.anchor,
        }
        for edit, text in texts.items():
            if edit.text() != text:
                edit.setText(text)
        for edit, names in ((self.synonyms, form.synonyms), (self.protect, form.protect)):
            if names_in(edit.text()) != names:
                edit.setText(", ".join(names))
                edit.setCursorPosition(0)
        self.anchor.setPlaceholderText(form.likely_anchor)
        near = ", ".join(form.usual_neighbours)
        usual = tr("Besides {names}; separated by commas", names=near) if near else tr("Separated by commas")
        self.protect.setPlaceholderText(usual)
        self.tags.set_names(form.also)
        self.tags.follow(self.also)
        self.kind.set_value(form.kind.value)
        self._preset_cards[form.preset.name].setChecked(True)
        self.models.show_model(form.family)
        if self._family != (form.family.name, shown_hosts(form.family)):
            self._show_family()
        self.host.set_value(form.host)
        self.names.show_names()
        self._known.setText(form.knowledge.told)
        self._show_check()

    def _show_family(self) -> None:
        family = self.form.family
        self._family = (family.name, shown_hosts(family))
        self.host.set_choices([(host.name, host_title(family.name, host.name)) for host in shown_hosts(family)])
        self.host.follow(self.prompt)
        self.names.show_family(self.concept)
        usual = self.form.known.concepts[0].name
        self.concept.setPlaceholderText(
            tr("A character, an artist, an object or a person, for example {name}", name=usual)
        )

    def _show_check(self) -> None:
        check = self.form.check()
        wrong = self._tried and bool(check.error)
        self._error.setText(check.error if wrong else "")
        self._error.setVisible(wrong)
        self._warning.setText(check.warning)
        self._warning.setVisible(bool(check.warning))
        if bool(self.concept.property("wrong")) != wrong:
            self.concept.setProperty("wrong", wrong)
            self.concept.style().polish(self.concept)
        clear(self._near)
        if wrong and check.suggestions:
            self._near.addWidget(label(tr("Did you mean"), "muted"))
        for name in check.suggestions if wrong else ():
            link = button(name, role="link")
            link.clicked.connect(lambda _=False, n=name: self.form.set_concept(n))
            self._near.addWidget(link)
        self._near.addStretch(1)
