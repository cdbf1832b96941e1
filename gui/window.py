"""The one window: a side bar, four places that are built when first opened, and a notice bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from core.errors import LacunaError
from core.jobs.spec import JobSpec
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

PLACES = (Place("erase", "Erase"), Place("jobs", "Jobs"), Place("compare", "Compare"), Place("library", "Library"))


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
        """Go to one of the four places."""
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
            "library": self._build_library,
        }

    def _build_erase(self) -> QWidget:
        page = ErasePage(self.session.form)
        page.asked.connect(self.submit)
        return page

    def _build_jobs(self) -> QWidget:
        from gui.pages.jobs import JobsPage

        page = JobsPage(self.session.jobs)
        page.compare.connect(self.compare)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def _build_compare(self) -> QWidget:
        from gui.pages.compare import ComparePage

        page = ComparePage(self.session.library)
        page.failed.connect(self._say)
        self.closing.connect(page.close_down)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def _build_library(self) -> QWidget:
        from gui.pages.library import LibraryPage

        page = LibraryPage(self.session.library)
        self.session.library.failed.connect(self._say)
        page.opened.connect(self.show_entry)
        page.noticed.connect(self._say)
        page.new.connect(lambda: self.open_place("erase"))
        return page

    def submit(self, spec: JobSpec) -> None:
        """Queue a job and show it."""
        behind = len(self.session.jobs.waiting()) + (self.session.jobs.running is not None)
        self.session.jobs.add(spec)
        self.open_place("jobs")
        if behind:
            self._say(f"Queued: {behind} before it.")

    def show_entry(self, entry: Entry) -> None:
        """Open an entry in Compare."""
        from gui.pages.compare import ComparePage

        self.open_place("compare")
        page = self.page("compare")
        if isinstance(page, ComparePage):
            page.show_entry(entry)

    def compare(self, entry_id: str) -> None:
        """Open an entry in Compare by its id."""
        try:
            self.show_entry(self.session.library.library.get(entry_id))
        except LacunaError as error:
            self._say(str(error))

    def _job_changed(self, _job: Job) -> None:
        self.side.show_job(self.session.jobs.running, len(self.session.jobs.waiting()))

    def _job_finished(self, job: Job) -> None:
        self._job_changed(job)
        if not job.entry:
            if self._place != "jobs" and job.state is JobState.FAILED:
                self._say(f"{job.title} failed.", "Show", lambda: self.open_place("jobs"))
            return
        self._reload_library()
        if self._place == "jobs":
            self.compare(job.entry)
        else:
            self._say(f"{job.title}: done.", "Open in Compare", lambda: self.compare(job.entry))

    def _reload_library(self) -> None:
        try:
            self.session.library.reload()
        except LacunaError as error:
            self._say(str(error))

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
