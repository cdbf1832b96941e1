"""The small pictures of entries: decoded beside the window's thread as they come into view, the newest asked first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from gui.workers.errands import Errands
from gui.workers.small_pictures import small_picture

BYTES = 64_000_000
"""What the pictures may take together; the one that was not shown for longest goes first."""
WAITING = 120
"""Pictures that may wait: of those that were scrolled past, the oldest are forgotten."""


class Thumbnails(QObject):
    """A cache of pictures by path, made by `read`; `ready` tells that another one can be shown."""

    ready = Signal()

    def __init__(self, parent: QObject | None = None, read: Callable[[Path], QImage | None] = small_picture) -> None:
        super().__init__(parent)
        self._read = read
        self._errands = Errands(1, self)
        self._errands.done.connect(self._keep)
        self._kept: OrderedDict[str, QImage | None] = OrderedDict()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._busy = ""
        self._bytes = 0

    def find(self, key: str) -> QImage | None:
        """The picture at a path; None while it is being read, and where there is none."""
        if not key:
            return None
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key != self._busy:
            self._waiting[key] = None
            self._waiting.move_to_end(key)
            self._next()
        return None

    def known(self) -> list[str]:
        """The paths that were read and are kept, the one shown last at the end."""
        return list(self._kept)

    def _next(self) -> None:
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        if self._waiting and not self._busy:
            self._busy, _ = self._waiting.popitem()
            path = Path(self._busy)
            self._errands.run(self._busy, lambda: self._read(path))

    @Slot(str, object)
    def _keep(self, key: str, image: QImage | None) -> None:
        self._busy = ""
        self._kept[key] = image
        self._bytes += image.sizeInBytes() if image else 0
        while self._bytes > BYTES and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.sizeInBytes() if old else 0
        self._next()
        self.ready.emit()

    def close(self) -> None:
        """Drop what waits and wait for the one that is read."""
        self._waiting.clear()
        self._errands.close()
