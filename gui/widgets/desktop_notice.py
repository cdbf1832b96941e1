"""Tells the desktop that a job is over: the window's mark in the task bar, and a message where there is a tray."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from gui.icons import icon
from gui.state.jobs import Job
from gui.state.notifications import Notifier
from gui.state.session import Session

_SHOWN_MS = 15_000
"""How long the icon of a message stays in the tray."""


class DesktopNotice(QObject):
    """Speaks for one window; `show_result` is called with the Job whose message was clicked."""

    def __init__(self, window: QWidget, session: Session, show_result: Callable[[Job], object]) -> None:
        super().__init__(window)
        self._window, self._settings, self._show_result = window, session.settings, show_result
        self._tray: QSystemTrayIcon | None = None
        self._job: Job | None = None
        self.notifier = Notifier(session.jobs, window.isActiveWindow, self)
        self.notifier.told.connect(self.tell)

    def tell(self, title: str, text: str, job: Job) -> None:
        """Mark the window; show a message if the person wants any and the desktop has a place for them."""
        QApplication.alert(self._window)
        if self._settings.value.notify and QSystemTrayIcon.isSystemTrayAvailable():
            self._job = job
            self._icon().show()
            self._icon().showMessage(title, text, icon("lacuna", "accent"))
            QTimer.singleShot(_SHOWN_MS, self._icon(), self._icon().hide)

    def _icon(self) -> QSystemTrayIcon:
        if self._tray is None:
            self._tray = QSystemTrayIcon(icon("lacuna", "accent"), self)
            self._tray.messageClicked.connect(self._clicked)
            self._tray.activated.connect(lambda _reason: self._clicked())
        return self._tray

    def _clicked(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        if self._job is not None:
            self._show_result(self._job)
