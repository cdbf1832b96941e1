"""Shows every file of a report before any of it is saved, and saves those that a person leaves ticked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.diagnostics import Part, collect, save
from core.settings import library_folder
from gui.state.words import size
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import button, column, label, row
from gui.workers.errands import Errands

_SIZE = (860, 560)
_LIST = 240


class DiagnosticsDialog(QDialog):
    """Files on the left, what stands in the chosen one on the right; `saved` tells where the zip file is."""

    saved = Signal(str)

    def __init__(self, library: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Save diagnostics"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.parts: tuple[Part, ...] = ()
        self.files = QListWidget()
        self.files.setObjectName("log")
        self.files.setAccessibleName(tr("Files of the report"))
        self.files.setFixedWidth(_LIST)
        self.text = QPlainTextEdit(tr("Being put together…"))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("What stands in the file"))
        self.problem = label("", "danger", wrap=True)
        self.problem.hide()
        self.save_it = button(tr("Save…"), "save", "primary")
        self.save_it.setEnabled(False)
        self._arrange()
        self.files.currentRowChanged.connect(self._show)
        self.files.itemChanged.connect(lambda _: self.save_it.setEnabled(bool(self.chosen())))
        self.save_it.clicked.connect(self._ask)
        root = library_folder(library)
        self._errands = Errands(parent=self)
        self._errands.done.connect(self._take)
        self.finished.connect(self._errands.close)
        self._errands.run("parts", lambda: collect(root))

    def _arrange(self) -> None:
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        why = tr(
            "These files help to find a fault. Folders, your user name and the computer's name were taken out; read "
            "them, and leave out what you do not want to give. Nothing is sent: one zip file is saved."
        )
        middle = row(self.files, self.text, spacing=GAP)
        middle.setStretch(1, 1)
        box = column(
            label(tr("Save diagnostics"), "heading"),
            label(why, "muted", wrap=True),
            middle,
            self.problem,
            row(1, cancel, self.save_it),
            spacing=PAD - 4,
        )
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)
        self.resize(*_SIZE)

    @Slot(str, object)
    def _take(self, _key: str, result: object) -> None:
        if not isinstance(result, tuple):
            self.text.setPlainText("")
            self._complain(tr("The files could not be read."))
            return
        self.parts = result
        for part in self.parts:
            item = QListWidgetItem(f"{part.name} ({size(len(part.text.encode()))})")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.files.addItem(item)
        self.save_it.setEnabled(bool(self.parts))
        self.files.setCurrentRow(0)
        self.files.setFocus()

    def _show(self, at: int) -> None:
        self.text.setPlainText(self.parts[at].text if 0 <= at < len(self.parts) else "")

    def chosen(self) -> list[Part]:
        """The parts that are ticked."""
        ticked = (self.files.item(at).checkState() is Qt.CheckState.Checked for at in range(self.files.count()))
        return [part for part, on in zip(self.parts, ticked, strict=False) if on]

    def _ask(self) -> None:
        name = f"lacuna-diagnostics-{datetime.now().astimezone():%Y-%m-%d}.zip"
        options = QFileDialog.Option.DontConfirmOverwrite
        kinds = tr("Zip files (*.zip)")
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save diagnostics"), str(Path.home() / name), kinds, options=options
        )
        if path:
            self.save_to(Path(path))

    def _complain(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def save_to(self, path: Path) -> None:
        """Write the ticked parts, or say here why that cannot be done."""
        try:
            save(self.chosen(), path)
        except LacunaError as error:
            self._complain(str(error))
            return
        self.saved.emit(str(path))
        self.accept()
