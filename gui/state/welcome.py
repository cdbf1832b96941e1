"""What the first run asks and offers: the check of the computer, and the erasure to begin with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.hardware.checks import Level, Verdict, check
from core.i18n import tr
from core.jobs.estimate import expected_seconds
from core.jobs.spec import EraseSpec
from gui.state.words import about
from gui.workers.errands import Errands

FIRST = "Tizzel"
"""A character that the starter draws well and forgets well."""


class SystemCheck(QObject):
    """Asks disk and driver beside the window; `found` carries the verdicts of the folder that was asked for last."""

    found = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.verdicts: tuple[Verdict, ...] = ()
        self._wanted = ""
        self._errands = Errands(parent=self)
        self._errands.done.connect(self._take)

    def run(self, folder: Path) -> None:
        """Check the computer, with the library in this folder."""
        self._wanted = str(folder)
        self._errands.run(self._wanted, lambda: check(folder))

    @Slot(str, object)
    def _take(self, key: str, result: object) -> None:
        if key == self._wanted and isinstance(result, tuple):
            self.verdicts = result
            self.found.emit(result)

    def close(self) -> None:
        """Wait for what is being asked."""
        self._errands.close()


def summary(verdicts: tuple[Verdict, ...]) -> str:
    """What the verdicts come to, in a sentence."""
    bad = [verdict.title for verdict in verdicts if verdict.level is Level.BAD]
    if bad:
        return tr("Needs your attention: {names}.", names=", ".join(bad))
    if any(verdict.key == "gpu" and verdict.level is Level.NOTE for verdict in verdicts):
        return tr("Everything you need is here: the starter runs on this computer's CPU.")
    return tr("Everything you need is here.")


def first_erasure(library: str) -> EraseSpec:
    """The erasure that shows what Lacuna does, with the library that it goes into."""
    return EraseSpec(concept=FIRST, library=library)


def first_cost(library: str) -> str:
    """How long it will take, in words."""
    return about(expected_seconds(first_erasure(library)) or 0.0)
