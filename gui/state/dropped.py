"""What files that were dropped on the Erase page are good for: pictures to learn from, or a list of concepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.i18n import tr
from core.jobs.batch import read_lines
from core.media.beside import PICTURES


@dataclass(frozen=True)
class Dropped:
    """A folder of pictures, or names of concepts; the other one is empty."""

    folder: Path | None = None
    names: tuple[str, ...] = ()


def _names(path: Path) -> tuple[str, ...]:
    return tuple(name for line in read_lines(path) if (name := line.strip()) and not name.startswith("#"))


def dropped(paths: Sequence[Path]) -> Dropped:
    """What to do with these files; InputError says what can be dropped.

    Pictures stand for the folder that holds them, since an erasure learns from a whole folder.
    """
    folders = {path if path.is_dir() else path.parent for path in paths}
    if len(folders) == 1 and all(path.is_dir() or path.suffix.lower() in PICTURES for path in paths):
        return Dropped(folder=folders.pop())
    if len(paths) == 1 and paths[0].suffix.lower() in (".txt", ".csv", ".md"):
        return Dropped(names=_names(paths[0]))
    raise InputError(
        tr("These files are of no use here."),
        fix=tr("Drop a folder of pictures, or a text file with the name of a concept on each line."),
    )
