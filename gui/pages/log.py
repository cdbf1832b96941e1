"""The log: what Lacuna and its jobs have said, by level and words; and what to send with a report of a fault."""

from __future__ import annotations

import logging

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListView, QPlainTextEdit, QStackedWidget, QWidget

from core.folders import log_folder
from core.i18n import tr
from gui.state.commands import Command
from gui.state.log_model import RECORD_ROLE, LogFilter
from gui.state.session import Session
from gui.theme import GAP, PAD
from gui.widgets.basics import button, column, label, row, search_line
from gui.widgets.diagnostics_dialog import DiagnosticsDialog
from gui.widgets.empty import EmptyState
from gui.widgets.log_delegate import LogDelegate
from gui.widgets.opening import open_path
from gui.widgets.segments import Segments

_LEVELS = (
    (str(logging.DEBUG), tr("All")),
    (str(logging.WARNING), tr("Warnings")),
    (str(logging.ERROR), tr("Errors")),
)
_DETAIL = 150


class LogPanel(QWidget):
    """The records of the session's log, the newest at the end; `noticed` says what was done."""

    noticed = Signal(str, str, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.records = LogFilter(session.log, self)
        self._at_end = True
        self._make_controls()
        self._arrange()
        self.commands = [
            Command("log.copy", tr("Copy the log"), self.copy),
            Command("log.clear", tr("Clear the log"), self.clear),
            Command("log.folder", tr("Open the folder of the logs"), self.open_folder),
            Command("log.diagnostics", tr("Save diagnostics"), self.save_diagnostics),
        ]
        self._connect()
        self._count()

    def _make_controls(self) -> None:
        self.level = Segments(tr("Level"), _LEVELS)
        self.search = search_line(tr("Search the log"), tr("Search"))
        self.list = QListView()
        self.list.setObjectName("log")
        self.list.setAccessibleName(tr("Log"))
        self.list.setModel(self.records)
        self.list.setItemDelegate(LogDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName(tr("Details of the record"))
        self.detail.setMaximumHeight(_DETAIL)
        self.detail.hide()
        self.copy_it = button(tr("Copy"), "copy")
        self.clear_it = button(tr("Clear"), role="quiet")
        self.folder = button(tr("Open folder"), "folder", "quiet")
        self.diagnostics = button(tr("Save diagnostics…"), "save", "primary")
        self._counted = label("", "muted")

    def _arrange(self) -> None:
        head = row(label(tr("Log"), "title"), self._counted, 1, self.folder, self.diagnostics, spacing=12)
        tools = row(self.level, self.search, self.copy_it, self.clear_it, spacing=GAP)
        tools.setStretch(1, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(
            EmptyState("check", tr("Nothing to read"), tr("What Lacuna and its jobs say appears here."))
        )
        self.setLayout(column(head, tools, self._stack, self.detail, spacing=PAD - 4))

    def _connect(self) -> None:
        self.level.chosen.connect(lambda _: self._narrow())
        self.search.textChanged.connect(lambda _: self._narrow())
        self.copy_it.clicked.connect(self.copy)
        self.clear_it.clicked.connect(self.clear)
        self.folder.clicked.connect(self.open_folder)
        self.diagnostics.clicked.connect(self.save_diagnostics)
        self.records.rowsAboutToBeInserted.connect(self._before)
        self.records.rowsInserted.connect(self._after)
        self.records.rowsRemoved.connect(self._count)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_detail())

    def _narrow(self) -> None:
        self.records.narrow(int(self.level.value), self.search.text())
        self._count()
        self.list.scrollToBottom()

    def _count(self) -> None:
        shown, all_of_them = self.records.rowCount(), self.session.log.rowCount()
        told = tr("{shown} of {count}", shown=shown, count=all_of_them)
        self._counted.setText(told if shown != all_of_them else str(all_of_them))
        self._stack.setCurrentIndex(0 if shown else 1)

    def _before(self) -> None:
        bar = self.list.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - 4

    def _after(self) -> None:
        """Stay at the end if one was there, and where one was otherwise."""
        self._count()
        if self._at_end:
            self.list.scrollToBottom()

    def _show_detail(self) -> None:
        rows = self._chosen()
        record = self.records.index(rows[-1], 0).data(RECORD_ROLE) if rows else None
        self.detail.setVisible(record is not None)
        self.detail.setPlainText(record.line() if record else "")

    def _chosen(self) -> list[int]:
        return sorted(index.row() for index in self.list.selectionModel().selectedIndexes())

    def copy(self) -> None:
        """Put the chosen records, or all that are shown, on the clipboard."""
        rows = self._chosen() or range(self.records.rowCount())
        QGuiApplication.clipboard().setText(self.records.text(rows))
        many = tr("{count} records were copied.", count=len(rows))
        self.noticed.emit(tr("One record was copied.") if len(rows) == 1 else many, "", None)

    def clear(self) -> None:
        """Forget what is shown; the files keep it."""
        self.session.log.clear()
        self.detail.hide()

    def open_folder(self) -> None:
        """Show the log files in the system's file manager."""
        open_path(log_folder())

    def save_diagnostics(self) -> None:
        """Show what would be saved, and save it if a person wants that."""
        dialog = DiagnosticsDialog(self.session.folder, self)
        dialog.saved.connect(lambda path: self.noticed.emit(tr("Saved as “{path}”.", path=path), "", None))
        dialog.open()

    def close_down(self) -> None:
        """Close the dialog if it is open, and wait for what it reads."""
        for dialog in self.findChildren(DiagnosticsDialog):
            dialog.reject()
