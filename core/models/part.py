"""Reads a folder of a family, and tells in words when its files are not what they were when shipped; no torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import FailureKind, LacunaError
from core.i18n import tr
from core.models.catalogue import FamilyCard
from core.models.checksums import changed_files

Part = TypeVar("Part")


def read_part(card: FamilyCard, part: str, load: Callable[[Path], Part]) -> Part:
    """Load one folder of a family; LacunaError(DAMAGED) if its files are not as shipped or cannot be read."""
    try:
        if changed := changed_files(card.folder, part):
            raise ValueError(tr("{file} is missing or has changed since it was shipped", file=changed[0]))
        return load(card.folder / part)
    except MemoryError:
        raise
    except Exception as error:
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("The part “{part}” of the model “{title}” cannot be used.", part=part, title=card.title),
            f"{str(error).splitlines()[0] if str(error) else type(error).__name__}.",
            tr("Restore the files that came with Lacuna."),
        ) from error
