"""A form that survives a restart: what was filled in stands in a file, written beside the window's thread."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import LacunaError
from core.files import atomic_write_text
from core.schema import Newer, is_newer, newer_error, read_known
from gui.workers.errands import Errands

SCHEMA = 1
PAUSE_MS = 1500
"""A form is written once nothing has changed for so long."""


class Draft(QObject):
    """Keeps what `state` gives in the file at `path`, as long as `wanted` says so. A broken file reads as empty.

    A file of a newer Lacuna reads as empty too, and is not written; `refused` then says so a moment later.
    """

    refused = Signal(str)

    def __init__(
        self,
        path: Path,
        state: Callable[[], Mapping[str, Any]],
        wanted: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path, self._state, self._wanted = path, state, wanted
        self._noted = False
        self._errands = Errands(1, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._write)

    def read(self) -> dict[str, Any]:
        """What was kept, empty where nothing was or nothing is to be kept."""
        if not self._wanted():
            return {}
        try:
            kept = read_known(self._path, SCHEMA)
        except Newer:
            self._refuse(str(newer_error(self._path)))
            return {}
        except ValueError:
            return {}
        kept.pop("schema", None)
        return kept

    def _refuse(self, why: str) -> None:
        logging.getLogger(__name__).warning("%s", why)
        QTimer.singleShot(0, self, lambda: self.refused.emit(why))

    def note(self) -> None:
        """Something has changed."""
        self._noted = True
        self._pause.start()

    def _write(self) -> None:
        text = self._text()
        self._errands.run("draft", lambda: self._put(text))

    def _text(self) -> str:
        return json.dumps({"schema": SCHEMA, **self._state()}, ensure_ascii=False, indent=2) + "\n"

    def _put(self, text: str) -> None:
        """A library that is gone, or may not be written to, is no place for a draft: then there is none."""
        if self._wanted() and self._path.parent.is_dir() and not is_newer(self._path, SCHEMA):
            atomic_write_text(self._path, text)

    def close(self) -> None:
        """Write what has changed since the start, and wait for it."""
        self._pause.stop()
        self._errands.close()
        if self._noted:
            with suppress(LacunaError):
                self._put(self._text())
