"""Library: every erased encoder as a card or a line, narrowed as one types, with all that can be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
    QTextCursor,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from core.i18n import tr
from core.library.filling import entry_folders
from gui.pages.library_asking import Asking
from gui.pages.library_commands import MENU, MORE, library_commands
from gui.pages.library_passing import Passing, is_bundle
from gui.pages.page import Page
from gui.state.choice import Choice
from gui.state.thumbnails import Thumbnails
from gui.state.words import number
from gui.theme import GAP, WIDE, volatile_settings
from gui.widgets.action_bar import ActionBar
from gui.widgets.basics import button, column, label, row, search_line
from gui.widgets.dropping import DropSign, local_files
from gui.widgets.entry_view import EntryView, ListHead
from gui.widgets.filter_bar import FilterBar
from gui.widgets.library_empty import LibraryEmpty
from gui.widgets.library_panel import LibraryPanel
from gui.widgets.opening import open_path
from gui.widgets.segments import Segments
from gui.widgets.shortcuts import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.library.row import Row
    from gui.state.library_changes import Change
    from gui.state.session import Session

PAUSE = 80
"""Milliseconds after a letter until the search begins, so that fast typing searches once."""


class LibraryPage(Page):
    """Shows the session's LibraryModel."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = session.library
        self._at = 0
        self._read: list[Row] = []
        self._ids: set[str] = set()
        self._come: set[str] = set()
        self.pictures = Thumbnails(self)
        self.choice = Choice(self.model, session.folder, self)
        self.asking = Asking(self.choice, self)
        self.passing = Passing(self.choice, self)
        self.first = self.view = EntryView(self.model, self.pictures)
        self.panel = LibraryPanel(self.choice, self.pictures)
        self.commands = library_commands(self)
        self._known = {command.key.removeprefix("library."): command for command in self.commands}
        self.filters = FilterBar()
        self._make_head()
        self._arrange()
        self._connect()
        self._restore_look()
        self._show()

    def _make_head(self) -> None:
        tip = tr("Search ({keys})", keys=told("Ctrl+F"))
        self.search = search_line(tr("Search the library"), tr("Name, concept, prompt, tag…"), tip)
        self.search.setMinimumWidth(180)
        self.search.setMaximumWidth(280)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self.look = Segments(tr("Show as"), (("cards", tr("Cards")), ("list", tr("List"))))
        self.look.set_icons({"cards": "library", "list": "list"})
        self.details = _turner(tr("Details"), "panel", tr("Show or hide the details ({keys})", keys=told("Ctrl+I")))
        self.bin = _turner(tr("Trash"), "trash", tr("Show what was moved to the trash ({keys})", keys=told("Ctrl+B")))

    def _arrange(self) -> None:
        self.count = label("", "muted")
        self.title = label(tr("Library"), "title")
        head = row(
            self.title, self.count, self.filters.clear, 1, self.search, self.look, self.details, self.bin, spacing=12
        )
        head.setStretch(head.indexOf(self.search), 10)
        self.bar = ActionBar(self._known, MORE, self.filters.order)
        self.buttons = self.bar.buttons
        self.list_head, self.empty = ListHead(self.view), LibraryEmpty()
        self._found = QWidget()
        found = column(self.list_head, self.view, spacing=0)
        self._found.setLayout(found)
        listed = column(self._found, self.empty, spacing=0)
        body = row(listed, self.panel, spacing=GAP)
        body.setStretch(0, 1)
        box = column(head, self.filters, self.bar, body, spacing=12)
        box.setStretch(3, 1)
        box.setContentsMargins(WIDE, WIDE, WIDE - 8, 8)
        self.setLayout(box)
        self.setTabOrder(self.search, self.filters.clear)
        self.setAcceptDrops(True)
        self.drop = DropSign(self, tr("Drop bundles or folders of entries to take them in, or clips to compare them"))

    def _connect(self) -> None:
        model, choice = self.model, self.choice
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self._search_now)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.search, self._leave_search)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._pause.timeout.connect(lambda: model.search(self.search.text()))
        self.filters.asked.connect(model.set_query)
        self.look.chosen.connect(self._choose_look)
        self.details.clicked.connect(self._show_details)
        self.bin.clicked.connect(model.show_trash)
        self.view.activated.connect(lambda _: choice.compare())
        self.view.rated.connect(lambda count: choice.rows and model.annotate(choice.ids, stars=count))
        self.view.removed.connect(self.trash)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._pop_menu)
        self.view.selectionModel().selectionChanged.connect(self._choose)
        choice.changed.connect(self._show_choice)
        choice.asked.connect(self.asked)
        choice.went.connect(self.went)
        choice.failed.connect(self.say)
        self.panel.relinked.connect(self.view.setFocus)
        self.panel.relinked.connect(self.asking.relink)
        self.panel.foldered.connect(self.open_folder)
        self.panel.probed.connect(choice.probe)
        self.empty.cleared.connect(self.clear_filters)
        self.empty.left.connect(lambda: model.show_trash(False))
        self.empty.new.connect(lambda: self.went.emit("erase", None))
        self.empty.again.connect(model.rescan)
        model.reloaded.connect(self._show)
        model.failed.connect(self.say)
        model.done.connect(self._tell)

    def _restore_look(self) -> None:
        kept = volatile_settings()
        self.look.set_value(str(kept.value("library/look", "cards")))
        self._set_look(self.look.value)
        self._show_details(kept.value("library/details", True, bool) is True)

    def _choose_look(self, key: str) -> None:
        volatile_settings().setValue("library/look", key)
        self._set_look(key)

    def _set_look(self, key: str) -> None:
        self.list_head.setVisible(key == "list")
        self.view.set_listed(key == "list")

    def turn_view(self) -> None:
        """Show cards instead of lines, or lines instead of cards."""
        other = "cards" if self.look.value == "list" else "list"
        self.look.set_value(other)
        self._choose_look(other)

    def _show_details(self, shown: bool) -> None:
        volatile_settings().setValue("library/details", shown)
        self.details.setChecked(shown)
        self.panel.setVisible(shown and bool(self.model.rows))
        self.panel.refresh()

    def turn_details(self) -> None:
        """Show or hide the details."""
        self._show_details(not self.details.isChecked())

    def turn_trash(self) -> None:
        """Show the trash, or the library again."""
        self.model.show_trash(not self.model.in_trash)

    def start_search(self) -> None:
        """Put the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _search_now(self) -> None:
        self._pause.stop()
        self.model.search(self.search.text())
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_search(self) -> None:
        self.search.clear()
        self._search_now()

    def clear_filters(self) -> None:
        """Show all entries again."""
        self._pause.stop()
        self.model.set_query(self.model.query.cleared)

    def _choose(self) -> None:
        runs = self.view.selectionModel().selection().toList()
        places = sorted(at for run in runs for at in range(run.top(), run.bottom() + 1))
        self._at = places[0] if places else self._at
        self.choice.choose([self.model.rows[at] for at in places])

    def choose_ids(self, ids: Iterable[str]) -> None:
        """Choose entries that are shown, and bring the first of them into view."""
        wanted, chosen = set(ids), QItemSelection()
        places = [at for at, found in enumerate(self.model.rows) if found.id in wanted]
        for at in places:
            chosen.select(self.model.index(at), self.model.index(at))
        if places:
            marks = self.view.selectionModel()
            marks.setCurrentIndex(self.model.index(places[0]), QItemSelectionModel.SelectionFlag.NoUpdate)
            marks.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.view.scrollTo(self.model.index(places[0]))

    def _tell(self, change: Change) -> None:
        """Say what was done and offer the way back; what is new is chosen."""
        undo = (lambda: self.model.undo(change)) if change.back else None
        self.noticed.emit(change.text, tr("Undo") if undo else "", undo)
        if self._come & set(change.ids):
            self.choose_ids(change.ids)

    def rename(self) -> None:
        """Edit the name of the chosen entry in place."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.view.edit(self.view.currentIndex())

    def write_tags(self) -> None:
        """Put the cursor into the tags of what is chosen."""
        self._show_details(True)
        part = self.panel.one if self.choice.one else self.panel.several
        part.tags.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def write_notes(self) -> None:
        """Put the cursor behind the notes."""
        self._show_details(True)
        self.panel.one.notes.moveCursor(QTextCursor.MoveOperation.End)
        self.panel.one.notes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def trash(self) -> None:
        """Move what is chosen to the trash; entries whose folder is gone are taken off the list."""
        if not self.choice.some():
            return
        gone = [found.id for found in self.choice.rows if found.missing]
        here = [found.id for found in self.choice.rows if not found.missing]
        if here:
            self.model.trash(here)
        if gone:
            self.model.forget(gone)

    def restore(self) -> None:
        """Bring what is chosen back from the trash."""
        if self.choice.some_binned():
            self.model.restore(self.choice.ids)

    def export(self) -> None:
        """Ask for a file, then save the scorecard there."""
        path = self.asking.export()
        if path:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Save the chosen entry's scorecard in the format of the suffix; what cannot be done is told."""
        made = self.choice.export(path)
        if made:
            show = lambda: open_path(made.parent)  # noqa: E731
            self.noticed.emit(tr("The scorecard was saved as {path}.", path=made), tr("Open folder"), show)

    def open_folder(self) -> None:
        """Show the chosen entry's folder in the system's file manager."""
        entry = self.choice.entry
        if entry is not None:
            open_path(entry.folder)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from elsewhere, and say what becomes of them."""
        if event.source() is not self.view and local_files(event.mimeData()):
            event.acceptProposedAction()
            self.drop.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self.drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped anywhere on the page."""
        self.drop.hide()
        event.acceptProposedAction()
        self.take_files(local_files(event.mimeData()))

    def take_files(self, paths: Sequence[Path]) -> None:
        """Take bundles and folders of entries into the library; lead to Compare with clips and pictures."""
        bundles = [path for path in paths if is_bundle(path)]
        folders = [path for path in paths if path.is_dir() and entry_folders(path)]
        if folders:
            self.model.adopt(folders)
        if bundles:
            self.passing.look(bundles)
        elif paths and not folders:
            self.went.emit("compare", list(paths))

    def take(self, thing: object) -> None:
        """Choose an Entry, or that of an id, whatever is filtered."""
        wanted = getattr(thing, "id", thing)
        if isinstance(wanted, str):
            self.model.show_trash(False)
            if self.model.row_of(wanted) < 0:
                self.clear_filters()
            self.choose_ids([wanted])

    def _pop_menu(self, at: QPoint) -> None:
        """Open the menu of what is chosen, at a point of the list."""
        self.bar.pop(MENU, self.view.viewport().mapToGlobal(at))

    def _show(self) -> None:
        """Show the model as it is now."""
        model = self.model
        ids = {found.id for found in model.rows}
        self._ids, self._come = ids, ids - self._ids
        if model.text != self.search.text() and not self._pause.isActive():
            self.search.setText(model.text)
            self._pause.stop()
        if model.kept is not self._read:
            self._read = model.kept
            self.filters.offer(model.choices)
        self.filters.show_query(model.query)
        self.bin.setChecked(model.in_trash)
        self.title.setText(tr("Trash") if model.in_trash else tr("Library"))
        self.count.setText(_counted(len(model.rows), len(model.binned if model.in_trash else model.kept)))
        self._show_parts(bool(model.rows), bool(model.binned if model.in_trash else model.kept))
        self._keep_choice()
        self._show_choice()

    def _show_parts(self, shown: bool, held: bool) -> None:
        """Show what there is a use for: filters where there are entries, actions and details where some are shown."""
        self.filters.setVisible(held)
        for part in (self.bar, self._found):
            part.setVisible(shown)
        self.panel.setVisible(shown and self.details.isChecked())
        self.empty.setVisible(not shown)
        self.empty.show_model(self.model)

    def _keep_choice(self) -> None:
        """Choose again what was chosen before the list was read anew; where it is gone, what stands in its place."""
        if not self.view.selectionModel().hasSelection() and self.model.rows:
            self.choose_ids(self.choice.ids)
        if not self.view.selectionModel().hasSelection() and self.model.rows:
            self.view.setCurrentIndex(self.model.index(min(self._at, len(self.model.rows) - 1)))
        self._choose()

    def _show_choice(self) -> None:
        trash = self.model.in_trash
        count = len(self.choice.rows)
        self.bar.show_choice(trash, tr("{count} chosen", count=number(count)) if count > 1 else "")
        self.panel.refresh()

    def close_down(self) -> None:
        """Keep what was typed, and wait for what is being read."""
        self._pause.stop()
        self.panel.close_down()
        self.passing.arrivals.close()
        self.view.film.close()
        self.pictures.close()


def _turner(text: str, sign: str, tip: str) -> QPushButton:
    made = button("", sign, "quiet", tip, text)
    made.setCheckable(True)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def _counted(shown: int, held: int) -> str:
    if not held:
        return ""
    return number(held) if shown == held else tr("{shown} of {held}", shown=number(shown), held=number(held))
