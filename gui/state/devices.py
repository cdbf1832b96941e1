"""The devices that can be chosen, and what the library takes on the disk; both are asked beside the window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.hardware.devices import Device, driver_gpus
from core.i18n import tr
from gui.state.words import size
from gui.workers.errands import Errands


def device_choices(gpus: tuple[Device, ...], chosen: str) -> list[tuple[str, str]]:
    """The names for the setting `device` with their words; one that is chosen and gone is listed as such."""
    listed = [
        ("auto", tr("Automatic: the GPU if there is one")),
        ("cpu", tr("CPU")),
        *((gpu.id, f"{gpu.title} ({gpu.id})") for gpu in gpus),
    ]
    if chosen not in dict(listed):
        listed.append((chosen, tr("{device}: not found, the CPU does its work", device=chosen)))
    return listed


def folder_bytes(folder: Path) -> int:
    """What the files below a folder hold; what cannot be read counts as nothing."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    try:
        found = list(os.scandir(folder))
    except OSError:
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _sizes(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield entry.stat(follow_symlinks=False).st_size


class Surroundings(QObject):
    """Asks for the GPUs and for the size of the library; `gpus` and `used` stand once `changed` was told."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gpus: tuple[Device, ...] = ()
        self.used = ""
        self._errands = Errands(parent=self)
        self._errands.done.connect(self._take)

    def ask(self, library: Path) -> None:
        """Look at the computer and at the library's folder."""
        self._errands.run("gpus", driver_gpus)
        self._errands.run("bytes", lambda: folder_bytes(library))

    @Slot(str, object)
    def _take(self, key: str, result: object) -> None:
        if key == "gpus" and isinstance(result, tuple):
            self.gpus = result
        elif isinstance(result, int):
            self.used = size(result)
        self.changed.emit()

    def close(self) -> None:
        """Wait for what is being asked."""
        self._errands.close()
