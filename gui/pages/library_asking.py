"""What the Library page asks a person before it acts: a strength, a folder, a file, or whether they are sure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from core.i18n import tr
from gui.state.stack_form import StackForm
from gui.state.words import counted
from gui.widgets.ask import ask
from gui.widgets.stack_dialog import StackDialog
from gui.widgets.strength_dialog import StrengthDialog

if TYPE_CHECKING:
    from gui.state.choice import Choice

_FORMATS = {
    tr("Page (*.html)"): ".html",
    tr("Table (*.csv)"): ".csv",
    tr("JSON (*.json)"): ".json",
}
"""The formats of an exported scorecard, as the file dialog lists them."""


class Asking:
    """Opens dialogs over a widget and hands their answers to a Choice and its model."""

    def __init__(self, choice: Choice, over: QWidget) -> None:
        self._choice, self._model, self._over = choice, choice.model, over

    def stack(self) -> None:
        """Ask how the chosen entries go together, then ask for the job."""
        dialog = StackDialog(StackForm(self._choice.entries(), self._choice.folder), self._over)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._choice.asked.emit(dialog.form.spec())
        dialog.deleteLater()

    def strength(self) -> None:
        """Ask for a strength, then keep a copy at it."""
        found = self._choice.one
        if found is None:
            return
        dialog = StrengthDialog(found.name, found.strength, self._over)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._model.strengthen(found.id, dialog.strength, replace=dialog.replaces)
        dialog.deleteLater()

    def export(self) -> Path | None:
        """Ask where the scorecard goes; its suffix tells the format."""
        found = self._choice.one
        if found is None:
            return None
        kept = QFileDialog.Option.DontConfirmOverwrite
        name = f"{found.name} scorecard.html".replace("/", "-")
        kinds = ";;".join(_FORMATS)
        chosen, kind = QFileDialog.getSaveFileName(self._over, tr("Save the scorecard"), name, kinds, options=kept)
        path = Path(chosen)
        return (path if path.suffix else path.with_suffix(_FORMATS.get(kind, ".html"))) if chosen else None

    def relink(self) -> None:
        """Ask where the folder of a missing entry is now."""
        found = self._choice.one
        folder = self._folder(tr("Where is the folder of “{name}” now?", name=found.name)) if found else None
        if found and folder:
            self._model.relink(found.id, folder)

    def adopt(self) -> None:
        """Ask for the folder of an entry that lies elsewhere, and take it in."""
        folder = self._folder(tr("Choose the folder of an entry, or one that holds some"))
        if folder:
            self._model.adopt([folder])

    def _folder(self, title: str) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(self._over, title)
        return Path(chosen) if chosen else None

    def purge(self) -> None:
        """Ask before the chosen entries of the trash are deleted for good."""
        count = len(self._choice.rows)
        if self._sure(counted(count, tr("Delete this entry for good?"), tr("Delete {count} entries for good?"))):
            self._model.purge(self._choice.ids)

    def empty_trash(self) -> None:
        """Ask before everything in the trash is deleted for good."""
        count = len(self._model.binned)
        many = tr("Delete all {count} entries in the trash for good?")
        if count and self._sure(counted(count, tr("Delete the entry in the trash for good?"), many)):
            self._model.empty_trash()

    def _sure(self, question: str) -> bool:
        return ask(self._over, question, tr("This cannot be undone."), tr("Delete for good"))
