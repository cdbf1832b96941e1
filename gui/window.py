"""The one window: a side bar, five places that are built when first opened, and a notice bar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from core.errors import LacunaError
from core.jobs.spec import JobSpec, ProbeSpec, ScoreSpec
from gui.pages.erase import ErasePage
from gui.state.jobs import Job, JobState
from gui.state.session import Session
from gui.theme import saved_scheme, volatile_settings
from gui.widgets.basics import row
from gui.widgets.empty import EmptyState
from gui.widgets.notice import NoticeBar
from gui.widgets.side_bar import Place, SideBar

if TYPE_CHECKING:
    from core.library.entry import Entry

PLACES = (
    Place("erase", "Erase"),
    Place("jobs", "Jobs"),
    Place("compare", "Compare"),
    Place("probe", "Probe"),
    Place("library", "Library"),
)
_DONE = {"compare": "Open in Compare", "probe": "Read the report", "erase": "Choose a concept"}
"""What a notice offers when a job is done, by the place that shows its result."""


class MainWindow(QMainWindow):
    """Shows the session's state and leads from one place to the next; `scheme_chosen` tells a theme choice."""

    scheme_chosen = Signal(str)
    closing = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("Lacuna")
        self.setMinimumSize(1180, 680)
        self.side = SideBar(PLACES, saved_scheme())
        self.side.chosen.connect(self.open_place)
        self.side.scheme_chosen.connect(self.scheme_chosen)
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        self._place = ""
        centre = QWidget()
        centre.setObjectName("page")
        centre.setLayout(row(self.side, self._stack, spacing=0))
        self.setCentralWidget(centre)
        self.notice = NoticeBar(centre)
        for number, place in enumerate(PLACES, start=1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda key=place.key: self.open_place(key))
        session.jobs.changed.connect(self._job_changed)
        session.jobs.finished.connect(self._job_finished)
        session.form.family_changed.connect(self._learn)
        self._restore_size()
        self.open_place("erase")

    @property
    def place(self) -> str:
        """The key of the place that is open."""
        return self._place

    def page(self, key: str) -> QWidget:
        """A page, built at its first use; a page in words if the library cannot be opened."""
        if key not in self._pages:
            try:
                self._pages[key] = self._builders()[key]()
            except LacunaError as error:
                return self._unopened(error)
            self._stack.addWidget(self._pages[key])
        return self._pages[key]

    def _unopened(self, error: LacunaError) -> QWidget:
        page = EmptyState("alert", error.what, f"{error.why} {error.fix}".strip())
        self._stack.addWidget(page)
        return page

    def open_place(self, key: str) -> None:
        """Go to one of the places."""
        page = self.page(key)
        self._place = key
        if key == "jobs":
            self.notice.dismiss()
        self._stack.setCurrentWidget(page)
        self.side.show_place(key)
        page.setFocus()

    def _builders(self) -> dict[str, Callable[[], QWidget]]:
        return {
            "erase": self._build_erase,
            "jobs": self._build_jobs,
            "compare": self._build_compare,
            "probe": self._build_probe,
            "library": self._build_library,
        }

    def _build_erase(self) -> QWidget:
        page = ErasePage(self.session.form)
        page.asked.connect(self.submit)
        return page

    def _build_jobs(self) -> QWidget:
        from gui.pages.jobs import JobsPage

        page = JobsPage(self.session.jobs)
        page.opened.connect(self.show_result)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def _build_compare(self) -> QWidget:
        from gui.pages.compare import ComparePage

        page = ComparePage(self.session.library)
        page.failed.connect(self._say)
        self.closing.connect(page.close_down)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def _build_probe(self) -> QWidget:
        from gui.pages.probe import ProbePage

        page = ProbePage(self.session.library, self.session.probing)
        page.asked.connect(self.submit)
        page.harden.connect(self.harden)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def _build_library(self) -> QWidget:
        from gui.pages.library import LibraryPage

        page = LibraryPage(self.session.library)
        self.session.library.failed.connect(self._say)
        page.opened.connect(self.show_entry)
        page.probed.connect(self.probe)
        page.hardened.connect(self.harden)
        page.asked.connect(self.submit)
        page.noticed.connect(self._say)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def submit(self, spec: JobSpec) -> None:
        """Queue a job and show it."""
        behind = len(self.session.jobs.waiting()) + (self.session.jobs.running is not None)
        self.session.jobs.add(spec, self._about(spec))
        self.open_place("jobs")
        if behind:
            self._say(f"Queued: {behind} before it.")

    def _about(self, spec: JobSpec) -> str:
        """The name of the entry that a job looks at."""
        if not isinstance(spec, ProbeSpec | ScoreSpec):
            return ""
        return next((entry.name for entry in self.session.library.kept if entry.id == spec.entry), "")

    def harden(self, entry: Entry) -> None:
        """Queue the erasure that goes on from an entry against attacks."""
        from gui.state.harden import harden_spec

        try:
            self.submit(harden_spec(entry, self.session.folder))
        except LacunaError as error:
            self._say(str(error))

    def probe(self, entry: Entry) -> None:
        """Open an entry in Probe."""
        from gui.pages.probe import ProbePage

        self.open_place("probe")
        page = self.page("probe")
        if isinstance(page, ProbePage):
            page.show_entry(entry)

    def show_result(self, job: Job) -> None:
        """Open the page that shows what came of a job."""
        if job.place == "erase":
            self.open_place("erase")
        elif job.place:
            self._with_entry(job.entry, self.probe if job.place == "probe" else self.show_entry)

    def show_entry(self, entry: Entry) -> None:
        """Open an entry in Compare."""
        from gui.pages.compare import ComparePage

        self.open_place("compare")
        page = self.page("compare")
        if isinstance(page, ComparePage):
            page.show_entry(entry)

    def _with_entry(self, entry_id: str, show: Callable[[Entry], None]) -> None:
        try:
            show(self.session.library.library.get(entry_id))
        except LacunaError as error:
            self._say(str(error))

    def _job_changed(self, _job: Job) -> None:
        self.side.show_job(self.session.jobs.running, len(self.session.jobs.waiting()))

    def _job_finished(self, job: Job) -> None:
        self._job_changed(job)
        self._read_again(job)
        if not job.place:
            if self._place != "jobs" and job.state is JobState.FAILED:
                self._say(f"{job.title} failed.", "Show", lambda: self.open_place("jobs"))
            return
        if self._place == "jobs":
            self.show_result(job)
        else:
            self._say(f"{job.title}: done.", _DONE[job.place], lambda: self.show_result(job))

    def _read_again(self, job: Job) -> None:
        """Read what a job may have left in the library: its result, or the part that a stopped probe keeps."""
        if not (job.place or isinstance(job.spec, ProbeSpec)):
            return
        try:
            self.session.library.reload()
            self.session.learn()
        except LacunaError as error:
            self._say(str(error))

    def _learn(self) -> None:
        with suppress(LacunaError):
            self.session.learn()

    def _say(self, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        self.notice.say(text, action, act)
        self._place_notice()

    def _place_notice(self) -> None:
        room = self._stack.geometry()
        width = min(640, room.width() - 64)
        height = self.notice.sizeHint().height()
        self.notice.setGeometry(room.center().x() - width // 2, room.bottom() - height - 16, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the notice at the bottom."""
        super().resizeEvent(event)
        self._place_notice()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what the model is known to know, once the first paint is done."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._learn)

    def _restore_size(self) -> None:
        saved = volatile_settings().value("geometry")
        if not (isinstance(saved, QByteArray) and self.restoreGeometry(saved)):
            self.resize(1280, 800)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the window's size; end the player, the running job and the engine."""
        volatile_settings().setValue("geometry", self.saveGeometry())
        self.hide()
        self.notice.dismiss()
        self.closing.emit()
        self.session.close()
        super().closeEvent(event)
