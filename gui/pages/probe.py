"""Probe: try to bring the concept back from an entry, and read how often it worked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QPlainTextEdit, QStackedWidget, QWidget

from core.errors import LacunaError
from core.jobs.probe_list import PROBES
from core.library.entry import Entry
from gui.state.harden import NOTE
from gui.state.library_model import LibraryModel
from gui.state.probe_form import BUDGETS, PICTURES, ProbeForm
from gui.state.probe_report import ProbeReport, read_reports
from gui.state.words import host_title
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import Combo, Elided, button, card, column, field, label, row, scrolled
from gui.widgets.empty import EmptyState
from gui.widgets.option import OptionCard
from gui.widgets.report_view import ReportView
from gui.widgets.segments import Segments

_TEACHING = (
    "An erasure changes what words can ask for, and nothing else. Once there is an entry in the library, probes ask it "
    "for the concept by its name, by other words and by attacks, and show what came back."
)
_NO_REPORT = (
    "Choose probes on the left and run them. Each asks the original and the erased encoder for the same thing with the "
    "same seed; the report shows how often the concept came back, with the pictures. Probes through words test the "
    "text door. “Without words” shows what no erasure of the text encoder can change: the denoiser still holds it."
)
_HARDER = "An attack searches before it asks. More steps find more, and take longer."
_PANEL = 376


class ProbePage(QWidget):
    """Shows a ProbeForm and the reports of its entry; `asked` carries a spec, `harden` an entry."""

    asked = Signal(object)
    harden = Signal(object)
    new = Signal()

    def __init__(self, library: LibraryModel, form: ProbeForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.library, self.form = library, form
        self._reports: list[ProbeReport] = []
        self._paths: list[Path] = []
        self._tried = False
        self._make_controls()
        self._arrange()
        self._connect()
        self._show_reports(None)
        self._list_entries()

    def _make_controls(self) -> None:
        self.picker, self.earlier = Combo("Entry"), Combo("Report")
        self.picker.setMinimumWidth(240)
        self.earlier.setMinimumWidth(300)
        self.probes = {card.name: OptionCard(card.title, card.summary, several=True) for card in PROBES}
        self.typed = QPlainTextEdit()
        self.typed.setProperty("role", "input")
        self.typed.setPlaceholderText("One prompt a line")
        self.typed.setTabChangesFocus(True)
        self.typed.setFixedHeight(84)
        self.browse = button("From a file…", "library", tip="A text file with a prompt a line")
        self.forget = button("", "close", "quiet", tip="Leave the file out", name="Leave the file out")
        self.host = Segments("Asked of")
        self.pictures = Segments("Pictures a probe", [(str(count), str(count)) for count in PICTURES])
        self.budget = Segments("How hard attacks try", [(str(steps), words) for steps, words in BUDGETS.items()])
        self.run = button("Run the probes", "probe", "big", tip="Start the job (Ctrl+Return)")
        self.harden_it = button("Harden", "shield", tip=NOTE)

    def _arrange(self) -> None:
        head = row(label("Probe", "title"), 1, self.picker, self.harden_it, spacing=12)
        body = row(self._panel(), self._report_side(), spacing=PAD)
        body.setStretch(1, 1)
        box = column(head, body, spacing=PAD)
        box.setStretch(1, 1)
        box.setContentsMargins(32, WIDE, 32, WIDE)
        full = QWidget()
        full.setLayout(box)
        self.empty = EmptyState("probe", "Nothing to probe yet", _TEACHING, "Erase a concept")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.setLayout(column(self._stack))
        self.setFocusProxy(self.picker)

    def _panel(self) -> QFrame:
        inner = QWidget()
        fields = column(
            label("How to ask", "heading"),
            column(*self.probes.values(), spacing=6),
            self._own(),
            field("Asked of", self.host),
            row(field("Pictures a probe", self.pictures), 1),
            column(row(field("How hard attacks try", self.budget), 1), label(_HARDER, "caption", wrap=True), spacing=6),
            1,
            spacing=PAD,
        )
        fields.setContentsMargins(0, 0, GAP, 0)
        inner.setLayout(fields)
        self._cost, self._problem = label("", "strong"), label("", "danger", wrap=True)
        foot = column(self._problem, row(label("Time", "muted"), 1, self._cost), self.run, spacing=10)
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
        made.setLayout(column(field("Your own prompts", self.typed), self._file_row, row(self.browse, 1), spacing=6))
        return made

    def _report_side(self) -> QWidget:
        self.view = ReportView()
        self.untried = EmptyState("probe", "Not probed yet", _NO_REPORT)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.untried)
        self._pages.addWidget(scrolled(self.view))
        self._report_head = QWidget()
        self._report_head.setLayout(row(label("Report", "heading"), 1, self.earlier, spacing=12))
        box = column(self._report_head, self._pages, spacing=12)
        box.setStretch(1, 1)
        made = QWidget()
        made.setLayout(box)
        return made

    def _connect(self) -> None:
        form = self.form
        self.empty.action.clicked.connect(self.new)
        self.picker.activated.connect(lambda at: self.show_entry(self.picker.itemData(at)))
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
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)
        self.harden_it.clicked.connect(lambda: form.entry and self.harden.emit(form.entry))
        form.changed.connect(self._show)
        self.library.reloaded.connect(self._list_entries)

    def _sound(self) -> list[Entry]:
        return [entry for entry in self.library.kept if not entry.damage]

    def _list_entries(self) -> None:
        entries = {entry.id: entry for entry in self._sound()}
        with QSignalBlocker(self.picker):
            self.picker.clear()
            for entry in entries.values():
                self.picker.addItem(entry.name, entry)
        chosen = self.form.entry.id if self.form.entry else ""
        self.show_entry(entries.get(chosen) or next(iter(entries.values()), None))

    def show_entry(self, entry: Entry | None) -> None:
        """Choose what to probe and show its newest report; None shows how to get an entry."""
        self._stack.setCurrentIndex(0 if entry is None else 1)
        self.form.set_entry(entry)
        if entry is not None:
            self.picker.setCurrentIndex(self.picker.findText(entry.name))
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
        path, _ = QFileDialog.getOpenFileName(self, "A text file with a prompt a line", "", "Text (*.txt);;All (*)")
        if path:
            self.form.set_file(path)

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
