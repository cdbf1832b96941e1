"""One line of a list of entries: what is shown, searched and sorted by, without the entry's folder being read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from core.library.entry import THUMBNAIL, Entry
from core.library.verdict import has_passed, seen_rates


class Row(NamedTuple):
    """An entry in short. The index keeps it; the folder stays the truth, and `Library.get` reads it.

    `passed` is None where nothing was measured; `seen_before` and `seen_after` are rates in [0, 1] under the plain
    name. `damage` is empty for a sound entry, and that of a `newer` one is only that a newer Lacuna wrote it. `missing`
    is an entry that was here and whose folder is gone. `kin` is the family that the model `family` belongs to.
    `created` is ISO 8601 in UTC, so that it sorts as text. `words` is what a search looks through, casefolded, and
    `stamp` changes with the files.
    """

    id: str
    name: str
    concept: str = ""
    concepts: tuple[str, ...] = ()
    kind: str = ""
    family: str = ""
    kin: str = ""
    method: str = ""
    preset: str = ""
    prompt: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    stars: int = 0
    strength: float = 1.0
    start: str = ""
    created: str = ""
    passed: bool | None = None
    seen_before: float | None = None
    seen_after: float | None = None
    damage: str = ""
    newer: bool = False
    missing: bool = False
    pictured: bool = False
    words: str = ""
    stamp: str = ""


def row_of(entry: Entry) -> Row:
    """The entry in short."""
    m = entry.manifest
    if m is None:
        damage, created = entry.damage, in_utc(entry.created)
        return Row(entry.id, entry.id, created=created, damage=damage, newer=entry.newer, words=entry.id.casefold())
    before, after = seen_rates(entry.scorecard)
    said = (m.name, m.concept, *m.concepts, m.kind, m.family, m.method, m.preset, m.prompt, m.notes, *m.tags)
    return Row(
        id=entry.id,
        name=m.name,
        concept=m.concept,
        concepts=m.gone,
        kind=m.kind,
        family=m.family,
        kin=m.kin,
        method=m.method,
        preset=m.preset,
        prompt=m.prompt,
        notes=m.notes,
        tags=m.tags,
        stars=m.stars,
        strength=float(m.strength),
        start=m.start,
        created=in_utc(m.created),
        passed=has_passed(entry.scorecard),
        seen_before=before,
        seen_after=after,
        damage=entry.damage,
        newer=entry.newer,
        pictured=THUMBNAIL in m.files,
        words="\n".join(said).casefold(),
    )


def in_utc(created: str) -> str:
    """An ISO 8601 time in UTC with all its digits; what is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(created)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return created
