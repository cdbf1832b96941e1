"""What the Probe page is filled in with: the entry, the probes, one's own prompts and how hard to try."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import InputError, LacunaError
from core.files import atomic_write_text
from core.i18n import tr
from core.jobs.estimate import LEARNING, OPENING, asking_seconds, search_seconds
from core.jobs.probe_list import OWN, PROBES, ProbeCard
from core.jobs.spec import ProbeSpec
from core.jobs.validate import validate
from core.models.catalogue import HostCard, family_card
from core.settings import library_folder
from gui.state.words import about

if TYPE_CHECKING:
    from core.library.entry import Entry

PICTURES = (8, 12, 24, 48)
BUDGETS = {10: tr("Brief"), 40: tr("Usual"), 160: tr("Hard")}
"""Steps an attack may take, and their words."""


class ProbeForm(QObject):
    """The form's values; `changed` follows every change."""

    changed = Signal()

    def __init__(self, library: str = "") -> None:
        super().__init__()
        self.library = library
        self.entry: Entry | None = None
        self.probes = frozenset(card.name for card in PROBES if card.usual)
        self.typed, self.file = "", ""
        self.host = ProbeSpec.host
        self.pictures, self.budget, self.seed = ProbeSpec.pictures, ProbeSpec.budget, 0

    @property
    def hosts(self) -> tuple[HostCard, ...]:
        """What can be asked: the hosts of the entry's model; none without an entry or for a model that is not known."""
        if self.entry is None or self.entry.manifest is None:
            return ()
        try:
            return family_card(self.entry.manifest.family).hosts
        except LacunaError:
            return ()

    def set_entry(self, entry: Entry | None) -> None:
        """Choose what to probe."""
        self.entry = entry
        if self.hosts and self.host not in {host.name for host in self.hosts}:
            self.host = self.hosts[0].name
        self.changed.emit()

    def set_probe(self, name: str, on: bool) -> None:
        """Take a probe in or leave it out."""
        self.probes = self.probes | {name} if on else self.probes - {name}
        self.changed.emit()

    def set_typed(self, text: str) -> None:
        """One's own prompts, a line each; they come instead of a file."""
        self.typed = text
        if text.strip():
            self.file = ""
        self.changed.emit()

    def set_file(self, path: str) -> None:
        """A text file with a prompt a line; it comes instead of what was typed."""
        self.file = path.strip()
        if self.file:
            self.typed = ""
        self.changed.emit()

    def set_host(self, name: str) -> None:
        """Choose who makes the pictures or clips."""
        self.host = name
        self.changed.emit()

    def set_pictures(self, count: int) -> None:
        """How many pictures or clips each probe makes of each encoder."""
        self.pictures = count
        self.changed.emit()

    def set_budget(self, steps: int) -> None:
        """How many steps an attack may take."""
        self.budget = steps
        self.changed.emit()

    @property
    def own_prompts(self) -> int:
        """The number of different prompts that were typed."""
        return len({" ".join(line.split()) for line in self.typed.splitlines() if line.strip()})

    @property
    def chosen(self) -> tuple[ProbeCard, ...]:
        """The probes that will run, in their order."""
        own = (OWN,) if self.file or self.typed.strip() else ()
        return (*(card for card in PROBES if card.name in self.probes), *own)

    def check(self) -> str:
        """What stands against a start, in words; empty if nothing does. Writes nothing."""
        try:
            self._refuse_blanks()
            validate(self._spec(self.file))
        except LacunaError as error:
            return str(error)
        return ""

    def ready(self) -> ProbeSpec:
        """The job; LacunaError says what stands against it.

        Typed prompts go into a file of the library, named by what it holds: a job that waits, through a restart as
        well, or is tried again, asks what was typed when it was queued.
        """
        self._refuse_blanks()
        spec = self._spec(self._typed_file() if self.typed.strip() else self.file)
        validate(spec)
        return spec

    def _refuse_blanks(self) -> None:
        if self.entry is None:
            raise InputError(tr("No entry was chosen."), fix=tr("Choose an entry of the library to probe."))
        if not self.chosen:
            raise InputError(tr("No probe was chosen."), fix=tr("Choose one, or write a prompt of your own."))

    def _spec(self, prompts: str) -> ProbeSpec:
        names = tuple(card.name for card in self.chosen if card is not OWN or prompts)
        return ProbeSpec(
            entry=self.entry.id if self.entry else "",
            probes=names,
            prompts=prompts,
            host=self.host,
            pictures=self.pictures,
            budget=self.budget,
            seed=self.seed,
            library=self.library,
        )

    def _typed_file(self) -> str:
        name = f"typed-{hashlib.sha256(self.typed.encode()).hexdigest()[:12]}.txt"
        path = library_folder(self.library) / "prompts" / name
        atomic_write_text(path, self.typed)
        return str(path)

    def seconds(self) -> float:
        """What it will take on two CPU cores; prompts in a file are not counted before it is read."""
        clips = self.host != "still"
        asked = {card.name: self.pictures for card in self.chosen} | {OWN.name: max(1, self.own_prompts)}
        asking = sum(asking_seconds(asked[card.name], clips=clips and card.text) for card in self.chosen)
        return OPENING + LEARNING + asking + sum(search_seconds(card.name, self.budget) for card in self.chosen)

    def cost(self) -> str:
        """The expected time in words."""
        return about(self.seconds())
