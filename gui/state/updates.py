"""The question for a newer Lacuna, asked beside the window's thread: once a day at most, and only where allowed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import LacunaError
from core.updates import Feed, ask, feed
from gui.state.settings_model import SettingsModel
from gui.theme import volatile_settings
from gui.workers.errands import Errands

if TYPE_CHECKING:
    from core.updates import Release

ASKED = "updates/asked"
"""Among what the window may lose: when it asked last."""
_PAUSE = timedelta(days=1)
_LOG = logging.getLogger(__name__)


class Updates(QObject):
    """Asks the feed when started or newly allowed; `found` carries the Release, if it is newer than this Lacuna.

    What goes wrong is only logged: nobody asked just now.
    """

    found = Signal(object)

    def __init__(self, settings: SettingsModel, source: Feed | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = feed() if source is None else source
        self.release: Release | None = None
        self._settings = settings
        self._errands = Errands(1, self)
        self._errands.done.connect(self._take)
        settings.changed.connect(lambda names: self.start() if "updates" in names else None)

    @property
    def possible(self) -> bool:
        """Whether this copy knows whom to ask."""
        return bool(self.source.url)

    def start(self) -> None:
        """Ask, if the person allows it and nobody has asked since yesterday."""
        allowed = self._settings.value.updates and not self._settings.value.offline
        if self.possible and allowed and _due():
            volatile_settings().setValue(ASKED, datetime.now(UTC).isoformat())
            self._errands.run("ask", self._ask)

    def _ask(self) -> Release | None:
        try:
            found = ask(self.source)
        except LacunaError as error:
            _LOG.info("%s", error)
            return None
        return found if found.newer else None

    @Slot(str, object)
    def _take(self, _key: str, found: Release | None) -> None:
        if found is not None:
            self.release = found
            self.found.emit(found)

    def close(self) -> None:
        """Wait for an answer that is under way; it takes seconds at most."""
        self._errands.close()


def _due() -> bool:
    """Whether a day is over since the last question; a time to come, by a clock that was wrong, does not count."""
    try:
        last = datetime.fromisoformat(str(volatile_settings().value(ASKED)))
        return not timedelta() <= datetime.now(UTC) - last < _PAUSE
    except (TypeError, ValueError):
        return True
