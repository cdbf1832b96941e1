"""The notice of a newer Lacuna: some seconds after the first paint, and never over another notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from core.i18n import tr
from gui.state.session import Session
from gui.widgets.notice import NoticeBar
from gui.widgets.opening import open_page

if TYPE_CHECKING:
    from core.updates import Release

PAUSE_MS = 3_000
"""Milliseconds until it is asked, so that asking slows no start, and until it is looked again if notices are over."""


class UpdateNotice(QObject):
    """Has the session look for a newer version, and offers its page by `say`, which shows a notice in the bar."""

    def __init__(self, bar: NoticeBar, session: Session, say: Callable[[str, str, Callable[[], object]], None]) -> None:
        super().__init__(bar)
        self._bar, self._session, self._say = bar, session, say
        self._held: Release | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._go)

    def start(self) -> None:
        """Begin; called once the window has painted."""
        self._timer.start()

    def stop(self) -> None:
        """Ask and tell no more."""
        self._timer.stop()

    def _go(self) -> None:
        if self._held:
            self.tell(self._held)
            return
        self._session.updates.found.connect(self.tell)
        self._session.updates.start()

    def tell(self, release: Release) -> None:
        """Offer the page of a release, as soon as no other notice is being read."""
        self._held = release
        if not self._bar.isHidden():
            self._timer.start()
            return
        told = tr("Lacuna {version} is out.", version=release.version)
        self._say(f"{told} {release.summary}".strip(), tr("Open its page"), lambda: open_page(release.page))
