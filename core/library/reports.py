"""Reports of probes, kept with the entry they are about; no torch.

A report is a folder `reports/<stamp>` of the entry with `report.json` and the PNG files that it names. All are listed
in the manifest with their SHA-256; a folder that the manifest does not list is what a kill left behind.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import is_plain_file, sync_folder, write_synced
from core.i18n import tr
from core.library.entry import REPORT, REPORTS, sha256
from core.library.manifest import damaged, json_text
from core.schema import Newer, newer_error, read_known

SCHEMA = 1

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.png")


def new_stamp(now: datetime) -> str:
    """What a report is called: when it was made, to the microsecond, so that names sort as times do."""
    return f"{now:%Y%m%d-%H%M%S-%f}"


def picture_bytes(pictures: Mapping[str, Path]) -> dict[str, bytes]:
    """The PNG files to go into a report, by the name they get there; InputError for a strange name or file."""
    for name, path in pictures.items():
        if not _NAME.fullmatch(name) or not is_plain_file(path):
            what = tr("“{path}” cannot be the picture “{name}” of a report.", path=path, name=name)
            raise InputError(what, tr("It is no PNG file."))
    return {name: path.read_bytes() for name, path in pictures.items()}


def write_report(folder: Path, stamp: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """Write a report into the entry's folder, whole or not at all; gives the SHA-256 of its files by path. OSError."""
    home = folder / REPORTS
    home.mkdir(exist_ok=True)
    for left in home.glob(".*.part"):
        shutil.rmtree(left, ignore_errors=True)
    part = home / f".{stamp}.part"
    part.mkdir()
    try:
        for name, data in files.items():
            write_synced(part / name, data)
        sync_folder(part)
        digests = {f"{REPORTS}/{stamp}/{name}": sha256(part / name) for name in files}
        part.replace(home / stamp)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(home)
    return digests


def report_bytes(report: dict[str, Any], stamp: str) -> bytes:
    """The report as a file, under its stamp; InputError where JSON has no word for what it holds."""
    return json_text({**report, "schema": SCHEMA, "id": stamp}).encode()


def read_report(path: Path) -> dict[str, Any]:
    """A report of `Entry.reports`; LacunaError(DAMAGED) where it is broken, or InputError for a newer one."""
    try:
        return read_known(path, SCHEMA)
    except Newer:
        raise newer_error(path) from None
    except ValueError as error:
        raise damaged(tr("The report cannot be shown."), f"{REPORT}: {error}.") from None
