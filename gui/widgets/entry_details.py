"""Everything about one entry beside the list: previews, rating, tags, notes, measures, and how it came about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QWidget

from core.i18n import tr
from core.library.fitting import is_waiting
from gui.state.comparison import hosts_of
from gui.state.entry_facts import Pair, files_of, made_facts, report_lines, score_lines
from gui.state.entry_words import figures
from gui.state.preview import preview_paths
from gui.state.scorecard import hosts
from gui.state.words import host_title
from gui.widgets.basics import button, card, column, label, row
from gui.widgets.fact_list import FactList
from gui.widgets.filter_bar import Question
from gui.widgets.fold import Fold
from gui.widgets.notes import Notes
from gui.widgets.preview_view import PreviewView
from gui.widgets.score_grid import ScoreGrid
from gui.widgets.stars import EDGE, Stars
from gui.widgets.tag_editor import TagEditor

if TYPE_CHECKING:
    from core.library.entry import Entry
    from core.library.row import Row
    from gui.state.thumbnails import Thumbnails

_VERDICTS = {True: (tr("Passed"), "good"), False: (tr("Did not pass"), "warning"), None: (tr("Not judged"), "muted")}
_PASSED = tr(
    "Passed means: the concept is seen in at most 5 % of the pictures that name it, and its neighbours come out right "
    "at least 95 % as often as before. It says nothing of attacks: those are what probes are for."
)


Past = Callable[["Entry"], Sequence[Pair]]
"""Tells what happened to an entry, as times and words."""


class EntryDetails(QWidget):
    """Shows an entry; what a person changes is told: `starred`, `tagged`, `untagged` and `noted`.

    `relinked`, `foldered` and `probed` are the ways out that buttons offer.
    """

    starred = Signal(int)
    tagged = Signal(tuple)
    untagged = Signal(str)
    noted = Signal(str, str)
    relinked = Signal()
    foldered = Signal()
    probed = Signal()

    def __init__(self, pictures: Thumbnails, past: Past, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._past = past
        self.preview = PreviewView(pictures)
        self.host = Question(tr("Preview of"), narrows=False)
        self.host.activated.connect(lambda _: self._show_preview())
        self.name, self.verdict = label("", "heading", wrap=True), label("", "strong")
        self.figures = label("", "muted")
        self._make_problem()
        self.stars, self.tags, self.notes = Stars(), TagEditor(), Notes()
        self.stars.chosen.connect(self.starred)
        self.tags.added.connect(self.tagged)
        self.tags.removed.connect(self.untagged)
        self.notes.noted.connect(self.noted)
        self._make_folds()
        self.setLayout(self._arranged())

    def _make_problem(self) -> None:
        self.problem = label("", "danger", wrap=True)
        self.relink = button(tr("Find its folder…"), "link", tip=tr("Tell where the folder is now"))
        self.relink.clicked.connect(self.relinked)
        self._problem = card(self.problem, row(self.relink, 1), name="problem", pad=12)

    def _make_folds(self) -> None:
        self.score_host = Question(tr("Figures of"), narrows=False)
        self.score_host.activated.connect(lambda _: self._show_score())
        self._score = ScoreGrid()
        self._made, self._history, self._reports, self._files = FactList(), FactList(), FactList(), FactList()
        self.probe = button(tr("Open in Probe"), "probe")
        self.probe.clicked.connect(self.probed)
        self.open_folder = button(tr("Open folder"), "folder")
        self.open_folder.clicked.connect(self.foldered)
        self.score_fold = Fold("scorecard", tr("Scorecard"), column(row(self.score_host, 1), self._score, spacing=10))
        self.made_fold = Fold("made", tr("How it was made"), column(self._made))
        self.report_fold = Fold("reports", tr("Probe reports"), column(self._reports, row(self.probe, 1), spacing=10))
        self.history_fold = Fold("history", tr("History"), column(self._history), opened=False)
        files = column(self._files, row(self.open_folder, 1), spacing=10)
        self.files_fold = Fold("files", tr("Files"), files, opened=False)
        self.history_fold.head.toggled.connect(lambda _: self._show_past())
        self.files_fold.head.toggled.connect(lambda _: self._show_files())

    def _arranged(self) -> QLayout:
        rated = row(self.stars, 1, self.verdict)
        rated.setContentsMargins(-EDGE, 0, 0, 0)
        told = column(label(tr("Tags"), "strong"), self.tags, spacing=6)
        noted = column(label(tr("Notes"), "strong"), self.notes, spacing=6)
        self._folds = (self.score_fold, self.made_fold, self.report_fold, self.history_fold, self.files_fold)
        named = column(self.name, self.figures, spacing=2)
        parts = (self.preview, row(self.host, 1), named, self._problem, rated, told, noted)
        box = column(*parts, *self._folds, 1, spacing=12)
        box.setContentsMargins(16, 16, 12, 16)
        return box

    def show_entry(self, found: Row, entry: Entry | None, picture: str, known_tags: Sequence[str]) -> None:
        """Take another entry, None where its folder is gone; `picture` is the path of its thumbnail or empty."""
        self._entry, self._picture = entry, picture
        self.name.setText(found.name)
        self.figures.setText(figures(found))
        self._show_problem(found)
        words, role = _VERDICTS[found.passed]
        self.verdict.setText(words)
        self.verdict.setHidden(bool(found.damage or found.missing))
        self.verdict.setProperty("role", role)
        self.verdict.style().polish(self.verdict)
        self.verdict.setToolTip(_PASSED)
        self.stars.set_stars(found.stars)
        self.tags.show_tags(found.tags, known_tags)
        self.tags.follow(self.stars)
        self.notes.show_notes(found.id, found.notes)
        self._show_hosts(entry)
        self._show_score()
        self._show_lists(entry)
        self._show_past()
        self._show_files()

    def lock(self, locked: bool) -> None:
        """Let nothing be changed, as in the trash."""
        for part in (self.stars, self.tags, self.notes, self.probe):
            part.setEnabled(not locked)

    def _show_problem(self, found: Row) -> None:
        waits = is_waiting(found)
        self._problem.setVisible(bool(found.damage or found.missing or waits))
        self.relink.setVisible(found.missing)
        gone = tr("Its folder is gone. Bring it back, tell where it is now, or move the entry to the trash.")
        wrong = tr("Damaged: {what} Restore it from a copy, or move it to the trash.", what=found.damage)
        newer = tr("{what} Update Lacuna to use it; until then it stays as it is.", what=found.damage)
        lonely = tr("It waits for its model, “{family}”: get it on the Models page.", family=found.family)
        self.problem.setText(gone if found.missing else lonely if waits else newer if found.newer else wrong)

    def _show_hosts(self, entry: Entry | None) -> None:
        family = entry.manifest.family if entry and entry.manifest else ""
        shown = hosts_of(entry) if entry else []
        self.host.offer([(host_title(family, name), name) for name in shown])
        self.host.setVisible(len(shown) > 1)
        measured = hosts(entry.scorecard) if entry else []
        self.score_host.offer([(host_title(family, name), name) for name in measured])
        self.score_host.setVisible(len(measured) > 1)
        self.score_fold.setVisible(bool(measured))
        self._show_preview()

    def _show_preview(self) -> None:
        paths = preview_paths(self._entry, self.host.currentData() or "")
        self.preview.show_clips(self._entry.id if self._entry else "", self._picture, paths)

    def _show_score(self) -> None:
        host = self.score_host.currentData() or ""
        self._score.show_lines(score_lines(self._entry, host) if self._entry else [])

    def _show_lists(self, entry: Entry | None) -> None:
        manifest = entry.manifest if entry else None
        reports = report_lines(entry) if entry else []
        self._made.show_pairs(made_facts(manifest) if manifest else [])
        self._reports.show_pairs(reports)
        self.made_fold.setVisible(manifest is not None)
        self.report_fold.setVisible(bool(reports))
        self.history_fold.setVisible(manifest is not None)
        self.files_fold.setVisible(entry is not None)

    def _show_past(self) -> None:
        """Tell what happened to the entry, which is gathered only while that part is open."""
        opened = self._entry is not None and self.history_fold.head.isChecked()
        self._history.show_pairs(self._past(self._entry) if opened and self._entry else [])

    def _show_files(self) -> None:
        """List the folder, which is read only while the list is open."""
        opened = self._entry is not None and self.files_fold.head.isChecked()
        self._files.show_pairs(files_of(self._entry.folder) if opened and self._entry else [])
