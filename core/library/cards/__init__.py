"""A scorecard as a file to hand on: one file a format, plus one line in WRITERS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import InputError
from core.files import atomic_write_bytes
from core.i18n import tr
from core.library.cards.as_csv import as_csv
from core.library.cards.as_html import as_html
from core.library.cards.as_json import as_json
from core.library.cards.content import Content, content_of
from core.library.entry import Entry

WRITERS: dict[str, Callable[[Content], bytes]] = {".json": as_json, ".csv": as_csv, ".html": as_html}
"""Every format by the suffix of its files."""

__all__ = ["WRITERS", "Content", "check_card_path", "content_of", "export_card"]


def check_card_path(path: Path) -> None:
    """Refuse a suffix of no format, a file that exists, and a folder that does not, with an InputError."""
    if path.suffix.lower() not in WRITERS:
        fix = tr("Let its name end in {endings}.", endings=", ".join(WRITERS))
        raise InputError(tr("{name} cannot be written.", name=path.name), fix=fix)
    if path.exists() or path.is_symlink():
        what = tr("{path} exists already, and nothing is overwritten.", path=path)
        raise InputError(what, fix=tr("Choose another name."))
    if not path.absolute().parent.is_dir():
        what = tr("The folder {folder} does not exist.", folder=path.absolute().parent)
        raise InputError(what, fix=tr("Create it first."))


def export_card(entry: Entry, path: Path) -> Path:
    """Write the entry's scorecard in the format of the suffix and give the path.

    Raises InputError for a path that cannot be used or an entry that was not measured, LacunaError(DAMAGED) for one
    that lost its manifest, LacunaError(STORAGE) where the disk does not do as asked.
    """
    check_card_path(path)
    atomic_write_bytes(path, WRITERS[path.suffix.lower()](content_of(entry)))
    return path
