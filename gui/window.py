"""The one window: a side bar, the places that are built when first opened, and a notice bar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QByteArray, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.spec import JobSpec, ProbeSpec, ScoreSpec
from gui.pages.page import Page
from gui.places import BUILD, PLACES
from gui.state.commands import Command
from gui.state.jobs import RESULTS, Job, JobState
from gui.state.session import Session
from gui.theme import Scheme, volatile_settings
from gui.warm_up import WarmUp
from gui.widgets.basics import row
from gui.widgets.desktop_notice import DesktopNotice
from gui.widgets.empty import EmptyState
from gui.widgets.notice import NoticeBar
from gui.widgets.shortcuts import bind
from gui.widgets.side_bar import SideBar
from gui.widgets.update_notice import UpdateNotice
from gui.window_commands import window_commands

_PAINT_MS = 100
"""Milliseconds after which the window has been painted for the first time."""
_FRAME = 40
"""Pixels that a window manager's title bar may take."""


class MainWindow(QMainWindow):
    """Shows the session's state and leads from one place to the next."""

    closing = Signal()
    asks: bool
    """Whether closing asks while a job runs; a test or a restart that has asked already says no."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("Lacuna")
        self.setMinimumSize(1180, 680)
        self.side = SideBar(PLACES, Scheme(session.settings.value.theme))
        self.side.chosen.connect(self.open_place)
        self.side.scheme_chosen.connect(lambda key: session.settings.change(theme=key))
        self._stack = QStackedWidget()
        self._pages: dict[str, Page] = {}
        self._apology = EmptyState("alert", "", "")
        self._stack.addWidget(self._apology)
        self._place = ""
        self.asks = True
        self._centre = QWidget()
        self._centre.setObjectName("page")
        self._centre.setLayout(row(self.side, self._stack, spacing=0))
        self.setCentralWidget(self._centre)
        self.notice = NoticeBar(self._centre)
        self.desktop = DesktopNotice(self, session, self.show_result)
        self.newer = UpdateNotice(self.notice, session, self.say)
        self.warm_up = WarmUp([place.key for place in PLACES], self.page, self._idle)
        self._paint = QTimer(self, singleShot=True, interval=_PAINT_MS)
        self._paint.timeout.connect(self._painted)
        self.own_commands = window_commands(self)
        bind(self, self.own_commands)
        session.settings.changed.connect(lambda _: self.side.scheme.set_value(session.settings.value.theme))
        session.jobs.changed.connect(self._job_changed)
        session.jobs.finished.connect(self._job_finished)
        session.form.family_changed.connect(self._learn)
        self._restore_size()
        self.open_place("erase")

    @property
    def place(self) -> str:
        """The key of the place that is open."""
        return self._place

    @property
    def commands(self) -> list[Command]:
        """What can be done here and now: the open page's commands, then the window's."""
        page = self._stack.currentWidget()
        return [*(page.commands if isinstance(page, Page) else ()), *self.own_commands]

    def page(self, key: str) -> QWidget:
        """A page, built at its first use; a page in words if the library cannot be opened."""
        if key not in self._pages:
            try:
                self._pages[key] = self._wired(BUILD[key](self.session))
            except LacunaError as error:
                return self._unopened(error)
            self._stack.addWidget(self._pages[key])
        return self._pages[key]

    def _wired(self, page: Page) -> Page:
        page.asked.connect(self.submit)
        page.noticed.connect(self.say)
        page.went.connect(self.go)
        self.closing.connect(page.close_down)
        bind(page, page.commands)
        return page

    def _unopened(self, error: LacunaError) -> QWidget:
        self._apology.say(error.what, f"{error.why} {error.fix}".strip())
        return self._apology

    def open_place(self, key: str) -> None:
        """Go to one of the places."""
        page = self.page(key)
        self._place = key
        if key == "jobs":
            self.notice.dismiss()
        self._stack.setCurrentWidget(page)
        self.side.show_place(key)
        page.setFocus()

    def go(self, key: str, thing: object = None) -> None:
        """Go to a place and show something there."""
        self.open_place(key)
        page = self.page(key)
        if thing is not None and isinstance(page, Page):
            page.take(thing)

    def submit(self, spec: JobSpec) -> None:
        """Queue a job and show it."""
        jobs = self.session.jobs
        job = jobs.add(spec, self._about(spec))
        self.open_place("jobs")
        if job.line and jobs.paused:
            self.say(tr("{status}. The queue is paused.", status=job.status()), tr("Go on"), jobs.go_on)
        elif job.line:
            self.say(f"{job.status()}.")

    def _about(self, spec: JobSpec) -> str:
        """The name of the entry that a job looks at."""
        if not isinstance(spec, ProbeSpec | ScoreSpec):
            return ""
        return next((row.name for row in self.session.library.kept if row.id == spec.entry), "")

    def show_result(self, job: Job) -> None:
        """Open the page that shows what came of a job."""
        if not job.place:
            return
        try:
            result = self.session.result_of(job)
        except LacunaError as error:
            self.say(str(error))
        else:
            self.go(job.place, result)

    def _job_changed(self, _job: Job) -> None:
        self.side.show_job(self.session.jobs.running, len(self.session.jobs.waiting()))

    def _job_finished(self, job: Job) -> None:
        self._job_changed(job)
        self._read_again(job)
        if not job.place:
            if self._place != "jobs" and job.state is JobState.FAILED:
                self.say(tr("{job} failed.", job=job.title), tr("Show"), lambda: self.open_place("jobs"))
            return
        if self._place == "jobs" and not self.session.jobs.running:
            self.show_result(job)
        else:
            self.say(tr("{job}: done.", job=job.title), RESULTS[job.place], lambda: self.show_result(job))

    def _read_again(self, job: Job) -> None:
        """Read what a job may have left in the library: its result, or the part that a stopped probe keeps."""
        if not (job.place or isinstance(job.spec, ProbeSpec)):
            return
        try:
            self.session.library.reload()
            self.session.learn()
        except LacunaError as error:
            self.say(str(error))

    def _learn(self) -> None:
        with suppress(LacunaError):
            self.session.learn()

    def say(self, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a notice at the foot of the window; `action` is the words of its button, `act` what it does."""
        self.notice.say(text, action, act)
        self._place_notice()

    def _place_notice(self) -> None:
        room = self._stack.geometry()
        width = min(600, room.width() - 48)
        height = self.notice.sizeHint().height()
        self.notice.setGeometry(room.right() - width - 24, room.bottom() - height - 16, width, height)

    def show_palette(self) -> None:
        """Let a person find a command by typing."""
        from gui.widgets.palette import Palette

        Palette(self.commands, self._centre).open_over(self._stack.geometry())

    def show_shortcuts(self) -> None:
        """Lay an overview of all keys over the window."""
        from gui.widgets.shortcut_overlay import ShortcutOverlay

        ShortcutOverlay(self.commands, self._centre).open()

    def show_welcome(self) -> None:
        """Lay the first run's greeting and system check over the window."""
        from gui.widgets.welcome import Welcome

        self._welcome = Welcome(self.session, self._centre)
        self._welcome.went.connect(self.go)
        self._welcome.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the notice at the bottom."""
        super().resizeEvent(event)
        self._place_notice()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what the model is known to know, once the first paint is done."""
        super().showEvent(event)
        self._paint.start()

    def _painted(self) -> None:
        self._learn()
        self.warm_up.start()
        self.newer.start()

    def _idle(self) -> bool:
        return self.session.jobs.running is None and QApplication.activePopupWidget() is None

    def _restore_size(self) -> None:
        saved = volatile_settings().value("geometry")
        if not (isinstance(saved, QByteArray) and self.restoreGeometry(saved)):
            room = self.screen().availableSize() - QSize(0, _FRAME)
            self.resize(QSize(1280, 800).boundedTo(room))

    def quit(self) -> None:
        """Close the window as if by its own button."""
        self.close()

    def _may_close(self) -> bool:
        """Ask where a job would be cut off; it starts anew with the next start."""
        from gui.widgets.ask import ask

        running = self.session.jobs.running
        if running is None or not self.asks:
            return True
        return ask(
            self,
            tr("“{job}” is still running.", job=running.title),
            tr("Closing stops it. It stays in the list of jobs and can be started again next time."),
            tr("Close and stop it"),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the window's size; end the player, the running job and the engine."""
        if not self._may_close():
            event.ignore()
            return
        volatile_settings().setValue("geometry", self.saveGeometry())
        self.hide()
        self.notice.dismiss()
        self._paint.stop()
        self.warm_up.stop()
        self.newer.stop()
        self.closing.emit()
        self.session.close()
        super().closeEvent(event)
