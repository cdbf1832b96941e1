"""The folders of a library: which are entries, and how one is deleted so that no half of it is ever found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from core.files import storage, storage_error, sync_folder
from core.library.entry import PREVIEWS


def folders_in(place: Path) -> dict[str, str]:
    """The folders of entries in a place by id; hidden ones are half done, files and strange names are not ours.

    Empty where the place is gone; LacunaError(STORAGE) where it may not be read.
    """
    try:
        with os.scandir(place) as found:
            return {entry.name: entry.path for entry in found if _is_ours(entry)}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise storage_error(place, error) from error


def holds_more_than(place: Path, count: int) -> bool:
    """Whether a folder holds more than so many things of any kind; not where it is gone or may not be read."""
    try:
        with os.scandir(place) as found:
            return len(list(islice(found, count + 1))) > count
    except OSError:
        return False


def _is_ours(found: os.DirEntry[str]) -> bool:
    named = not found.name.startswith(".") and found.name.isprintable()
    return named and (found.is_symlink() or found.is_dir())


def part_of(folder: Path) -> Path:
    """Where a folder is while it comes or goes."""
    return folder.with_name(f".{folder.name}.part")


@contextmanager
def arriving(folder: Path) -> Generator[Path]:
    """A hidden folder to fill that becomes `folder` in one step when the block ends well, and is gone otherwise."""
    part = part_of(folder)
    with storage(folder):
        try:
            (part / PREVIEWS).mkdir(parents=True)
            yield part
            sync_folder(part / PREVIEWS)
            sync_folder(part)
            part.replace(folder)
        except BaseException:
            delete(part)
            raise
        sync_folder(folder.parent)


def move(folder: Path, place: Path) -> Path:
    """Move a folder into a place under its own name; LacunaError(STORAGE)."""
    target = place / folder.name
    with storage(folder):
        folder.rename(target)
        sync_folder(place)
        sync_folder(folder.parent)
    return target


def delete(folder: Path) -> None:
    """Delete a folder, or the link that stands in its place."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Delete what a kill left half done; nobody else may be writing. OSError where the place is gone."""
    with os.scandir(place) as found:
        left = [entry.path for entry in found if entry.name.startswith(".") and entry.name.endswith(".part")]
    for part in left:
        delete(Path(part))
