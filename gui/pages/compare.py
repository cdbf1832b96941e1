"""Compare: the same prompt and seed before and after, side by side on one clock, with the scorecard."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLayout, QStackedWidget, QWidget

from core.library.entry import Entry
from gui.state.card_pair import pair_of
from gui.state.comparison import TITLES, Pane, panes
from gui.state.library_model import LibraryModel
from gui.state.player import Player
from gui.state.scorecard import door, facts
from gui.state.words import host_title
from gui.theme import PAD, WIDE
from gui.widgets.basics import Combo, Elided, card, clear, column, label, row, scrolled
from gui.widgets.card_pair_panel import CardPairPanel
from gui.widgets.clip_view import ClipView
from gui.widgets.empty import EmptyState
from gui.widgets.facts import Facts
from gui.widgets.headline import Headline
from gui.widgets.scorecard_panel import ScorecardPanel
from gui.widgets.segments import Segments
from gui.widgets.transport import Transport
from gui.workers.clip_loader import ClipLoader, Film

_TEACHING = (
    "Pick an erasure in the library, or make one: its clips play here side by side on one clock, "
    "with what was measured beside them."
)


class ComparePage(QWidget):
    """Shows one entry; `failed` says in words what could not be shown."""

    failed = Signal(str)
    new = Signal()

    def __init__(self, library: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.library = library
        self.entry: Entry | None = None
        self.player = Player(self)
        self.loader = ClipLoader(self)
        self.views: dict[str, ClipView] = {}
        self._panes: dict[str, list[Pane]] = {}
        self._arrange()
        self._connect()
        self._list_entries()

    def _arrange(self) -> None:
        self.picker, self.host = Combo("Entry"), Segments("Video model")
        self.picker.setMinimumWidth(240)
        self._prompt = Elided("muted")
        self._stage = row(spacing=PAD)
        self.transport = Transport(self.player)
        self.scorecard = ScorecardPanel()
        self.scorecard.setFixedWidth(352)
        self.headline, self.facts = Headline(), Facts()
        self.door = label("", wrap=True)
        said = card(self.door, name="soft", pad=12)
        self.pair = CardPairPanel()
        parts = (self._stage_card(), self.transport, self.headline, self.pair, self.facts, said)
        clips = column(*parts, 1, spacing=PAD)
        clips.setStretch(0, 100)
        left = QWidget()
        left.setLayout(clips)
        body = row(scrolled(left), self.scorecard, spacing=PAD)
        body.setStretch(0, 1)
        full = QWidget()
        head = row(label("Compare", "title"), 1, self.host, self.picker, spacing=12)
        box = column(head, body, spacing=PAD)
        box.setStretch(1, 1)
        box.setContentsMargins(32, WIDE, 32, WIDE)
        full.setLayout(box)
        self.empty = EmptyState("compare", "Nothing to compare yet", _TEACHING, "Erase a concept")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.setFocusProxy(self.transport.timeline)
        self.setLayout(column(self._stack))

    def _stage_card(self) -> QFrame:
        made = card(self._stage, self._prompt, spacing=12)
        layout = made.layout()
        if layout is not None:
            layout.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        return made

    def _connect(self) -> None:
        self.empty.action.clicked.connect(self.new)
        self.picker.activated.connect(lambda at: self.show_entry(self.picker.itemData(at)))
        self.host.chosen.connect(self.show_host)
        self.loader.loaded.connect(self._play)
        self.loader.failed.connect(self.failed)
        self.player.moved.connect(self._move)
        self.library.reloaded.connect(self._list_entries)

    def _sound(self) -> list[Entry]:
        return [entry for entry in self.library.kept if not entry.damage]

    def _list_entries(self) -> None:
        entries = self._sound()
        with QSignalBlocker(self.picker):
            self.picker.clear()
            for entry in entries:
                self.picker.addItem(entry.name, entry)
        if self.entry is None or self.entry.id not in {entry.id for entry in entries}:
            self.show_entry(entries[0] if entries else None)
        else:
            self._mark(self.entry.id)

    def _mark(self, entry_id: str) -> None:
        ids = [entry.id for entry in self._sound()]
        self.picker.setCurrentIndex(ids.index(entry_id) if entry_id in ids else -1)

    def show_entry(self, entry: Entry | None) -> None:
        """Show an entry; None shows how to get one."""
        self.entry = entry
        self._stack.setCurrentIndex(0 if entry is None else 1)
        if entry is None or entry.manifest is None:
            return
        self._mark(entry.id)
        self._panes = panes(entry)
        self.host.set_choices([(h, host_title(entry.manifest.family, h)) for h in self._panes])
        self.host.setVisible(len(self._panes) > 1)
        self._prompt.setText(f"“{entry.manifest.prompt}”  ·  seed {entry.manifest.seed}")
        self.scorecard.show_card(entry.scorecard, entry.manifest.family)
        self.facts.show_pairs(facts(entry.scorecard))
        self.pair.show_pair(pair_of(entry, self.library.kept))
        self.show_host(self.host.value)

    def show_host(self, host: str) -> None:
        """Show the clips of one video model."""
        shown = self._panes.get(host, [])
        clear(self._stage)
        self.views = {pane.column: self._add_pane(pane) for pane in shown}
        if not shown:
            self._stage.addWidget(label("This entry has no clips to show.", "muted"))
        self.player.load(0, 8.0)
        self.scorecard.follow(host)
        self.pair.follow(host)
        measured = self.entry.scorecard if self.entry else None
        self.headline.show_card(measured, host)
        self.door.setText(door(measured, host))
        self.loader.load({pane.column: pane.path for pane in shown})

    def _add_pane(self, pane: Pane) -> ClipView:
        view = ClipView(f"{pane.title}: {pane.note}", "Loading…", hugs=True)
        title, note = label(pane.title, pane.column), label(pane.note, "caption", wrap=True)
        title.setFixedHeight(20)
        note.setFixedHeight(34)
        note.setAlignment(Qt.AlignmentFlag.AlignTop)
        box = column(title, note, view, spacing=4)
        box.setStretch(2, 1)
        self._stage.addLayout(box, 1)
        return view

    def _play(self, films: dict[str, Film]) -> None:
        for column_name, view in self.views.items():
            film = films.get(column_name)
            view.set_frames(film.frames if film else (), f"The clip “{TITLES[column_name]}” cannot be read.")
        if films:
            longest = max(films.values(), key=lambda film: len(film.frames))
            self.player.load(len(longest.frames), longest.fps)
            if self.isVisible():
                self.player.play()

    def _move(self, index: int) -> None:
        for view in self.views.values():
            view.show_frame(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, comma, full stop and L drive the player, wherever in the page the focus is."""
        if not self.transport.press(event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the clock while nobody looks."""
        self.player.pause()
        super().hideEvent(event)

    def close_down(self) -> None:
        """Stop the clock and wait for the decoder."""
        self.player.pause()
        self.loader.close()
