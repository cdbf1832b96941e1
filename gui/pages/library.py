"""Library: every erased encoder as a card; search, open, probe, harden, stack, export, rename, delete and restore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QListView, QStackedWidget, QWidget

from core.errors import LacunaError
from core.library.entry import Entry
from gui.icons import icon
from gui.state.harden import NOTE
from gui.state.library_model import ENTRY_ROLE, LibraryModel
from gui.state.stack_form import StackForm
from gui.theme import PAD, WIDE
from gui.widgets.basics import button, column, label, row
from gui.widgets.empty import EmptyState
from gui.widgets.entry_delegate import EntryDelegate
from gui.widgets.stack_dialog import StackDialog

_EMPTY = (
    "Your library is empty",
    "Each erasure is kept here as a small file: the change, its clips and its scorecard.",
)
_NO_HIT = ("Nothing found", "No entry holds these words in its name, concept, prompt, notes or tags.")
_NO_TRASH = ("The trash is empty", "What you delete waits here until you restore it.")

_FORMATS = {"Page (*.html)": ".html", "Table (*.csv)": ".csv", "JSON (*.json)": ".json"}


def _named(entries: list[Entry]) -> str:
    return f"“{entries[0].name}” was" if len(entries) == 1 else f"{len(entries)} entries were"


class LibraryPage(QWidget):
    """Shows a LibraryModel; `opened`, `probed` and `hardened` carry an entry, `asked` a spec.

    `noticed` carries words with an action to offer.
    """

    opened = Signal(object)
    probed = Signal(object)
    hardened = Signal(object)
    asked = Signal(object)
    noticed = Signal(str, str, object)
    new = Signal()

    def __init__(self, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.model = model
        self._chosen, self._row = "", 0
        self._make_controls()
        self._arrange()
        self._connect()
        self._show()

    def _make_controls(self) -> None:
        self.search = QLineEdit()
        self.search.setAccessibleName("Search the library")
        self.search.setPlaceholderText("Name, concept, prompt, notes …")
        self.search.setToolTip("Search (Ctrl+F)")
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setFixedWidth(320)
        self.open = button("Compare", "compare", tip="Open in Compare (Return)")
        self.probe = button("Probe", "probe", tip="Try to bring the concept back")
        self.harden = button("Harden", "shield", tip=NOTE)
        self.stack = button(
            "Stack…", "stack", tip="Put two or more chosen entries into one (choose with Ctrl or Shift)"
        )
        self.export = button("Export…", "export", tip="Save the scorecard as a page, a table or JSON")
        self.rename = button("Rename", "rename", tip="Rename (F2)")
        self.delete = button("Delete", "trash", tip="Move to the trash (Delete)")
        self.restore = button("Restore", "undo", tip="Bring it back from the trash")
        self.bin = button("Trash", "trash", "quiet", tip="Show what was deleted")
        self.bin.setCheckable(True)
        self.grid = QListView()
        self.grid.setAccessibleName("Entries")
        self.grid.setModel(self.model)
        self.grid.setItemDelegate(EntryDelegate(self.grid))
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setUniformItemSizes(True)
        self.grid.setMouseTracking(True)
        self.grid.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.grid.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.grid.setEditTriggers(QListView.EditTrigger.EditKeyPressed)

    def _arrange(self) -> None:
        self._count = label("", "muted")
        head = row(label("Library", "title"), self._count, 1, self.search, self.bin, spacing=12)
        head.setContentsMargins(8, 0, 8, 0)
        self._damage = label("", "danger", wrap=True)
        self._single = (self.open, self.probe, self.harden, self.export, self.rename)
        actions = row(*self._single, self.stack, self.delete, self.restore, self._damage)
        actions.setStretch(8, 1)
        actions.setContentsMargins(8, 0, 8, 0)
        self.empty = EmptyState("library", *_EMPTY, "Erase a concept")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.grid)
        box = column(head, actions, self._stack, spacing=PAD)
        box.setStretch(2, 1)
        self.setFocusProxy(self.grid)
        box.setContentsMargins(24, WIDE, 24, 8)
        self.setLayout(box)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.model.search)
        self.bin.clicked.connect(self.model.show_trash)
        self.grid.activated.connect(self._open)
        self.grid.selectionModel().currentChanged.connect(self._picked)
        self.grid.selectionModel().selectionChanged.connect(self._show_actions)
        self.open.clicked.connect(lambda: self._open(self.grid.currentIndex()))
        self.probe.clicked.connect(lambda: self.entry and self.probed.emit(self.entry))
        self.harden.clicked.connect(lambda: self.entry and self.hardened.emit(self.entry))
        self.stack.clicked.connect(self._stack_them)
        self.export.clicked.connect(self._choose_export)
        self.rename.clicked.connect(lambda: self.grid.edit(self.grid.currentIndex()))
        self.delete.clicked.connect(self._delete)
        self.restore.clicked.connect(self._restore)
        self.empty.action.clicked.connect(self.new)
        self.model.reloaded.connect(self._show)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        on_grid = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence.StandardKey.Delete, self.grid, self._delete).setContext(on_grid)

    @property
    def entry(self) -> Entry | None:
        """The entry under the keyboard's cursor."""
        return self.grid.currentIndex().data(ENTRY_ROLE)

    @property
    def entries(self) -> list[Entry]:
        """Every chosen entry, in the order in which they are shown."""
        rows = sorted(index.row() for index in self.grid.selectionModel().selectedIndexes())
        return [self.model.entries[row] for row in rows]

    def _picked(self, now: QModelIndex) -> None:
        entry = now.data(ENTRY_ROLE)
        if entry is not None:
            self._chosen, self._row = entry.id, now.row()
        self._show_actions()

    def _open(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if entry is not None and not entry.damage and not self.model.in_trash:
            self.opened.emit(entry)

    def _delete(self) -> None:
        chosen = [] if self.model.in_trash else self.entries
        gone = [entry for entry in chosen if self.model.trash(entry)]
        if gone:
            undo: Callable[[], object] = lambda: self._bring_back(gone)  # noqa: E731
            self.noticed.emit(f"{_named(gone)} moved to the trash.", "Undo", undo)

    def _bring_back(self, gone: list[Entry]) -> None:
        for entry in gone:
            self._chosen = entry.id
            self.model.restore(entry)

    def _restore(self) -> None:
        back = [entry for entry in self.entries if self.model.restore(entry)]
        if back:
            self.noticed.emit(f"{_named(back)} brought back into the library.", "", None)

    def _stack_them(self) -> None:
        dialog = StackDialog(StackForm(self.entries, str(self.model.library.root)), self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.asked.emit(dialog.form.spec())
        dialog.deleteLater()

    def _choose_export(self) -> None:
        if self.entry is None:
            return
        kept = QFileDialog.Option.DontConfirmOverwrite
        name = f"{self.entry.name} scorecard.html".replace("/", "-")
        chosen, kind = QFileDialog.getSaveFileName(self, "Save the scorecard", name, ";;".join(_FORMATS), options=kept)
        if chosen:
            path = Path(chosen)
            self.export_to(path if path.suffix else path.with_suffix(_FORMATS.get(kind, ".html")))

    def export_to(self, path: Path) -> None:
        """Save the chosen entry's scorecard in the format of the suffix; what cannot be done is told."""
        from core.library.cards import export_card

        if self.entry is None:
            return
        try:
            made = export_card(self.entry, path)
        except LacunaError as error:
            self.noticed.emit(str(error), "", None)
            return
        self.noticed.emit(f"The scorecard was saved as {made}.", "", None)

    def _choose_row(self, at: int) -> None:
        if at >= 0:
            self.grid.setCurrentIndex(self.model.index(at))

    def _show(self) -> None:
        count = self.model.rowCount()
        self.bin.setChecked(self.model.in_trash)
        self._count.setText(str(count) if count else "")
        self._stack.setCurrentIndex(1 if count else 0)
        words = _NO_TRASH if self.model.in_trash else _NO_HIT if self.model.text.strip() else _EMPTY
        self.empty.say(*words)
        self.empty.action.setVisible(words is _EMPTY)
        found = self.model.row_of(self._chosen)
        self._choose_row(found if found >= 0 else min(self._row, count - 1))
        self._show_actions()

    def _show_actions(self) -> None:
        chosen, trash = self.entries, self.model.in_trash
        entry = self.entry if chosen else None
        sound = [entry for entry in chosen if not entry.damage]
        for action in (*self._single, self.stack, self.delete):
            action.setVisible(bool(chosen) and not trash)
        self.restore.setVisible(bool(chosen) and trash)
        for action in self._single:
            action.setEnabled(len(chosen) == len(sound) == 1)
        self.export.setEnabled(len(sound) == 1 and bool(sound[0].scorecard))
        self.stack.setEnabled(len(sound) == len(chosen) >= 2)
        self._damage.setText(f"Damaged: {entry.damage}" if entry is not None and entry.damage else "")
