"""Erase: pick the model, name the concept, choose the method, and start."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QGridLayout, QLineEdit, QWidget

from core.concepts import Kind
from core.jobs.spec import EraseSpec
from core.models.catalogue import FamilyCard, families
from core.presets import presets
from gui.state.erase_form import EraseForm, names_in
from gui.state.words import host_title
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import button, card, clear, column, field, label, row, rule, scrolled
from gui.widgets.chips import Chips
from gui.widgets.option import OptionCard
from gui.widgets.segments import Segments
from gui.widgets.tags import Tags

_KINDS = {Kind.CHARACTER: "Characters", Kind.PERSON: "People", Kind.OBJECT: "Objects", Kind.STYLE: "Styles"}
_SEED_LIMIT = 2**31 - 1
_PURPOSE = "The text encoder forgets it; every video model that reads this encoder can no longer be asked for it."


_LED = "Something ordinary that comes out in its place. The few-shot methods lead nowhere: they drive the concept away."


def _facts(family: FamilyCard) -> str:
    hosts = ", ".join(host_title(family.name, host.name) for host in family.hosts)
    return f"{hosts} · reads {family.tokens} tokens · licence {family.licence}"


class ErasePage(QWidget):
    """Shows an EraseForm; `asked` carries the spec once the form is good."""

    asked = Signal(object)

    def __init__(self, form: EraseForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.form = form
        self._tried, self._family = False, ""
        self._make_controls()
        self._arrange()
        self._connect()
        self._show()

    def _make_controls(self) -> None:
        self.concept = QLineEdit()
        self.concept.setPlaceholderText("A character, an artist, an object or a person, for example Pipwick")
        self.kind = Segments("Kind", [(kind.value, kind.value.capitalize()) for kind in Kind])
        self.synonyms = QLineEdit()
        self.synonyms.setPlaceholderText("Separated by commas")
        self.also = QLineEdit()
        self.also.setPlaceholderText("Another name, then Return")
        self.tags = Tags("Also erased")
        self.protect = QLineEdit()
        self.anchor = QLineEdit()
        self.ask = button("What does this model know?", "search", tip="Let the judge look at each name")
        self.prompt = QLineEdit()
        self.prompt.setPlaceholderText("Filled in when you name the concept")
        self.seed = QLineEdit()
        self.seed.setValidator(QIntValidator(0, _SEED_LIMIT, self.seed))
        self.seed.setFixedWidth(128)
        self.dice = button("", "dice", tip="Another seed", name="Another seed")
        self.host = Segments("Video model")
        self.judge = Segments("Scorecard", [("quick", "Quick"), ("full", "Thorough")])
        self.images = QLineEdit()
        self.images.setPlaceholderText("Empty: the model makes them itself")
        self.browse = button(
            "Choose…", "library", tip="Choose a folder of pictures", name="Choose a folder of pictures"
        )
        self.start = button("Erase", "erase", "big", tip="Start the job (Ctrl+Return)")
        self._chips = {kind: Chips(title) for kind, title in _KINDS.items()}

    def _arrange(self) -> None:
        left = column(
            label("Erase a concept", "title"),
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
        side = column(self._summary(), 1)
        side.setContentsMargins(GAP, 88, 32, WIDE)
        page = row(1, self._area, side, 1, spacing=0)
        page.setStretch(1, 1000)
        self.setLayout(page)
        self.setFocusProxy(self.concept)

    def _model_card(self) -> QFrame:
        self._families = QButtonGroup(self)
        options = []
        for family in families():
            option = OptionCard(family.title, family.summary, _facts(family))
            option.setChecked(family.name == self.form.family.name)
            option.clicked.connect(lambda _=False, name=family.name: self.form.set_family(name))
            self._families.addButton(option)
            options.append(option)
        return card(label("1  Model", "heading"), *options, spacing=12)

    def _concept_card(self) -> QFrame:
        self._near = row(spacing=6)
        groups = []
        self._group_titles = {}
        for kind, title in _KINDS.items():
            self._group_titles[kind] = label(title, "overline")
            self._group_titles[kind].setFixedSize(80, 28)
            line = row(self._group_titles[kind], self._chips[kind])
            line.setAlignment(self._group_titles[kind], Qt.AlignmentFlag.AlignTop)
            groups.append(line)
        self._error = label("", "danger", wrap=True)
        self._known = label("", "caption", wrap=True)
        known = row(self._known, self.ask, spacing=12)
        known.setStretch(0, 1)
        return card(
            label("2  Concept", "heading"),
            field("What should it forget?", self.concept),
            column(self._error, self._near, spacing=2),
            column(*groups, spacing=6),
            known,
            row(field("Kind", self.kind), field("Other names it goes by", self.synonyms), spacing=PAD),
            column(field("Also erase (optional)", self.also), self.tags, spacing=6),
            field("It will be led to", self.anchor, _LED),
            field("Neighbours to protect (optional)", self.protect),
            spacing=12,
        )

    def _method_card(self) -> QFrame:
        self._presets = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for at, preset in enumerate(presets()):
            option = OptionCard(preset.title, preset.summary)
            option.setChecked(preset.name == self.form.preset.name)
            option.clicked.connect(lambda _=False, name=preset.name: self.form.set_preset(name))
            self._presets.addButton(option)
            grid.addWidget(option, at // 2, at % 2)
        own = field("Your own pictures of it, a folder (optional)", self.images)
        return card(
            label("3  Method", "heading"), grid, row(own, column(1, self.browse, spacing=0), spacing=GAP), spacing=12
        )

    def _clip_card(self) -> QFrame:
        self._warning = label("", "warning", wrap=True)
        seed = field("Seed", self.seed)
        dice = column(1, self.dice, spacing=0)
        return card(
            label("4  Before and after", "heading"),
            field("Prompt of the clip", self.prompt),
            self._warning,
            row(field("Video model", self.host), seed, dice, 1, spacing=PAD),
            spacing=12,
        )

    def _summary(self) -> QFrame:
        self._what, self._how = label("", "figure", wrap=True), label("", "muted", wrap=True)
        self._led = label("", "muted", wrap=True)
        self._time, self._memory = label("", "strong"), label("", "strong")
        self._hint = label("", "caption", wrap=True)
        made = card(
            label("You will erase", "overline"),
            self._what,
            self._how,
            self._led,
            rule(),
            row(label("Time", "muted"), 1, self._time),
            row(label("Memory", "muted"), 1, self._memory),
            rule(),
            field("Scorecard", self.judge),
            self._hint,
            self.start,
            spacing=12,
        )
        made.setFixedWidth(288)
        return made

    def _connect(self) -> None:
        form = self.form
        self.concept.textEdited.connect(form.set_concept)
        for chips in self._chips.values():
            chips.chosen.connect(form.set_concept)
        self.kind.chosen.connect(form.set_kind)
        self.synonyms.textEdited.connect(form.set_synonyms)
        self.also.returnPressed.connect(self._add_also)
        self.tags.removed.connect(form.remove_also)
        self.anchor.textEdited.connect(form.set_anchor)
        self.protect.textEdited.connect(form.set_protect)
        self.ask.clicked.connect(lambda: self.asked.emit(form.question()))
        self.prompt.textEdited.connect(form.set_prompt)
        self.seed.textEdited.connect(lambda text: form.set_seed(int(text or 0)))
        self.dice.clicked.connect(lambda: form.set_seed(random.randrange(_SEED_LIMIT)))
        self.host.chosen.connect(form.set_host)
        self.images.textEdited.connect(form.set_images)
        self.browse.clicked.connect(self._choose_images)
        self.judge.chosen.connect(lambda key: form.set_quick(key == "quick"))
        self.start.clicked.connect(self.submit)
        self.concept.returnPressed.connect(self.submit)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)
        form.changed.connect(self._show)

    def submit(self) -> None:
        """Start the job, or say what is wrong and go there."""
        self._tried = True
        self._add_also()
        if wrong := self.form.check(pictures=True).error:
            self._error.setText(wrong)
            self._error.setVisible(True)
            self.concept.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(self.concept, 0, 2 * WIDE)
            return
        self._tried = False
        spec: EraseSpec = self.form.spec()
        self.asked.emit(spec)

    def _add_also(self) -> None:
        self.form.add_also(self.also.text())
        self.also.clear()

    def _choose_images(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "A folder of pictures of the concept"):
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
        if names_in(self.synonyms.text()) != form.synonyms:
            self.synonyms.setText(", ".join(form.synonyms))
            self.synonyms.setCursorPosition(0)
        self.anchor.setPlaceholderText(form.usual_anchor or "Filled in when you name the concept")
        near = ", ".join(form.usual_neighbours)
        self.protect.setPlaceholderText(f"Besides {near}; separated by commas" if near else "Separated by commas")
        self.tags.set_names(form.also)
        self.tags.follow(self.also)
        self.kind.set_value(form.kind.value)
        if self._family != form.family.name:
            self._show_family()
        self.host.set_value(form.host)
        self._show_names()
        self._show_check()
        self._show_summary()

    def _show_family(self) -> None:
        family = self.form.family
        self._family = family.name
        self.host.set_choices([(host.name, host_title(family.name, host.name)) for host in family.video_hosts])
        self.host.follow(self.prompt)
        before: QWidget = self.concept
        for kind, chips in self._chips.items():
            chips.set_names([c.name for c in self.form.known.of_kind(kind)])
            before = chips.follow(before)

    def _show_names(self) -> None:
        for kind, chips in self._chips.items():
            shown = [c.name for c in self.form.suggestions(kind)]
            chips.set_order(shown)
            chips.set_marks({name: self.form.knowledge.mark(name) for name in shown})
            chips.show_names(shown, self.form.concept)
            chips.setVisible(bool(shown))
            self._group_titles[kind].setVisible(bool(shown))

        self._known.setText(self.form.knowledge.told)

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
            self._near.addWidget(label("Did you mean", "muted"))
        for name in check.suggestions if wrong else ():
            link = button(name, role="link")
            link.clicked.connect(lambda _=False, n=name: self.form.set_concept(n))
            self._near.addWidget(link)
        self._near.addStretch(1)

    def _show_summary(self) -> None:
        form = self.form
        self._what.setText(", ".join(filter(None, (form.concept.strip(), *form.also))) or "Nothing yet")
        self._led.setText(f"Led to {form.leading}" if form.leading else "")
        self._led.setVisible(bool(form.leading))
        self._how.setText(f"{form.kind.value.capitalize()} · from {form.family.title} · {form.preset.title}")
        seconds, memory = form.cost()
        self._time.setText(seconds)
        self._memory.setText(memory)
        quick = "Few prompts: a first answer with wide intervals."
        full = "Hundreds of prompts: narrow intervals, takes minutes."
        self._hint.setText(quick if form.quick else full)
