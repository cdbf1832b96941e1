"""What a card says, whatever its format: the figures, the facts, the probe reports and the pictures of an entry."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import read_object
from core.i18n import tr
from core.library.entry import Entry, require_manifest
from core.library.manifest import Manifest
from core.media.clip import png_bytes, read_clip, read_picture

LIMIT = tr(
    "Only the text door is closed. The denoiser of every host still holds the concept: other words, a search for "
    "embeddings, a picture as input or a little training may bring it back. The figures hold for the prompts, seeds "
    "and judge they were measured with; they promise nothing about others."
)
"""What no card may be silent about: an edit of the text encoder leaves the rest of the model as it was."""


@dataclass(frozen=True)
class Row:
    """A figure and where it was measured; `host` is empty for what spans the hosts."""

    host: str
    column: str
    group: str
    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Content:
    """An entry as a card shows it: its manifest, its scorecard, and its probe reports, the newest first."""

    entry: Entry
    manifest: Manifest
    scorecard: dict[str, Any]
    reports: tuple[dict[str, Any], ...] = ()

    @property
    def rows(self) -> list[Row]:
        """Every figure of the scorecard, in its order."""
        hosts = self.scorecard.get("hosts")
        found = [row for host, columns in _items(hosts) for row in _rows(str(host), columns)]
        return [*found, *(_row(host, "transfer_gap", "direct", f) for host, f in _figures(self.scorecard, _GAP))]


_GAP = "transfer_gap"


def content_of(entry: Entry) -> Content:
    """What there is to say about an entry; LacunaError(DAMAGED) without a manifest, InputError without a scorecard."""
    manifest = require_manifest(entry)
    if not entry.scorecard:
        what = tr("“{name}” has no scorecard.", name=entry.name)
        raise InputError(what, entry.damage, tr("Measure it first: score {id}", id=entry.id))
    return Content(entry, manifest, entry.scorecard, tuple(_reports(entry)))


def _reports(entry: Entry) -> Iterator[dict[str, Any]]:
    """The probe reports that can be read."""
    for path in entry.reports:
        try:
            yield read_object(path)
        except ValueError:
            continue


def _items(value: object) -> list[tuple[Any, Any]]:
    """The pairs of a dictionary; none of anything else, since a scorecard may come from anywhere."""
    return list(value.items()) if isinstance(value, dict) else []


def is_figure(value: object) -> bool:
    """Whether a piece of a scorecard is a measured figure."""
    numbers = [value.get(name) for name in ("value", "n", "low", "high")] if isinstance(value, dict) else [None]
    return all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in numbers)


def _figures(data: object, key: str) -> list[tuple[str, dict[str, Any]]]:
    part = data.get(key) if isinstance(data, dict) else None
    return [(str(name), figure) for name, figure in _items(part) if is_figure(figure)]


def _rows(host: str, columns: object) -> Iterator[Row]:
    for column, _ in _items(columns):
        for group, figure in _figures(columns, column):
            yield _row(host, str(column), group, figure)


def _row(host: str, column: str, group: str, figure: dict[str, Any]) -> Row:
    return Row(host, column, group, figure["value"], int(figure["n"]), figure["low"], figure["high"])


def picture(path: Path) -> bytes:
    """A PNG of a picture, or of a clip's middle frame, decoded and written anew; InputError if it cannot be read."""
    if path.suffix.lower() == ".png":
        return png_bytes(read_picture(path))
    frames = read_clip(path).frames
    return png_bytes(frames[len(frames) // 2])
