"""A probe report to read: what it lets one say, the table of probes, and the pictures behind it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLayout, QWidget

from core.i18n import tr
from gui.state.probe_report import ProbeReport, Tried, door
from gui.theme import PAD
from gui.widgets.basics import card, clear, column, label, row
from gui.widgets.chips import FlowLayout
from gui.widgets.example_pair import ExamplePair
from gui.widgets.figures import FigureBlock

_STOPPED = tr("This report was stopped half-way: it holds the probes that were done by then.")
_TABLE = tr("How often the concept is seen")


class Flow(QWidget):
    """Widgets side by side, wrapped where the width ends."""

    def __init__(self, widgets: list[ExamplePair], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(PAD)
        for widget in widgets:
            flow.addWidget(widget)
        self.setLayout(flow)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class ReportView(QWidget):
    """Shows one report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report: ProbeReport | None = None
        self._box = column(spacing=PAD)
        self.setLayout(column(self._box, 1))

    def show_report(self, report: ProbeReport | None) -> None:
        """Take another report; None shows nothing."""
        self.report = report
        clear(self._box)
        if report is None:
            return
        if not report.complete:
            self._box.addWidget(card(label(_STOPPED, "warning", wrap=True), name="hint", pad=12))
        self._box.addWidget(card(*(label(words, wrap=True) for words in door(report)), name="soft", pad=12))
        if report.tried:
            self._box.addWidget(_table(report))
        for tried in report.tried:
            if tried.examples:
                self._box.addWidget(_examples(tried))


def _table(report: ProbeReport) -> QFrame:
    judged = tr(
        "{count} asked of each encoder by each probe. Judge: {judge}.",
        count=report.pictures,
        judge=report.judge or tr("unknown"),
    )
    head = row(label(_TABLE, "heading"), 1, label(tr("before → after, 95 % interval, n"), "caption"))
    return card(head, *map(_line, report.tried), label(judged, "caption", wrap=True), spacing=PAD)


def _line(tried: Tried) -> QLayout:
    """The probe's figures, what it does, and what its search came to; the title is painted with the figures."""
    said = [tried.summary, tried.note, tr("Effort: {steps}.", steps=tried.effort) if tried.effort else ""]
    box = column(FigureBlock(tried.row), spacing=2)
    for words in filter(None, said):
        box.addWidget(label(words, "caption", wrap=True))
    return box


def _examples(tried: Tried) -> QFrame:
    pairs = list(map(ExamplePair, tried.examples))
    came = sum(example.seen_after for example in tried.examples)
    told = tr(
        "The concept came back in {came} of these {count}; where it did is shown first.", came=came, count=len(pairs)
    )
    return card(label(tried.title, "heading"), label(told, "caption", wrap=True), Flow(pairs), spacing=10)
