"""What is known of a pane's clip, as pairs to read and as text or JSON to paste elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.i18n import tr
from gui.state.comparison import Pane
from gui.state.words import number

if TYPE_CHECKING:
    from gui.workers.clip_loader import Film

_WORDS = {
    "prompt": tr("Prompt"),
    "negative_prompt": tr("Negative prompt"),
    "seed": tr("Seed"),
    "family": tr("Model"),
    "host": tr("Host"),
    "encoder_name": tr("Encoder"),
    "encoder": tr("Encoder"),
    "strength": tr("Strength"),
    "steps": tr("Steps"),
    "guidance": tr("Guidance"),
    "created": tr("Made"),
}
_LEFT_OUT = frozenset({"seen", "frames", "fps", "width", "height"})
"""Told in other places, or by the film itself."""


def metadata_of(pane: Pane, film: Film | None) -> dict[str, Any]:
    """What stood in the clip and beside it; where they differ, what stands beside it counts."""
    return {**(film.metadata if film else {}), **pane.metadata}


def pairs_of(pane: Pane, film: Film | None) -> list[tuple[str, str]]:
    """Label and value of everything known: what made the clip, then its picture and its file."""
    known = {key: value for key, value in metadata_of(pane, film).items() if key not in _LEFT_OUT and _told(value)}
    listed = [*(key for key in _WORDS if key in known), *(key for key in known if key not in _WORDS)]
    pairs = {_WORDS.get(key, key): _told(known[key]) for key in listed}
    return [*pairs.items(), *_picture(film), (tr("File"), str(pane.path))]


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number(value, "g")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value else ""


def _picture(film: Film | None) -> Iterable[tuple[str, str]]:
    if film is None or not film.frames:
        return
    first = film.frames[0]
    yield tr("Picture"), f"{first.width()} × {first.height()}"
    if film.note:
        yield tr("Size"), film.note
    if len(film.frames) > 1:
        words = tr("{count} frames, {rate} a second", count=len(film.frames), rate=number(round(film.fps, 3), "g"))
        yield tr("Length"), words


def as_text(panes: Mapping[str, tuple[Pane, Film | None]]) -> str:
    """Every pane with its pairs, to be pasted where people read."""
    parts = []
    for pane, film in panes.values():
        lines = [f"{title}: {value}" for title, value in pairs_of(pane, film)]
        parts.append("\n".join([f"{pane.title} ({pane.note})", *lines]))
    return "\n\n".join(parts)


def as_json(panes: Mapping[str, tuple[Pane, Film | None]]) -> str:
    """Every pane's metadata as it stood in the file, to be pasted where programs read."""
    told = [
        {"title": pane.title, "role": pane.role, "file": str(pane.path), "metadata": metadata_of(pane, film)}
        for pane, film in panes.values()
    ]
    return json.dumps(told, ensure_ascii=False, indent=2)


def seen_of(pane: Pane, film: Film | None) -> tuple[float, ...]:
    """The judge's figure for each of the clip's own frames; empty where it was not judged or they do not fit."""
    found, count = metadata_of(pane, film).get("seen"), len(film.frames) if film else 0
    if not isinstance(found, list) or len(found) != count:
        return ()
    figures = tuple(float(value) for value in found if isinstance(value, int | float))
    return figures if len(figures) == count else ()
