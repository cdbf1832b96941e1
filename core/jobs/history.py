"""What has happened to an entry: how it came about, what it was made from, and when it was measured and probed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.i18n import tr
from core.jobs.parts import METHOD, parts_of
from core.library.entry import SCORECARD, Entry
from core.library.manifest import Manifest
from core.library.row import in_utc

_LATER = timedelta(minutes=1)
"""A scorecard that was written within this time is the one that the entry came with."""


@dataclass(frozen=True)
class Moment:
    """One thing that happened: when, in ISO 8601 and UTC, what in words, and the id of another entry it is about."""

    when: str
    what: str
    about: str = ""


def history(entry: Entry, names: Mapping[str, str]) -> list[Moment]:
    """Everything that is known of an entry's past, the oldest first; `names` calls other entries by name, by id."""
    if entry.manifest is None:
        return [Moment(in_utc(entry.created), tr("Made."))]
    born = in_utc(entry.manifest.created)
    later = sorted((*_measured(entry, born), *_probed(entry)), key=lambda moment: moment.when)
    return [*_origin(entry.manifest, born, names), *later]


def _origin(manifest: Manifest, born: str, names: Mapping[str, str]) -> Iterator[Moment]:
    def named(id: str, name: str = "") -> str:
        return names.get(id, name or id)

    if manifest.source:
        yield Moment(born, tr("Copied from “{name}”.", name=named(manifest.source)), manifest.source)
        return
    if manifest.method == METHOD:
        for part in parts_of(manifest):
            yield Moment(born, tr("Stacked of “{name}”.", name=named(part.id, part.name)), part.id)
        return
    yield Moment(born, tr("Erased: {concepts}.", concepts=", ".join(manifest.gone)))
    if manifest.start:
        yield Moment(born, tr("Started from “{name}”.", name=named(manifest.start)), manifest.start)


def _measured(entry: Entry, born: str) -> Iterator[Moment]:
    """When the scorecard was last written, if that was not when the entry was made."""
    try:
        written = datetime.fromtimestamp((entry.folder / SCORECARD).stat().st_mtime, UTC)
        made = datetime.fromisoformat(born)
    except (OSError, ValueError, OverflowError):
        return
    if written - made > _LATER:
        yield Moment(written.isoformat(timespec="microseconds"), tr("Measured."))


def _probed(entry: Entry) -> Iterator[Moment]:
    for path in entry.reports:
        if when := _stamped(path):
            yield Moment(when, tr("Probed."))


def _stamped(report: Path) -> str:
    """When a report was made, from the name of its folder; empty for a strange one."""
    try:
        made = datetime.strptime(report.parent.name, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return made.isoformat(timespec="microseconds")
