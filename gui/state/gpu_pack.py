"""The GPU pack as the settings show it: where it stands, what is being done to it, and how far that is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import Cancelled, LacunaError
from core.hardware.pack.install import Step, check, install
from core.hardware.pack.place import Place, choice, decide, place_here
from core.hardware.pack.standing import OFFERED, Standing, State, look
from core.i18n import tr
from gui.state.words import size
from gui.workers.errands import Errands

_STEPS = {
    Step.DOWNLOAD: tr("Downloading: {done} of {total}"),
    Step.UNPACK: tr("Unpacking: {done} of {total}"),
    Step.TRY: tr("Trying it…"),
}
_SHOWN = frozenset(State) - {State.BUILT_IN, State.NO_CARD}
"""States that a person with an NVIDIA card has to know of."""


@dataclass(frozen=True)
class Progress:
    """What is being done, and how far it is in bytes; a `total` of 1 is work that cannot be measured."""

    step: Step | None = None
    done: int = 0
    total: int = 1

    @property
    def words(self) -> str:
        """The step and the bytes in words."""
        if self.step is None:
            return tr("One moment…")
        return _STEPS[self.step].format(done=size(self.done), total=size(self.total))


class GpuPack(QObject):
    """Asks and works beside the window; `changed` says that `standing`, `progress` or `problem` is another one.

    `looking` finds out where it stands, by this computer's driver if nothing else is said.
    """

    changed = Signal()
    _heard = Signal(object)

    def __init__(
        self, parent: QObject | None = None, place: Place | None = None, looking: Callable[[], Standing] = look
    ) -> None:
        super().__init__(parent)
        self.place, self._look = place or place_here(), looking
        self.standing: Standing | None = None
        self.progress: Progress | None = None
        self.problem = ""
        self._stop = threading.Event()
        self._errands = Errands(1, self)
        self._errands.done.connect(self._take)
        self._heard.connect(self._show)

    @property
    def shown(self) -> bool:
        """Whether there is anything to say about it on this computer."""
        return self.standing is not None and self.standing.state in _SHOWN

    @property
    def offered(self) -> bool:
        """Whether it can be installed now."""
        return self.place is not None and self.standing is not None and self.standing.state in OFFERED

    @property
    def installed(self) -> bool:
        """Whether a pack of this version is there, usable or not."""
        return self.place is not None and self.place.marker() is not None

    @property
    def removable(self) -> bool:
        """Whether anything of a pack takes room on the disk."""
        kept = self.standing is not None and self.standing.state in (State.PARTIAL, State.STALE)
        return self.installed or (kept and self.place is not None)

    @property
    def is_on(self) -> bool:
        """Whether the person wants it used."""
        return self.place is not None and choice(self.place.root).use != "never"

    @property
    def accepted(self) -> bool:
        """Whether its licence was accepted."""
        return self.place is not None and choice(self.place.root).accepted == self.place.sheet.licence

    def ask(self) -> None:
        """Find out where it stands, unless something is being done to it."""
        if self.progress is None:
            self._errands.run("look", self._look)

    def install(self) -> None:
        """Install it, its licence being accepted."""
        if (place := self.place) is not None:
            self._begin(Step.DOWNLOAD, lambda: self._install(place))

    def _install(self, place: Place) -> None:
        decide(place.root, accepted=place.sheet.licence)
        install(place, self._told, self._stop.is_set)

    def check(self) -> None:
        """Try it anew."""
        if (place := self.place) is not None:
            self._begin(Step.TRY, lambda: check(place, self._stop.is_set))

    def remove(self) -> None:
        """Delete it, and what was downloaded."""
        if (place := self.place) is not None:
            self._begin(None, place.remove)

    def switch(self, on: bool) -> None:
        """Use it from the next job on, or leave it alone."""
        if (place := self.place) is not None:
            self._begin(None, lambda: decide(place.root, use="auto" if on else "never"))

    def cancel(self) -> None:
        """Stop what is being done; what was downloaded is kept."""
        self._stop.set()

    def _begin(self, step: Step | None, work: Callable[[], object]) -> None:
        if self.progress is not None:
            return
        self._stop.clear()
        self.problem, self.progress = "", Progress(step)
        self._errands.run("work", lambda: _outcome(work))
        self.changed.emit()

    def _told(self, step: Step, done: int, total: int) -> None:
        """Hear of progress, in the thread that works."""
        self._heard.emit(Progress(step, done, total))

    @Slot(object)
    def _show(self, progress: Progress) -> None:
        if self.progress is not None:
            self.progress = progress
            self.changed.emit()

    @Slot(str, object)
    def _take(self, key: str, result: object) -> None:
        if key == "work":
            self.progress, self.problem = None, str(result)
            self.ask()
        elif isinstance(result, Standing):
            self.standing = result
        self.changed.emit()

    def close(self) -> None:
        """Stop what is being done, and wait for it."""
        self.cancel()
        self._errands.close()


def _outcome(work: Callable[[], object]) -> str:
    """Do it; what went wrong in words, empty where nothing did or a person stopped it."""
    try:
        work()
    except Cancelled:
        return ""
    except LacunaError as error:
        return str(error)
    return ""
