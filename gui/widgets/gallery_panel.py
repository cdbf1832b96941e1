"""The gallery: search and filters, the takes as a grid, and the chosen one below."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.i18n import tr
from gui.state.gallery_model import GalleryModel
from gui.state.words import host_title
from gui.theme import GAP
from gui.widgets.basics import button, column, label, row, search_line
from gui.widgets.empty import EmptyState
from gui.widgets.filter_bar import Question
from gui.widgets.gallery_grid import GalleryGrid
from gui.widgets.library_empty import lost_words
from gui.widgets.shortcuts import told
from gui.widgets.studio_panel import HEAD
from gui.widgets.take_details import TakeDetails

_EMPTY = (
    tr("Nothing has been made yet"),
    tr("Write a prompt, choose the encoders to compare and press the button: every clip lands here with its settings."),
)
_NO_HIT = (tr("Nothing found"), tr("No take holds these words in its prompt, encoder, model, seed or date."))
_NO_TRASH = (tr("The trash is empty"), tr("What you remove from the gallery waits here until you bring it back."))
_READING = (tr("Reading the gallery…"), "")


class GalleryPanel(QWidget):
    """Shows a GalleryModel; `picked` tells that other takes are chosen."""

    picked = Signal()

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.grid, self.details = GalleryGrid(model), TakeDetails()
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(80)
        self._typed.timeout.connect(lambda: model.find(text=self.search.text()))
        self._make_controls()
        self._arrange()
        self._connect()
        self._show()

    def _make_controls(self) -> None:
        tip = tr("Search ({keys})", keys=told("Ctrl+F"))
        self.search = search_line(tr("Search the gallery"), tr("Prompt, encoder, model, seed, date…"), tip)
        self.host = Question(tr("Made by"), [(tr("Any host"), "")])
        self.starred = button("", "star", "quiet", tr("Only those with a star"), tr("Only those with a star"))
        self.bin = button("", "trash", "quiet", tr("Show what was removed"), tr("Show what was removed"))
        self.empty_bin = button(tr("Empty the trash"), "trash")
        for toggle in (self.starred, self.bin):
            toggle.setCheckable(True)

    def _arrange(self) -> None:
        self._count, self._progress = label("", "muted"), label("", "good")
        title = label(tr("Gallery"), "title")
        title.setFixedHeight(HEAD)
        head = row(title, self._count, self._progress, 1, self.empty_bin, self.starred, self.bin, spacing=GAP)
        filters = row(self.search, self.host, spacing=GAP)
        filters.setStretch(0, 1)
        self.empty = EmptyState("studio", *_READING, tr("Show everything"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.grid)
        box = column(head, filters, self._stack, self.details, spacing=12)
        box.setStretch(2, 1)
        self.setLayout(box)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed.start)
        self.host.currentIndexChanged.connect(lambda _: self.model.find(host=self.host.currentData()))
        self.starred.toggled.connect(lambda on: self.model.find(starred=on))
        self.bin.toggled.connect(self.model.show_trash)
        self.empty.action.clicked.connect(self.clear)
        self.model.reloaded.connect(self._show)
        self.grid.picked.connect(self._picked)

    def clear(self) -> None:
        """Look for nothing in particular."""
        self.search.clear()
        self.host.setCurrentIndex(0)
        self.starred.setChecked(False)
        self.model.find(text="", host="", starred=False)

    def tell_progress(self, words: str) -> None:
        """Say how far the job is that fills the gallery; nothing where none runs."""
        self._progress.setText(words)

    def _picked(self) -> None:
        self.details.show_takes(self.grid.takes, trashed=self.model.in_trash)
        self.picked.emit()

    def _show(self) -> None:
        model = self.model
        shown, every = len(model.rows), len(model.binned if model.in_trash else model.kept)
        narrowed = shown != every
        self._count.setText(tr("{shown} of {all}", shown=shown, all=every) if narrowed else str(every) if every else "")
        self.host.offer([(tr("Any host"), ""), *((host_title(family, host), host) for family, host in model.hosts)])
        self.empty_bin.setVisible(model.in_trash and bool(model.binned))
        self._stack.setCurrentIndex(1 if shown else 0)
        self.empty.say(*self._why_empty(bool(every)))
        self.empty.action.setVisible(bool(every) and not model.loading)
        self._picked()

    def _why_empty(self, narrowed: bool) -> tuple[str, str]:
        model, root = self.model, self.model.gallery.folder.parent
        if model.loading or narrowed:
            return _READING if model.loading else _NO_HIT
        if not root.is_dir():
            return lost_words(root)
        return _NO_TRASH if model.in_trash else _EMPTY

    def close_down(self) -> None:
        """Stop clips and clocks, and wait for what is being read."""
        self._typed.stop()
        self.grid.close_down()
        self.details.close_down()
