"""Library: every erased encoder as a card; search, open, rename, delete and restore."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QListView, QStackedWidget, QWidget

from core.library.entry import Entry
from gui.icons import icon
from gui.state.library_model import ENTRY_ROLE, LibraryModel
from gui.theme import PAD, WIDE
from gui.widgets.basics import button, column, label, row
from gui.widgets.empty import EmptyState
from gui.widgets.entry_delegate import EntryDelegate

_EMPTY = (
    "Your library is empty",
    "Each erasure is kept here as a small file: the change, its clips and its scorecard.",
)
_NO_HIT = ("Nothing found", "No entry holds these words in its name, concept, prompt, notes or tags.")
_NO_TRASH = ("The trash is empty", "What you delete waits here until you restore it.")


class LibraryPage(QWidget):
    """Shows a LibraryModel; `opened` carries an entry, `noticed` words with an action to offer."""

    opened = Signal(object)
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
        self.grid.setEditTriggers(QListView.EditTrigger.EditKeyPressed)

    def _arrange(self) -> None:
        self._count = label("", "muted")
        head = row(label("Library", "title"), self._count, 1, self.search, self.bin, spacing=12)
        head.setContentsMargins(8, 0, 8, 0)
        self._damage = label("", "danger", wrap=True)
        actions = row(self.open, self.rename, self.delete, self.restore, self._damage)
        actions.setStretch(4, 1)
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
        self.open.clicked.connect(lambda: self._open(self.grid.currentIndex()))
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
        """The chosen entry."""
        return self.grid.currentIndex().data(ENTRY_ROLE)

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
        entry = self.entry
        if entry is None or self.model.in_trash or not self.model.trash(entry):
            return
        undo: Callable[[], object] = lambda: self._bring_back(entry)  # noqa: E731
        self.noticed.emit(f"“{entry.name}” was moved to the trash.", "Undo", undo)

    def _bring_back(self, entry: Entry) -> None:
        self._chosen = entry.id
        self.model.restore(entry)

    def _restore(self) -> None:
        entry = self.entry
        if entry is not None and self.model.restore(entry):
            self.noticed.emit(f"“{entry.name}” is back in the library.", "", None)

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
        entry, trash = self.entry, self.model.in_trash
        sound = entry is not None and not entry.damage
        for action in (self.open, self.rename, self.delete):
            action.setVisible(entry is not None and not trash)
        self.restore.setVisible(entry is not None and trash)
        self.open.setEnabled(sound)
        self.rename.setEnabled(sound)
        self._damage.setText(f"Damaged: {entry.damage}" if entry is not None and entry.damage else "")
