"""Studio: make clips and pictures of many prompts and seeds with several encoders, and look after what was made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.spec import ShootSpec
from core.library.entry import Entry
from core.library.gallery import Gallery, Take
from gui.pages.page import Page
from gui.state.commands import Command
from gui.state.comparison import MOST, of_takes
from gui.state.draft import Draft
from gui.state.gallery_model import Change, GalleryModel
from gui.state.jobs import Job, JobState
from gui.state.library_changes import Change as LibraryChange
from gui.state.memory_bar import MemoryGauge
from gui.state.session import Session
from gui.state.studio_live import LiveStill
from gui.theme import WIDE
from gui.widgets.ask import ask
from gui.widgets.basics import column, row
from gui.widgets.gallery_panel import GalleryPanel
from gui.widgets.opening import open_path
from gui.widgets.shortcuts import bind, told
from gui.widgets.studio_panel import StudioPanel
from gui.widgets.take_details import copy_metadata

_ON_TAKES = ("gallery.star", "gallery.copy", "gallery.trash")
"""Commands whose keys mean something else, or nothing, outside of the grid."""
_FORM = 388
"""Pixels that the form is wide."""


class StudioPage(Page):
    """The form on the left fills the gallery on the right; takes come in while the job runs."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.form = session, session.studio
        library = session.library
        self.gallery = GalleryModel(Gallery(library.library.root), self)
        self.live = LiveStill(session.jobs, session.folder, self)
        self.draft = Draft(library.library.root / "studio.json", self.form.state, self._keeps, self)
        self.form.restore(self.draft.read())
        self.form.meet(library.kept)
        self.gauge = MemoryGauge(self)
        self.panel = StudioPanel(self.form, library, self.live, self.gauge)
        self.shown = GalleryPanel(self.gallery)
        self._made, self._keeping = -1, ""
        self._arrange()
        self._connect()
        self.commands = [*self._form_commands(), *self._take_commands(), *self._gallery_commands()]
        on_takes = [replace(command, bound=True) for command in self.commands if command.key in _ON_TAKES]
        bind(self.shown.grid, on_takes, Qt.ShortcutContext.WidgetShortcut)

    def _keeps(self) -> bool:
        return self.session.settings.value.autosave

    def _arrange(self) -> None:
        self.panel.setFixedWidth(_FORM)
        box = row(self.panel, self.shown, spacing=WIDE)
        box.setStretch(1, 1)
        box.setContentsMargins(24, WIDE, 24, 16)
        self.setLayout(column(box))
        self.first = self.panel.prompts

    def _connect(self) -> None:
        session, grid = self.session, self.shown.grid
        self.form.changed.connect(self.draft.note)
        self.draft.refused.connect(lambda why: self.noticed.emit(why, "", None))
        session.library.reloaded.connect(lambda: self.form.meet(session.library.kept))
        session.library.done.connect(self._kept)
        session.library.failed.connect(self._not_kept)
        session.jobs.changed.connect(self._follow)
        session.jobs.finished.connect(self._follow)
        self.panel.submitted.connect(self.submit)
        self.panel.failed.connect(self.say)
        self.panel.wanted.connect(lambda thing: self.went.emit("models", thing))
        self.panel.live.kept.connect(self._keep_strength)
        self.gallery.failed.connect(self.say)
        self.gallery.done.connect(self._tell)
        grid.activated.connect(lambda _: self.compare())
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._menu)
        self.shown.details.wanted.connect(lambda key: self._run(f"gallery.{key}"))
        self.shown.empty_bin.clicked.connect(self.empty_trash)

    def _form_commands(self) -> list[Command]:
        panel = self.panel
        return [
            Command("studio.start", tr("Make the clips or pictures"), self.submit, ("Ctrl+Return", "Ctrl+Enter")),
            Command("studio.open", tr("Open a file of prompts"), panel.choose_file, ("Ctrl+O",)),
            Command("studio.dice", tr("Another seed"), panel.throw_dice, ("Ctrl+D",)),
            Command("studio.add", tr("Add an erased encoder"), panel.encoders.add.open),
        ]

    def _take_commands(self) -> list[Command]:
        return [
            Command("gallery.reuse", tr("Reuse the settings of the take"), self.reuse, ("Ctrl+R",), self._has_one),
            Command("gallery.compare", tr("Compare the takes"), self.compare, ("Return",), self._has, bound=False),
            Command("gallery.export", tr("Export the takes"), self.export, ("Ctrl+E",), self._has),
            Command("gallery.star", tr("Star the takes"), self.star, ("S",), self._has, bound=False),
            Command("gallery.copy", tr("Copy how the takes were made"), self.copy, ("Ctrl+C",), self._has, bound=False),
            Command("gallery.folder", tr("Open the folder of the take"), self.open_folder, (), self._has),
            Command("gallery.trash", tr("Move them to the trash"), self.trash, ("Delete",), self._has, bound=False),
            Command("gallery.restore", tr("Bring the takes back"), self.restore, (), self._has_binned),
        ]

    def _gallery_commands(self) -> list[Command]:
        shown = self.shown
        return [
            Command("gallery.search", tr("Search the gallery"), shown.search.setFocus, ("Ctrl+F",)),
            Command("gallery.clear", tr("Show everything"), shown.clear),
            Command("gallery.starred", tr("Show only takes with a star"), shown.starred.toggle),
            Command("gallery.bin", tr("Show what was removed"), shown.bin.toggle),
            Command("gallery.empty", tr("Empty the trash"), self.empty_trash, (), lambda: bool(self.gallery.binned)),
            Command("gallery.look", tr("Read the gallery again"), self.gallery.look, ("F5",)),
        ]

    def _has(self) -> bool:
        return bool(self.shown.grid.takes) and not self.gallery.in_trash

    def _has_one(self) -> bool:
        return self._has() and len(self.shown.grid.takes) == 1

    def _has_binned(self) -> bool:
        return bool(self.shown.grid.takes) and self.gallery.in_trash

    def _run(self, key: str) -> None:
        command = next(command for command in self.commands if command.key == key)
        if command.enabled():
            command.run()

    def _menu(self, at: QPoint) -> None:
        """What can be done with the chosen takes, where they lie."""
        menu = QMenu(self)
        for command in (command for command in self._take_commands() if command.enabled()):
            keys = f"\t{told(command.keys[0])}" if command.keys else ""
            menu.addAction(f"{command.title}{keys}", command.run)
        if not menu.isEmpty():
            menu.exec(self.shown.grid.viewport().mapToGlobal(at))
        menu.deleteLater()

    def submit(self) -> None:
        """Queue the job and stay here, or say what is wrong."""
        check = self.form.check(thorough=True)
        if check.error:
            self.panel.complain(check.error)
            return
        self.panel.calm()
        spec = self.form.spec()
        queue = self.session.jobs
        behind = len(queue.waiting()) + (queue.running is not None)
        queue.add(spec)
        words = tr("They appear here as they are made.")
        if queue.paused:
            words = tr("The queue is paused: go on with it in Jobs.")
        elif behind:
            words = tr("Queued: {count} before it.", count=behind)
        self.noticed.emit(words, tr("Show the job"), lambda: self.went.emit("jobs", None))

    def _follow(self, job: Job) -> None:
        """Tell how far the job is, and look for new takes whenever it has made some."""
        if not isinstance(job.spec, ShootSpec) or job.state is JobState.QUEUED:
            return
        running = job.state is JobState.RUNNING
        known = tr("{done} of {total} made", done=job.done, total=job.total) if running and job.total else ""
        self.shown.tell_progress(known)
        if not running or job.done != self._made:
            self._made = job.done if running else -1
            self.gallery.look()

    def _tell(self, change: Change) -> None:
        self.noticed.emit(change.words, tr("Undo") if change.undo else "", change.undo)

    def reuse(self) -> None:
        """Fill the form with how the chosen take was made; Undo brings back what stood there."""
        takes = self.shown.grid.takes
        if len(takes) != 1:
            return
        before = self.form.state()
        self.form.fill(takes[0])
        words = tr("The form shows how this take was made.")
        self.noticed.emit(words, tr("Undo"), lambda: self.form.restore(before))

    def compare(self) -> None:
        """Put the chosen takes side by side; one alone brings those of the same prompt, seed and job with it."""
        takes = self.shown.grid.takes
        if not takes or self.gallery.in_trash:
            return
        try:
            self.went.emit("compare", of_takes(takes if len(takes) > 1 else self._siblings(takes[0])))
        except LacunaError as error:
            self.say(str(error))

    def _siblings(self, take: Take) -> list[Take]:
        def shot(one: Take) -> tuple[object, ...]:
            return one.group, one.prompt, one.seed, one.host

        found = [one for one in self.gallery.kept if shot(one) == shot(take)]
        return found if len(found) <= MOST else [take]

    def export(self) -> None:
        """Save the chosen takes in a format of the person's choice."""
        from gui.widgets.save_dialog import save_takes

        save_takes(self, self.shown.grid.takes, self.noticed)

    def star(self) -> None:
        """Star the chosen takes, or take the star off where all of them have one."""
        takes = self.shown.grid.takes
        self.gallery.star(takes, not all(take.starred for take in takes))

    def copy(self) -> None:
        """Put how the chosen takes were made on the clipboard."""
        copy_metadata(self.shown.grid.takes)
        self.say(tr("Copied."))

    def open_folder(self) -> None:
        """Show the gallery's folder in the system's own file manager."""
        open_path(self.gallery.gallery.folder)

    def trash(self) -> None:
        """Move the chosen takes to the trash."""
        self.gallery.trash(self.shown.grid.takes)

    def restore(self) -> None:
        """Bring the chosen takes back from the trash."""
        self.gallery.restore(self.shown.grid.takes)

    def empty_trash(self) -> None:
        """Delete for good what is in the trash, once the person has agreed."""
        count = len(self.gallery.binned)
        what = tr("Delete the take for good?") if count == 1 else tr("Delete {count} takes for good?", count=count)
        if count and ask(self, what, tr("This cannot be undone."), tr("Delete for good")):
            self.gallery.empty_trash()

    def _keep_strength(self, entry_id: str, strength: float) -> None:
        """Keep a copy of an entry at the strength of the slider, and compare that one from now on."""
        self._keeping = entry_id
        self.session.library.strengthen(entry_id, strength)

    def _kept(self, change: LibraryChange) -> None:
        """The copy was made: it takes the place of the entry in the form."""
        entry_id, self._keeping = self._keeping, ""
        if entry_id and len(change.ids) == 1:
            undo = partial(self.session.library.undo, change)
            self.noticed.emit(change.text, tr("Undo"), undo)
            self.form.replace_entry(entry_id, change.ids[0])
            self.panel.encoders.choose(change.ids[0])

    def _not_kept(self, why: str) -> None:
        if self._keeping:
            self._keeping = ""
            self.say(why)

    def take(self, thing: object) -> None:
        """Compare an entry that another page leads to, or show how a take was made."""
        if isinstance(thing, Take):
            self.form.fill(thing)
        elif isinstance(thing, Entry):
            self.form.add_entry(thing.id, thing.name)
            self.panel.encoders.choose(thing.id)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the folder again: others may have changed it."""
        super().showEvent(event)
        self.gallery.look()
        self.panel.live.wake()
        self.form.meet_models()
        self.gauge.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Make no stills while nobody looks."""
        super().hideEvent(event)
        self.live.ask(None)
        self.gauge.watch(False)

    def close_down(self) -> None:
        """Keep the form, stop clips, and wait for threads."""
        self.draft.close()
        self.gauge.close()
        self.live.close()
        self.shown.close_down()
        self.gallery.close()
