"""Everything about one model beside the list: where it stands, what can be done, and what it is and needs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.i18n import tr
from core.models.downloads import State
from gui.icons import icon
from gui.state.entry_facts import Pair
from gui.state.foreseen import FITS
from gui.state.model_row import Act, ModelRow
from gui.state.words import capital, size
from gui.theme import GAP, PAD
from gui.widgets.basics import button, card, column, label, rule, scrolled
from gui.widgets.chips import FlowLayout
from gui.widgets.fact_list import FactList

WIDTH = 368
"""Pixels."""
WORDS = {
    Act.DOWNLOAD: (tr("Download…"), "download"),
    Act.RESUME: (tr("Go on"), "play"),
    Act.PAUSE: (tr("Pause"), "pause"),
    Act.RETRY: (tr("Try again"), "retry"),
    Act.REPAIR: (tr("Repair"), "retry"),
    Act.VERIFY: (tr("Verify"), "shield"),
    Act.RELINK: (tr("Find it again…"), "search"),
    Act.ERASE: (tr("Erase with this model"), "erase"),
    Act.REMOVE: (tr("Remove…"), "trash"),
    Act.FOLDER: (tr("Show folder"), "folder"),
    Act.LICENCE: (tr("Read the licence"), "open"),
}
"""What the button of each act says, and its icon."""
_CLOSING = tr("Closing Lacuna pauses it. Nothing is lost, and it goes on when you say so.")


class ModelDetails(QFrame):
    """Shows a ModelRow; `wanted` carries what a person wants to do with it."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(tr("Details"))
        self.setFixedWidth(WIDTH)
        self.row: ModelRow | None = None
        self._make()
        inner = QWidget()
        inner.setLayout(self._arranged())
        self.none = label(tr("Choose a model to see what it is."), "muted", wrap=True)
        self.none.setContentsMargins(PAD, PAD, PAD, PAD)
        self._area = scrolled(inner)
        box = column(self.none, self._area)
        box.setContentsMargins(1, 1, 4, 1)
        self.setLayout(box)
        self.show_row(None)

    def _make(self) -> None:
        self.title, self.kind = label("", "heading", wrap=True), label("", "muted", wrap=True)
        self.summary, self.state = label("", "body", wrap=True), label("", "strong", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the download"))
        self.note = label(_CLOSING, "caption", wrap=True)
        self.problem = label("", "danger", wrap=True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.main = button(WORDS[Act.DOWNLOAD][0], role="primary")
        self.main.setIconSize(QSize(18, 18))
        self.main.clicked.connect(lambda: self.row and self.row.first and self.wanted.emit(self.row.first))
        self.buttons = {act: self._button(act) for act in Act}
        self.fit, self.why = label("", "strong"), label("", "muted", wrap=True)
        self.enables, self.facts = label("", "body", wrap=True), FactList()
        self.terms = label("", "muted", wrap=True)

    def _button(self, act: Act) -> QPushButton:
        words, sign = WORDS[act]
        made = button(words, sign)
        made.clicked.connect(lambda: self.wanted.emit(act))
        return made

    def _arranged(self) -> QVBoxLayout:
        self._problem = card(self.problem, name="problem", pad=12)
        ways, flow = QWidget(), FlowLayout(GAP)
        for made in self.buttons.values():
            flow.addWidget(made)
        ways.setLayout(flow)
        self._computer = _part(tr("On this computer"), self.fit, self.why)
        self._licence = _part(tr("The licence in short"), self.terms)
        box = column(
            column(self.title, self.kind, spacing=2),
            self.summary,
            column(self.state, self.bar, self.note, spacing=6),
            self._problem,
            self.main,
            ways,
            rule(),
            self._computer,
            _part(tr("What it makes possible"), self.enables),
            self._licence,
            rule(),
            self.facts,
            1,
            spacing=12,
        )
        box.setContentsMargins(PAD, PAD, 12, PAD)
        return box

    def show_row(self, shown: ModelRow | None) -> None:
        """Show another model, or none."""
        before, self.row = self.row, shown
        self.none.setVisible(shown is None)
        self._area.setVisible(shown is not None)
        if shown is None:
            return
        self._show_state(shown)
        if before is None or (before.id, before.acts) != (shown.id, shown.acts):
            self._show_acts(shown)
        if before is None or facts(before) != facts(shown) or replace(before, status=shown.status) != shown:
            self._show_facts(shown)

    def _show_state(self, shown: ModelRow) -> None:
        state, failed = shown.status.state, shown.status.error
        self.state.setText(shown.told())
        self.bar.setValue(round(1000 * shown.fraction))
        self.bar.setVisible(shown.busy or state in (State.PARTIAL, State.PAUSED))
        self.note.setVisible(shown.busy)
        lost = tr("Gone or changed: {files}.", files=", ".join(shown.problems[:3])) if shown.problems else ""
        self.problem.setText(str(failed) if failed else lost)
        self._problem.setVisible(bool(failed or lost))

    def _show_acts(self, shown: ModelRow) -> None:
        first = shown.first
        self.main.setVisible(first is not None)
        if first is not None:
            words, sign = WORDS[first]
            self.main.setText(f" {words}")
            self.main.setAccessibleName(words)
            self.main.setIcon(icon(sign, "on_accent"))
        for act, made in self.buttons.items():
            made.setVisible(act in shown.acts and act is not first)

    def _show_facts(self, shown: ModelRow) -> None:
        self.title.setText(shown.title)
        self.kind.setText(shown.kind)
        self.summary.setText(shown.summary)
        self.enables.setText(shown.enables)
        self._show_fit(shown)
        offer = shown.offer
        self.terms.setText(tr(offer.licence.summary) if offer else "")
        self._licence.setVisible(bool(offer and offer.licence.summary))
        self.facts.show_pairs(facts(shown))

    def _show_fit(self, shown: ModelRow) -> None:
        verdict = shown.verdict
        self._computer.setVisible(verdict is not None)
        if verdict is None:
            return
        self.fit.setText(capital(verdict.fit.words))
        self.fit.setProperty("role", FITS[verdict.fit])
        self.fit.style().polish(self.fit)
        self.why.setText(" ".join(filter(None, (verdict.why, verdict.fix))))


def facts(shown: ModelRow) -> list[Pair]:
    """What is to be known of a model: its size, licence, where it comes from, and where it lies."""
    about = tr("about {amount}", amount=size(shown.bytes))
    exact = shown.installed or shown.status.done > 0 or (shown.offer is not None and shown.offer.pinned)
    listed: list[Pair] = [(tr("Size"), size(shown.bytes) if exact else about)]
    listed.append((tr("Licence"), shown.licence or tr("licence not known")))
    if shown.offer:
        listed.append((tr("Comes from"), shown.offer.repo))
    revision = shown.component.settings.get("revision") if shown.component else None
    if revision:
        listed.append((tr("Version"), str(revision)[:12]))
    if shown.folder:
        listed.append((tr("Lies in"), str(shown.folder)))
    return listed


def _part(title: str, *parts: QLabel) -> QWidget:
    """Labels under a small heading, which hide together."""
    made = QWidget()
    made.setLayout(column(label(title, "overline"), *parts, spacing=4))
    return made
