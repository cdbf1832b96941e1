"""Many erasures at once: a list of concepts, typed or dropped as a text file, checked line by line as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtWidgets import QDialog, QFileDialog, QTextEdit, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.batch import Line, checked_lines, read_lines
from core.jobs.estimate import expected_seconds
from core.jobs.spec import EraseSpec
from core.jobs.titles import subtitle_of
from gui.state.words import duration
from gui.theme import GAP, PAD, WIDE, current
from gui.widgets.basics import button, column, label, row
from gui.widgets.dropping import Lines
from gui.workers.errands import Errands

_PAUSE_MS = 200
"""How long after the last key the list is checked."""
_TOLD = 4
"""Wrong lines that are told in words; all are marked in the list."""


class BatchDialog(QDialog):
    """Asks for concepts; `specs` are the jobs, each `pattern` for one of them, once every line is good."""

    def __init__(self, pattern: EraseSpec, texts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Erase many concepts"))
        self.pattern = pattern
        self.lines: list[Line] = []
        self._refused, self._asked = "", 0
        self._errands = Errands(1, self)
        self._errands.done.connect(self._take)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.check)
        self._make_controls()
        self._arrange()
        self.edit.setPlainText("\n".join(texts))
        self.check()
        self.edit.textChanged.connect(self._pause.start)

    def _make_controls(self) -> None:
        self.edit = Lines(tr("Concepts, one a line"), tr("One concept a line, or drop a text file here"))
        self.edit.dropped.connect(self.add_files)
        self.load = button(tr("Open a text file…"), "library")
        self.load.clicked.connect(self._choose_file)
        self.cancel = button(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.start = button(tr("Queue"), "jobs", "primary")
        self.start.setEnabled(False)
        self.start.clicked.connect(self.accept)
        self.start.setDefault(True)
        self._said, self._wrong = label("", "muted"), label("", "danger", wrap=True)
        self._file_note = label("", "danger", wrap=True)
        self._file_note.hide()

    def _arrange(self) -> None:
        about = tr(
            "Each becomes a job of its own, with the model, method, neighbours and scorecard that the Erase page is "
            "set to: {settings}.",
            settings=subtitle_of(self.pattern),
        )
        box = column(
            label(tr("Erase many concepts"), "title"),
            label(about, "muted", wrap=True),
            self.edit,
            self._file_note,
            self._wrong,
            row(self._said, 1, self.load, self.cancel, self.start, spacing=GAP),
            spacing=PAD,
        )
        box.setStretch(2, 1)
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)
        self.resize(620, 560)

    @property
    def specs(self) -> list[EraseSpec]:
        """The jobs of the good lines."""
        return [line.spec for line in self.lines if line.spec]

    def check(self) -> None:
        """Have every line checked beside the window's thread; a long list takes a fifth of a second."""
        self._pause.stop()
        self._asked += 1
        texts, pattern = self.edit.toPlainText().split("\n"), self.pattern
        self._errands.run(str(self._asked), lambda: _checked(texts, pattern))

    @Slot(str, object)
    def _take(self, key: str, found: tuple[list[Line], str]) -> None:
        """Mark the wrong lines, and say how long it all will take."""
        if key != str(self._asked) or self._pause.isActive():
            return
        self.lines, self._refused = found
        wrong = [line for line in self.lines if line.error]
        self._mark(wrong)
        self._tell(wrong)
        good = bool(self.lines) and not wrong
        self.start.setEnabled(good)
        self.start.setText(f" {_queue_words(len(self.specs))}" if good else f" {tr('Queue')}")

    def _mark(self, wrong: Sequence[Line]) -> None:
        marks = []
        for line in wrong:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.edit.document().findBlockByNumber(line.number - 1))
            mark.format.setBackground(QColor(current().danger_soft))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.edit.setExtraSelections(marks)

    def _tell(self, wrong: Sequence[Line]) -> None:
        told = [tr("Line {number}: {why}", number=line.number, why=line.error) for line in wrong[:_TOLD]]
        if len(wrong) > _TOLD:
            told.append(tr("{count} more lines cannot be used.", count=len(wrong) - _TOLD))
        self._wrong.setText("\n".join(told) or self._refused)
        self._wrong.setVisible(bool(told or self._refused))
        seconds = sum(expected_seconds(spec) or 0.0 for spec in self.specs)
        self._said.setText(tr("About {time} in all", time=duration(seconds)) if seconds else "")

    def add_files(self, paths: Sequence[Path]) -> None:
        """Append what text files hold; what is none is told."""
        texts = self.edit.toPlainText().rstrip("\n").split("\n")
        refused = []
        for path in paths:
            try:
                texts += read_lines(path)
            except LacunaError as error:
                refused.append(str(error))
        self.edit.setPlainText("\n".join(texts).lstrip("\n"))
        self._file_note.setText("\n".join(refused))
        self._file_note.setVisible(bool(refused))

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("A list of concepts"), "", tr("Text files (*.txt);;All files (*)")
        )
        if path:
            self.add_files([Path(path)])

    def accept(self) -> None:
        """Check what was written last, and close once every line is good."""
        self._pause.stop()
        self._asked += 1
        self._take(str(self._asked), _checked(self.edit.toPlainText().split("\n"), self.pattern))
        if self.start.isEnabled():
            super().accept()

    def done(self, result: int) -> None:
        """Let no check outlive the dialog."""
        self._pause.stop()
        self._errands.close()
        super().done(result)


def _checked(texts: Sequence[str], pattern: EraseSpec) -> tuple[list[Line], str]:
    """The lines, or what stands against the whole list."""
    try:
        return checked_lines(texts, pattern), ""
    except LacunaError as error:
        return [], str(error)


def _queue_words(count: int) -> str:
    return tr("Queue a job") if count == 1 else tr("Queue {count} jobs", count=count)


def ask_many(parent: QWidget, pattern: EraseSpec, texts: Sequence[str] = ()) -> list[EraseSpec]:
    """The erasures that a person lists, each like `pattern`; none when they think better of it."""
    dialog = BatchDialog(pattern, texts, parent)
    specs = dialog.specs if dialog.exec() else []
    dialog.deleteLater()
    return specs
