"""Reads a folder of a family, and tells in words when its files are not what they were when shipped; no torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import FailureKind, LacunaError
from core.i18n import tr
from core.models.catalogue import FamilyCard
from core.models.checksums import changed_files
from core.models.component import Source, stamp_of

Part = TypeVar("Part")

_NO_MEMORY = ("out of memory", "allocate memory")
"""What an error says that speaks of the computer and not of the file; `core.hardware.oom` knows more, with torch."""


def read_part(card: FamilyCard, part: str, load: Callable[[Path], Part]) -> Part:
    """As `read_source`, for a part that is read from its path alone."""
    return read_source(card, part, lambda source: load(source.path))


def read_source(card: FamilyCard, part: str, load: Callable[[Source], Part]) -> Part:
    """Load one part of a model; LacunaError(DAMAGED) if its files have gone or changed, or cannot be read."""
    source = card.source(part)
    try:
        require_unchanged(card, part, source)
        return load(source)
    except MemoryError:
        raise
    except Exception as error:
        if any(words in str(error).lower() for words in _NO_MEMORY):
            raise
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("The part “{part}” of the model “{title}” cannot be used.", part=part, title=card.title),
            _sentence(error),
            tr("Restore the files that came with Lacuna.")
            if card.bundled
            else tr("Repair the model on the Models page, or find its files again there."),
        ) from error


def _sentence(error: Exception) -> str:
    """What an error says first, as a sentence."""
    told = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".!")
    return f"{told[0].upper()}{told[1:]}."


def require_unchanged(card: FamilyCard, part: str, source: Source) -> None:
    """ValueError where files of a part are not what they were when shipped, or when the model was added."""
    changed = changed_files(card.folder, part) if card.bundled else _changed(card, source.path)
    if changed:
        raise ValueError(tr("“{file}” is missing or has changed", file=changed[0]))


def _changed(card: FamilyCard, place: Path) -> list[str]:
    mine = {path: stamp for path, stamp in card.files.items() if Path(path).is_relative_to(place)}
    return sorted(path for path, stamp in mine.items() if stamp_of(Path(path)) != stamp)
