"""Compare: the same prompt and seed before and after on one clock, with what was measured and what made each clip."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QLayout, QMenu, QStackedWidget, QWidget

from core.i18n import tr
from core.library.entry import Entry
from gui.pages.compare_commands import compare_commands, stage_commands
from gui.pages.page import Page
from gui.state.card_pair import pair_of
from gui.state.compare import CompareState
from gui.state.comparison import Comparison
from gui.state.door import door
from gui.state.judging import Judging
from gui.state.scorecard import facts
from gui.state.session import Session
from gui.state.words import host_title
from gui.theme import PAD, WIDE
from gui.widgets.basics import button, card, column, label, row, scrolled
from gui.widgets.card_pair_panel import CardPairPanel
from gui.widgets.clip_view import ClipView
from gui.widgets.compare_columns import Stepped, open_columns
from gui.widgets.compare_details import copy
from gui.widgets.compare_panel import ComparePanel
from gui.widgets.compare_player import ComparePlayer
from gui.widgets.compare_saving import CompareSaving
from gui.widgets.dropping import DropSign, local_files
from gui.widgets.empty import EmptyState
from gui.widgets.entry_picker import EntryPicker
from gui.widgets.facts import Facts
from gui.widgets.headline import Headline
from gui.widgets.library_empty import lost_words
from gui.widgets.pane_menu import open_pane_menu
from gui.widgets.segments import Segments
from gui.workers.clip_loader import ClipLoader, Film

_EMPTY = (
    tr("Nothing to compare yet"),
    tr(
        "Pick an erasure in the library, or make one: its clips play here side by side on one clock, "
        "with what was measured beside them. Any clips can be dropped here, too."
    ),
)
_PANEL_ROOM = 1340
"""Pixels of the page's width from which the panel stands beside the stage, unless a person has said what they want."""


