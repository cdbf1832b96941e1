"""Probe: try to bring the concept back from an entry, and read how often it worked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QPlainTextEdit, QStackedWidget, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.probe_list import PROBES
from core.library.entry import Entry
from gui.pages.page import Page
from gui.state.commands import Command
from gui.state.harden import NOTE, harden_spec
from gui.state.picker_model import is_sound
from gui.state.probe_form import BUDGETS, PICTURES
from gui.state.probe_report import ProbeReport, read_reports
from gui.state.session import Session
from gui.state.words import host_title
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import Combo, Elided, button, card, column, field, label, row, scrolled
from gui.widgets.dropping import local_files
from gui.widgets.empty import EmptyState
from gui.widgets.entry_picker import EntryPicker
from gui.widgets.library_empty import lost_words
from gui.widgets.option import OptionCard
from gui.widgets.report_view import ReportView
from gui.widgets.segments import Segments

_EMPTY = (
    tr("Nothing to probe yet"),
    tr(
        "An erasure changes what words can ask for, and nothing else. Once there is an entry in the library, probes "
        "ask it for the concept by its name, by other words and by attacks, and show what came back."
    ),
)
_NO_REPORT = tr(
    "Choose probes on the left and run them. Each asks the original and the erased encoder for the same thing with the "
    "same seed; the report shows how often the concept came back, with the pictures. Probes through words test the "
    "text door. “Without words” shows what no erasure of the text encoder can change: the denoiser still holds it."
)
_HARDER = tr("An attack searches before it asks. More steps find more, and take longer.")
_PANEL = 376


class ProbePage(Page):
    """Shows the session's ProbeForm and the reports of its entry; `asked` carries a spec."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.library, self.form = session.library, session.probing
        self.setAcceptDrops(True)
        self._reports: list[ProbeReport] = []
        self._paths: list[Path] = []
        self._tried = False
        self._make_controls()
        self._arrange()
        self._connect()
        self.commands = self._list_commands()
        self._show_reports(None)
        self._list_entries()

    def _make_controls(self) -> None:
        self.picker, self.earlier = EntryPicker(self.library, tr("Entry")), Combo(tr("Report"))
        self.earlier.setMinimumWidth(300)
        self.probes = {card.name: OptionCard(card.title, card.summary, several=True) for card in PROBES}
        self.typed = QPlainTextEdit()
        self.typed.setProperty("role", "input")
        self.typed.setPlaceholderText(tr("One prompt a line"))
        self.typed.setTabChangesFocus(True)
        self.typed.setAcceptDrops(False)
        self.typed.setFixedHeight(84)
        self.browse = button(tr("From a file…"), "library", tip=tr("A text file with a prompt a line"))
        self.forget = button("", "close", "quiet", tip=tr("Leave the file out"), name=tr("Leave the file out"))
        self.host = Segments(tr("Asked of"))
        self.pictures = Segments(tr("Pictures a probe"), [(str(count), str(count)) for count in PICTURES])
        self.budget = Segments(tr("How hard attacks try"), [(str(steps), words) for steps, words in BUDGETS.items()])
        self.run = button(tr("Run the probes"), "probe", "big", tip=tr("Start the job (Ctrl+Return)"))
        self.harden_it = button(tr("Harden"), "shield", tip=NOTE)

    def _arrange(self) -> None:
        head = row(label(tr("Probe"), "title"), 1, self.picker, self.harden_it, spacing=12)
        body = row(self._panel(), self._report_side(), spacing=PAD)
        body.setStretch(1, 1)
        box = column(head, body, spacing=PAD)
        box.setStretch(1, 1)
        box.setContentsMargins(32, WIDE, 32, WIDE)
        full = QWidget()
        full.setLayout(box)
        self.empty = EmptyState("probe", *_EMPTY, tr("Erase a concept"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.setLayout(column(self._stack))
        self.first = self.picker

    def _panel(self) -> QFrame:
        inner = QWidget()
        fields = column(
            label(tr("How to ask"), "heading"),
            column(*self.probes.values(), spacing=6),
            self._own(),
            field(tr("Asked of"), self.host),
            row(field(tr("Pictures a probe"), self.pictures), 1),
            column(
                row(field(tr("How hard attacks try"), self.budget), 1), label(_HARDER, "caption", wrap=True), spacing=6
            ),
            1,
            spacing=PAD,
        )
        fields.setContentsMargins(0, 0, GAP, 0)
        inner.setLayout(fields)
        self._cost, self._problem = label("", "strong"), label("", "danger", wrap=True)
        foot = column(self._problem, row(label(tr("Time"), "muted"), 1, self._cost), self.run, spacing=10)
        made = card(scrolled(inner), foot, spacing=12)
        made.setFixedWidth(_PANEL)
        return made

    def _own(self) -> QWidget:
        self._file = Elided("small")
        self._file_row = QWidget()
        line = row(self._file, self.forget)
        line.setStretch(0, 1)
        self._file_row.setLayout(line)
        made = QWidget()
        made.setLayout(
            column(field(tr("Your own prompts"), self.typed), self._file_row, row(self.browse, 1), spacing=6)
        )
        return made

    def _report_side(self) -> QWidget:
        self.view = ReportView()
        self.untried = EmptyState("probe", tr("Not probed yet"), _NO_REPORT)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.untried)
        self._pages.addWidget(scrolled(self.view))
        self._report_head = QWidget()
        self._report_head.setLayout(row(label(tr("Report"), "heading"), 1, self.earlier, spacing=12))
        box = column(self._report_head, self._pages, spacing=12)
        box.setStretch(1, 1)
        made = QWidget()
        made.setLayout(box)
        return made

    def _connect(self) -> None:
        form = self.form
        self.empty.action.clicked.connect(lambda: self.went.emit("erase", None))
        self.picker.chosen.connect(self._pick)
        self.earlier.activated.connect(lambda at: self.view.show_report(self._reports[at]))
        for name, option in self.probes.items():
            option.clicked.connect(lambda on, n=name: form.set_probe(n, on))
        self.typed.textChanged.connect(self._type)
        self.browse.clicked.connect(self._choose_file)
        self.forget.clicked.connect(lambda: form.set_file(""))
        self.host.chosen.connect(form.set_host)
        self.pictures.chosen.connect(lambda key: form.set_pictures(int(key)))
        self.budget.chosen.connect(lambda key: form.set_budget(int(key)))
        self.run.clicked.connect(self.submit)
        self.harden_it.clicked.connect(self.harden)
        form.changed.connect(self._show)
        self.library.reloaded.connect(self._list_entries)

    def _list_commands(self) -> list[Command]:
        probes = [
            Command(f"probe.with.{card.name}", tr("Probe: {title}", title=card.title), self.probes[card.name].click)
            for card in PROBES
        ]
        chosen: Callable[[], bool] = lambda: self.form.entry is not None  # noqa: E731
        return [
            Command("probe.run", tr("Run the probes"), self.submit, ("Ctrl+Return", "Ctrl+Enter"), chosen),
            Command("probe.entry", tr("Choose the entry to probe"), self.picker.open, ("Ctrl+E",), chosen),
            Command("probe.harden", tr("Harden the entry"), self.harden, enabled=chosen),
            Command("probe.compare", tr("Show the entry in Compare"), self._compare, enabled=chosen),
            Command("probe.file", tr("Take prompts from a file…"), self._choose_file, enabled=chosen),
            *probes,
        ]

    def take(self, thing: object) -> None:
        """Show an entry and its newest report."""
        if isinstance(thing, Entry):
            self.show_entry(thing)

    def harden(self) -> None:
        """Ask for an erasure that goes on from the entry against attacks."""
        if self.form.entry is None:
            return
        try:
            self.asked.emit(harden_spec(self.form.entry, self.form.library))
        except LacunaError as error:
            self.say(str(error))

    def _compare(self) -> None:
        self.went.emit("compare", self.form.entry)

    def _list_entries(self) -> None:
        """Read the entry again, since a job may have given it a report; another one where it is gone."""
        self.empty.say(*(lost_words(self.library.library.root) if self.library.lost else _EMPTY))
        ids = [row.id for row in self.library.kept if is_sound(row)]
        chosen = self.form.entry.id if self.form.entry else ""
        if ids:
            self._pick(chosen if chosen in ids else ids[0])
        else:
            self.show_entry(None)

    def _pick(self, entry_id: str) -> None:
        try:
            self.show_entry(self.library.library.get(entry_id))
        except LacunaError as error:
            self.say(str(error))

    def show_entry(self, entry: Entry | None) -> None:
        """Choose what to probe and show its newest report; None shows how to get an entry."""
        self._stack.setCurrentIndex(0 if entry is None else 1)
        self.form.set_entry(entry)
        if entry is not None:
            self.picker.set_entry(entry.id)
            family = entry.manifest.family if entry.manifest else ""
            self.host.set_choices([(host.name, host_title(family, host.name)) for host in self.form.hosts])
            self.host.follow(self.browse)
            self.host.set_value(self.form.host)
        if (found := entry.reports if entry else []) != self._paths:
            self._paths = found
            self._show_reports(entry)

    def _show_reports(self, entry: Entry | None) -> None:
        self._reports = read_reports(entry) if entry else []
        with QSignalBlocker(self.earlier):
            self.earlier.clear()
            self.earlier.addItems([report.title for report in self._reports])
        self._report_head.setVisible(bool(self._reports))
        self._pages.setCurrentIndex(1 if self._reports else 0)
        self.view.show_report(self._reports[0] if self._reports else None)

    def _type(self) -> None:
        if self.typed.toPlainText() != self.form.typed:
            self.form.set_typed(self.typed.toPlainText())

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("A text file with a prompt a line"), "", tr("Text (*.txt);;All (*)")
        )
        if path:
            self.form.set_file(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome a file of this computer."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the prompts of a text file."""
        event.acceptProposedAction()
        self.form.set_file(str(local_files(event.mimeData())[0]))

    def submit(self) -> None:
        """Start the job, or say what is wrong."""
        self._tried = True
        self._show()
        try:
            spec = self.form.ready()
        except LacunaError as error:
            self._say(str(error))
            return
        self._tried = False
        self._say("")
        self.asked.emit(spec)

    def _say(self, wrong: str) -> None:
        self._problem.setText(wrong)
        self._problem.setVisible(bool(wrong))

    def _show(self) -> None:
        form = self.form
        for name, option in self.probes.items():
            option.setChecked(name in form.probes)
        if self.typed.toPlainText() != form.typed:
            self.typed.setPlainText(form.typed)
        self._file.setText(form.file)
        self._file_row.setVisible(bool(form.file))
        self.host.set_value(form.host)
        self.pictures.set_value(str(form.pictures))
        self.budget.set_value(str(form.budget))
        self._cost.setText(form.cost())
        self._say(form.check() if self._tried else "")
