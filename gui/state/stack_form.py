"""What the stack dialog is filled in with: how the entries are put together, and how much of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import LacunaError
from core.i18n import tr
from core.jobs.parts import concepts_of, stack_name
from core.jobs.spec import StackSpec
from core.jobs.validate import validate
from core.library.entry import Entry
from core.models.catalogue import family_card

WAYS = {
    "projection": (tr("Projection"), tr("Each change gives way where it would undo another. The safest start.")),
    "ties": ("TIES", tr("Small changes are dropped, and the larger sign wins where they disagree.")),
    "sum": (
        tr("Sum"),
        tr("The changes are added as they are; several may add up to more harm than each alone."),
    ),
}
"""How entries can be stacked, each with its title and what it does."""


@dataclass
class StackForm:
    """The entries in their order and what a person set; `strengths` has one number an entry."""

    entries: Sequence[Entry]
    library: str = ""
    how: str = StackSpec.how
    name: str = ""
    strengths: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.strengths = {entry.id: entry.manifest.strength for entry in self.entries if entry.manifest}
        self.name = stack_name(concepts_of([entry.manifest for entry in self.entries if entry.manifest]))

    def spec(self) -> StackSpec:
        """The job that the form describes; the clips' prompt and seed are the first entry's."""
        first = self.entries[0].manifest
        return StackSpec(
            entries=tuple(entry.id for entry in self.entries),
            how=self.how,
            strengths=tuple(self.strengths.get(entry.id, 1.0) for entry in self.entries),
            name=self.name.strip(),
            host=family_card(first.family).video_hosts[0].name if first else StackSpec.host,
            seed=first.seed if first else 0,
            library=self.library,
        )

    def check(self) -> str:
        """What stands against a start, in words; empty if nothing does."""
        try:
            validate(self.spec())
        except LacunaError as error:
            return str(error)
        return ""
