"""What the library shows while it shows no entry: why that is, and the way on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.i18n import tr
from gui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from gui.state.library_model import LibraryModel


class LibraryEmpty(QStackedWidget):
    """Tells an empty library from a search without a hit, an empty trash, and a folder that is gone."""

    new = Signal()
    cleared = Signal()
    left = Signal()
    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.states = {
            "empty": EmptyState(
                "library",
                tr("Your library is empty"),
                tr(
                    "Each erasure is kept here as a small file: the change, its clips and its scorecard. You can also "
                    "drop the folder of an entry here."
                ),
                tr("Erase a concept"),
            ),
            "none": EmptyState(
                "search",
                tr("Nothing found"),
                tr("No entry holds these words and fits these filters."),
                tr("Clear search and filters"),
            ),
            "trash": EmptyState(
                "trash",
                tr("The trash is empty"),
                tr("What you move here waits until you restore it or empty the trash."),
                tr("Back to the library"),
            ),
            "lost": EmptyState("alert", tr("The library’s folder is gone"), "", tr("Look again")),
            "loading": EmptyState("clock", tr("Reading the library…"), ""),
        }
        for state in self.states.values():
            self.addWidget(state)
        for key, signal in (("empty", self.new), ("none", self.cleared), ("trash", self.left), ("lost", self.again)):
            self.states[key].action.clicked.connect(signal)

    def show_model(self, model: LibraryModel) -> None:
        """Show what fits a model that shows no entry."""
        self.states["lost"].say(*lost_words(model.library.root))
        self.setCurrentWidget(self.states[_state(model)])


def lost_words(root: Path) -> tuple[str, str]:
    """What every place says that would show something of a library whose folder is gone."""
    where = tr("{folder} cannot be found. Put it back, and the entries appear again.", folder=root)
    return tr("The library’s folder is gone"), where


def _state(model: LibraryModel) -> str:
    if model.lost or model.loading:
        return "lost" if model.lost else "loading"
    held = model.binned if model.in_trash else model.kept
    if held and model.query.narrows:
        return "none"
    return "trash" if model.in_trash else "empty"
