"""Bundles on their way into the library: what they say they hold, before a person takes them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import InputError, LacunaError
from core.i18n import tr
from core.library.bundle import Contents, inspect
from core.models.catalogue import family_card
from gui.state.words import size
from gui.workers.errands import Errands

_LONGEST = 120
"""Letters of one fact."""
_MOST = 4
"""Bundles whose facts are told."""


@dataclass(frozen=True)
class Found:
    """A bundle's path and what it holds, or why it cannot be taken in."""

    path: Path
    contents: Contents | None = None
    problem: str = ""


def _found(path: Path) -> Found:
    try:
        return Found(path, inspect(path))
    except LacunaError as error:
        return Found(path, problem=str(error))


def question(holds: Sequence[Contents]) -> str:
    """What a person is asked before bundles are taken in."""
    if len(holds) == 1:
        return tr("Take “{name}” into the library?", name=_short(holds[0].name))
    return tr("Take {count} entries into the library?", count=len(holds))


def told(holds: Sequence[Contents]) -> str:
    """What bundles say they hold: a line for each fact, under the name where there are several."""
    if len(holds) == 1:
        return _told(holds[0])
    return "\n\n".join(f"{_short(each.name)}\n{_told(each)}" for each in holds[:_MOST])


def _told(contents: Contents) -> str:
    lines = (
        tr("Erases: {names}", names=_short(", ".join(contents.concepts))),
        _family(contents.family),
        tr("Licence of the model: {licence}", licence=_short(contents.licence)),
        tr("{size} in {count} files", size=size(contents.bytes), count=len(contents.files)),
    )
    return "\n".join(lines)


def _short(text: str) -> str:
    """A text from outside as one line that leaves room for others."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _family(name: str) -> str:
    try:
        return tr("Model: {title}", title=family_card(name).title)
    except InputError:
        return tr("Model: {title}, which this Lacuna does not have: it can be kept, but not used", title=_short(name))


class Arrivals(QObject):
    """Looks into bundles beside the window's thread; `found` carries a tuple of Found."""

    found = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = Errands(parent=self)
        self._errands.done.connect(self._take)

    def look(self, paths: Sequence[Path]) -> None:
        """Read what these bundles say they hold."""
        self._errands.run("look", lambda: tuple(map(_found, paths)))

    @Slot(str, object)
    def _take(self, _key: str, found: object) -> None:
        if isinstance(found, tuple):
            self.found.emit(found)

    def close(self) -> None:
        """Wait for what is being read."""
        self._errands.close()
