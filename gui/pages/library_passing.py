"""What leaves the library for other tools and people, and what comes in from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from core.i18n import tr
from core.library.bundle import SUFFIX
from gui.state.arrivals import Arrivals, Found, question, told
from gui.widgets.ask import ask

if TYPE_CHECKING:
    from gui.pages.page import Page
    from gui.state.choice import Choice
    from gui.widgets.export_dialog import ExportDialog
    from gui.widgets.save_dialog import SaveDialog


class Passing:
    """Opens the dialogs over a page, which then says what became of it."""

    def __init__(self, choice: Choice, page: Page) -> None:
        self._choice, self._model, self._page = choice, choice.model, page
        self.arrivals = Arrivals(page)
        self.arrivals.found.connect(self._offer)

    def export(self) -> ExportDialog | None:
        """Write the chosen entry for another tool."""
        from gui.state.exporting import Exporter
        from gui.widgets.export_dialog import ExportDialog
        from gui.widgets.save_dialog import open_folder

        found = self._choice.one
        if found is None:
            return None
        exporter = Exporter(self._model.library.root, found)
        dialog = ExportDialog(exporter, self._page)
        tell = self._page.noticed.emit
        exporter.saved.connect(lambda path: tell(exporter.told, tr("Open folder"), partial(open_folder, path)))
        dialog.open()
        return dialog

    def pass_on(self) -> SaveDialog | None:
        """Write the chosen entry as one file for someone else."""
        from gui.state.exporting import bundle
        from gui.widgets.save_dialog import save

        found = self._choice.one
        return save(self._page, bundle(self._model.library.root, found), self._page.noticed) if found else None

    def take_in(self) -> None:
        """Ask for bundles, then whether what they hold is wanted."""
        kinds = tr("Lacuna bundles (*{suffix})", suffix=SUFFIX)
        chosen, _ = QFileDialog.getOpenFileNames(self._page, tr("Take in bundles"), "", kinds)
        if chosen:
            self.look(list(map(Path, chosen)))

    def look(self, bundles: Sequence[Path]) -> None:
        """Show what bundles hold, ask, and take them into the library."""
        self.arrivals.look(bundles)

    def _offer(self, found: tuple[Found, ...]) -> None:
        for bad in found:
            if bad.problem:
                self._page.say(bad.problem)
        good = [(each.path, each.contents) for each in found if each.contents]
        if not good:
            return
        holds = [contents for _, contents in good]
        if ask(self._page, question(holds), told(holds), tr("Take in")):
            self._model.unpack([path for path, _ in good])


def is_bundle(path: Path) -> bool:
    """Whether a file's name says that it is a bundle."""
    return path.suffix.lower() == SUFFIX and path.is_file()