class ComparePage(Page):
    """Shows entries, files or takes side by side, in one picture, or full screen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.library = session.library
        self.shown = CompareState(self.library, self)
        self.judging = Judging(session.jobs, self.library.library.root, self)
        self.loader = ClipLoader(self)
        self._films: dict[str, Film] = {}
        self._folds_itself = True
        self._arrange()
        self._connect()
        self.commands = compare_commands(self)
        self.setAcceptDrops(True)
        self._list_entries()

    @property
    def entry(self) -> Entry | None:
        """The entry that was picked; None while clips from elsewhere are shown."""
        return self.shown.entry

    @property
    def views(self) -> dict[str, ClipView]:
        """The panes side by side, by key."""
        return self.cinema.stage.views

    def _arrange(self) -> None:
        """Fill the page from the outside in: what is put into a parent takes its style anew, with all that it holds."""
        self.empty = EmptyState("compare", *_EMPTY, tr("Erase a concept"))
        self._stack, left, full = QStackedWidget(), QWidget(), QWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.setLayout(column(self._stack))
        self._area, self.panel = scrolled(left), ComparePanel()
        self._area.viewport().installEventFilter(self)
        body = row(self._area, self.panel, spacing=PAD)
        body.setStretch(0, 1)
        box = column(self._head(), body, spacing=PAD)
        box.setStretch(1, 1)
        box.setContentsMargins(32, WIDE, 32, WIDE)
        full.setLayout(box)
        left.setLayout(self._left())
        self._drop = DropSign(self)

    def _left(self) -> QLayout:
        self.cinema = ComparePlayer(self.judging)
        self.player, self.state = self.cinema.player, self.cinema.state
        self.stage, self.transport = self.cinema.stage, self.cinema.transport
        self.first = self.transport.timeline
        self.saving = CompareSaving(self.cinema, self, self.noticed)
        self.headline, self.facts, self.pair = Headline(), Facts(), CardPairPanel()
        self.door = label("", wrap=True)
        self._said = card(self.door, name="soft", pad=12)
        return column(self.cinema, self.headline, self._said, self.pair, self.facts, 1, spacing=PAD)

    def _head(self) -> QLayout:
        self.host = Segments(tr("Video model"))
        self.picker, self.adder = EntryPicker(self.library, tr("Entry")), EntryPicker(self.library, tr("Add"))
        self.adder.set_empty(tr("Add an encoder"))
        self.picker.setMaximumWidth(240)
        self.adder.setMaximumWidth(176)
        self.saved = button("", "save", "quiet", tip=tr("Save frames and clips"), name=tr("Save"))
        self.columns = button("", "columns", "quiet", tip=tr("Choose the panes shown"), name=tr("Panes shown"))
        self.full = button("", "fullscreen", "quiet", tip=tr("Full screen (F)"), name=tr("Full screen"))
        self.folded = button("", "panel", "quiet", tip=tr("Show or hide the panel (P)"), name=tr("Panel"))
        self.folded.setCheckable(True)
        self.folded.setChecked(True)
        tools = (self.columns, self.saved, self.folded, self.full)
        return row(label(tr("Compare"), "title"), 1, self.host, self.picker, self.adder, *tools, spacing=8)

    def _connect(self) -> None:
        self.empty.action.clicked.connect(lambda: self.went.emit("erase", None))
        self.picker.chosen.connect(lambda entry_id: self.shown.show_ids([entry_id]))
        self.adder.chosen.connect(self._add)
        self.host.chosen.connect(self.shown.set_host)
        self.columns.clicked.connect(self.open_columns)
        self.saved.clicked.connect(self.open_saving)
        self.folded.toggled.connect(self.panel.setVisible)
        self.folded.clicked.connect(self._keep_fold)
        self.full.clicked.connect(self.toggle_full)
        self.shown.changed.connect(self._show)
        self.stage.menu_asked.connect(self.open_pane)
        self.loader.loaded.connect(self._play)
        self.loader.progressed.connect(self.stage.show_loading)
        for source in (self.shown.failed, self.judging.failed):
            source.connect(self.say)
        self.library.reloaded.connect(self._list_entries)

    def take(self, thing: object) -> None:
        """Show an Entry, several, a Comparison, or files."""
        things = thing if isinstance(thing, list | tuple) else [thing]
        entries = [each for each in things if isinstance(each, Entry)]
        paths = [each for each in things if isinstance(each, Path)]
        if isinstance(thing, Comparison):
            self.shown.show_comparison(thing)
        elif entries:
            self.shown.show_entries(entries)
        elif paths:
            self.shown.show_files(paths)

    def show_entry(self, entry: Entry) -> None:
        """Show one entry."""
        self.shown.show_entries([entry])

    def _may_join(self, found: object) -> bool:
        """Whether an encoder of the library can stand beside those that are shown."""
        known = {entry.id for entry in self.shown.entries}
        sound = not getattr(found, "damage", "") and not getattr(found, "missing", False)
        return sound and getattr(found, "family", "") == self.shown.family and getattr(found, "id", "") not in known

    def _add(self, entry_id: str) -> None:
        self.adder.set_entry("")
        self.shown.add(entry_id)

    def _list_entries(self) -> None:
        """Follow the library: take what has gone off the stage, and begin with the newest."""
        self.empty.say(*(lost_words(self.library.library.root) if self.library.lost else _EMPTY))
        sound = [found.id for found in self.library.kept if not found.damage and not found.missing]
        ids = [entry.id for entry in self.shown.entries]
        left = [entry_id for entry_id in ids if entry_id in sound]
        if self.shown.comparison is None or (ids and not left):
            self.shown.show_ids(sound[:1])
        elif left != ids:
            self.shown.show_ids(left)

    def _show(self) -> None:
        shown, panes = self.shown, self.shown.panes
        comparison, entry = shown.comparison, shown.entry
        known = self._films if comparison is self.saving.whole else {}
        at, played = self.player.index, self.player.playing
        view, offsets = self.state.view, self.state.offsets
        self._stack.setCurrentIndex(0 if comparison is None and entry is None else 1)
        self._show_head(comparison)
        self.saving.whole = comparison
        self.cinema.set_panes(panes)
        self.panel.show_entries(shown.entries, shown.host)
        self.panel.show_panes({pane.key: (pane, None) for pane in panes})
        self._show_measured(entry, shown.host)
        if panes and all(pane.key in known for pane in panes):
            self._play(known)
            self.state.go_on(view, offsets)
            self._go_on(at, played)
        else:
            self._films = {}
            self.loader.load({pane.key: pane.path for pane in panes})

    def _go_on(self, at: int, played: bool) -> None:
        """Stand or run where it did, after panes were hidden or shown."""
        self.player.seek(at)
        if not played:
            self.player.pause()

    def _show_head(self, comparison: Comparison | None) -> None:
        shown = self.shown
        hosts = [(host, host_title(shown.family, host)) for host in shown.hosts]
        self.host.set_choices(hosts)
        self.host.set_value(shown.host)
        self.host.setVisible(len(hosts) > 1)
        self.picker.set_entry(shown.entry.id if shown.entry else "")
        self.adder.setVisible(bool(shown.entries))
        self.adder.offer(self._may_join)
        self.cinema.prompt.setText(_asked(comparison) if comparison else "")

    def _show_measured(self, entry: Entry | None, host: str) -> None:
        """What was measured of the first entry; nothing of it for clips from elsewhere."""
        measured = entry.scorecard if entry else None
        one = entry is not None and len(self.shown.entries) == 1
        self.headline.setVisible(one)
        self.headline.show_card(measured if one else None, host)
        self.facts.show_pairs(facts(measured) if one else [])
        self.pair.show_pair(pair_of(entry, self.library.library) if entry and one else None, host)
        self._said.setVisible(one)
        self.door.setText(door(entry, host) if entry else "")

    def _play(self, films: dict[str, Film]) -> None:
        self._films = {**self._films, **films}
        keys = {pane.key for pane in self.shown.panes}
        self.cinema.set_films({key: film for key, film in films.items() if key in keys}, self.loader.problems)
        self.panel.show_panes({pane.key: (pane, films.get(pane.key)) for pane in self.shown.panes})

    def has_panes(self) -> bool:
        """Whether something is compared."""
        return bool(self.shown.panes)

    def has_two(self) -> bool:
        """Whether there are two panes to share a picture."""
        return len(self.shown.panes) > 1

    def has_frames(self) -> bool:
        """Whether there is something to play."""
        return self.player.count > 0

    def has_entries(self) -> bool:
        """Whether encoders can be added: not beside clips from elsewhere."""
        return bool(self.shown.entries)

    def open_columns(self) -> QMenu:
        """Let a person choose the panes."""
        now = self.cinema.screening
        stepped = Stepped(now.mixed, now.reference, self.cinema.step_through)
        return open_columns(self.shown, self.columns, stepped)

    def open_pane(self, key: str, at: QPoint) -> QMenu:
        """Offer what can be done with one pane, at a point of the screen."""
        pane = next(pane for pane in self.shown.panes if pane.key == key)
        return open_pane_menu(pane, at, self, self.shown, self.state, self.saving)

    def open_saving(self) -> QMenu:
        """Let a person choose what to save."""
        return self.saving.open_menu(self.saved)

    def _keep_fold(self) -> None:
        self._folds_itself = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give a narrow page to the stage alone."""
        super().resizeEvent(event)
        if self._folds_itself:
            self.folded.setChecked(self.width() >= _PANEL_ROOM)

    def toggle_panel(self) -> None:
        """Show or hide what stands beside the stage."""
        self.folded.click()

    def copy_text(self) -> None:
        """Copy what made the clips, for people."""
        copy(self.panel.details.text())
        self.say(tr("The details were copied."))

    def copy_json(self) -> None:
        """Copy what made the clips, for programs."""
        copy(self.panel.details.json())
        self.say(tr("The details were copied."))

    def ask_files(self) -> None:
        """Let a person choose clips or pictures from anywhere."""
        names, _ = QFileDialog.getOpenFileNames(self, tr("Open clips"))
        if names:
            self.shown.show_files([Path(name) for name in names])

    def toggle_full(self) -> None:
        """Give the stage the whole screen, or take it back."""
        if self.cinema.full is not None:
            self.cinema.full.close()
        else:
            self.cinema.open_full(stage_commands(self))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the player fill what can be seen of the left side without scrolling."""
        if watched is self._area.viewport() and event.type() is QEvent.Type.Resize:
            self.cinema.set_room(self._area.viewport().size())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the player hear what no control of the page wanted."""
        if not self.cinema.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the player hear when a held key is let go."""
        if not self.cinema.release(event):
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Offer to compare files that are dragged in."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()
            self._drop.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the offer back."""
        self._drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Compare the files."""
        self._drop.hide()
        event.acceptProposedAction()
        self.shown.show_files(local_files(event.mimeData()))

    def close_down(self) -> None:
        """Stop the clock and wait for the decoder."""
        self.cinema.close_down()
        self.loader.close()


def _asked(shown: Comparison) -> str:
    """Prompt and seed where all panes share them, else what is compared."""
    if not shown.prompt:
        return shown.title
    if shown.seed is None:
        return tr("“{prompt}”", prompt=shown.prompt)
    return tr("“{prompt}”  ·  seed {seed}", prompt=shown.prompt, seed=shown.seed)
