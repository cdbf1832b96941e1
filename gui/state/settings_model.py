"""The settings as the window sees them: one value, a signal when it changes, and a word when the disk refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.errors import LacunaError
from core.i18n import language
from core.settings import Settings, change, checked, load, reset_values, storable


class SettingsModel(QObject):
    """Holds `value`; `changed` tells the names that changed, `noticed` what a person must know about the file."""

    changed = Signal(tuple)
    noticed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        found = load(path)
        self.value: Settings = found.settings
        self.started_with: Settings = found.settings
        self.note = found.note
        self.writable = found.writable

    def change(self, **given: object) -> None:
        """Take new values at once and write them down; what cannot be written still holds until the window closes."""
        wanted = {key: checked(key, value) for key, value in given.items()}
        before, self.value = self.value, replace(self.value, **wanted)
        names = tuple(key for key in wanted if getattr(before, key) != getattr(self.value, key))
        if not names:
            return
        self._keep({key: wanted[key] for key in names})
        self.changed.emit(names)

    def use_library(self, folder: Path) -> None:
        """Keep the library in another folder from the next start on; LacunaError if it cannot be written to."""
        self._use("library", folder)

    def use_models(self, folder: Path) -> None:
        """Keep models in another folder from now on; LacunaError if it cannot be written to."""
        self._use("models", folder)

    def _use(self, key: str, folder: Path) -> None:
        from core.hardware.checks import require_writable  # it brings psutil, which the first paint need not wait for

        require_writable(folder)
        self.change(**{key: storable(folder)})

    def _keep(self, given: dict[str, object]) -> None:
        if not self.writable:
            return
        try:
            change(self._path, **given)
        except LacunaError as error:
            self.noticed.emit(str(error))

    def take_note(self) -> str:
        """What must be said of the file as it was found; said once, empty afterwards."""
        note, self.note = self.note, ""
        return note

    def reset(self) -> None:
        """Go back to the defaults, but keep the library's folder and that the person was welcomed."""
        self.change(**reset_values())

    @property
    def waiting(self) -> tuple[str, ...]:
        """The settings that only the next start will follow and that differ from those of this one."""
        late = ("library", "language", "offline")
        changed = (key for key in late if getattr(self.value, key) != getattr(self.started_with, key))
        return tuple(key for key in changed if key != "language" or self.value.language != language())
