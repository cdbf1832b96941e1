"""Which clips of an entry stand side by side: the hosts it was shown in, and the columns of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.library.entry import Entry

TITLES = {"before": "Before", "negative": "Negative prompt", "after": "After"}
NOTES = {
    "before": "The original encoder",
    "negative": "The original encoder, told to avoid it",
    "after": "The erased encoder, same prompt and seed",
}


@dataclass(frozen=True)
class Pane:
    """One clip of a comparison."""

    column: str
    path: Path

    @property
    def title(self) -> str:
        """The column in words."""
        return TITLES[self.column]

    @property
    def note(self) -> str:
        """What made the clip."""
        return NOTES[self.column]


def panes(entry: Entry) -> dict[str, list[Pane]]:
    """The clips and pictures of an entry by host, each list in the order before, negative, after; clips first."""
    found: dict[str, list[Pane]] = {}
    for column in TITLES:
        for stem, path in entry.previews.items():
            name, _, host = stem.partition("-")
            if name == column:
                found.setdefault(host, []).append(Pane(column, path))
    return dict(sorted(found.items(), key=lambda item: (item[0] == "still", item[0])))
