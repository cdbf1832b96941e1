"""What a downloaded model's files must be: `download.json` beside them, written before the first byte comes.

It is what makes a download go on after a restart at the same commit, and what verify and repair hold files against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import FailureKind, LacunaError
from core.files import atomic_write_text
from core.i18n import tr
from core.models.download import RemoteFile, check_files
from core.models.offers import Offer
from core.schema import Newer, newer_error, read_known

SCHEMA = 1
_NAME = "download.json"


@dataclass(frozen=True)
class Record:
    """The repository and commit that files are of, the licence they came under, and when they were whole, if ever."""

    repo: str
    revision: str
    licence: str
    files: tuple[RemoteFile, ...]
    finished: str = ""

    @property
    def sums(self) -> dict[str, str]:
        """SHA-256 of every file, by its place."""
        return {file.path: file.sha256 for file in self.files}

    def matches(self, offer: Offer) -> bool:
        """Whether it is of this offer as its sheet stands now: the same places, and the pins where there are any."""
        pins = {file.place: file.sha256 for file in offer.files}
        same_places = set(pins) == {file.path for file in self.files}
        return same_places and all(pins[file.path] in ("", file.sha256) or not file.sha256 for file in self.files)

    def finished_with(self, sums: Mapping[str, str]) -> Record:
        """The same with the SHA-256 that the whole files have, now."""
        files = tuple(replace(file, sha256=sums[file.path]) for file in self.files)
        return replace(self, files=files, finished=datetime.now(UTC).isoformat(timespec="seconds"))


def record_file(folder: Path) -> Path:
    """Where the record of a model lies."""
    return folder / _NAME


def read_record(folder: Path) -> Record | None:
    """The record in a model's folder, None where there is none; LacunaError for one that is broken or newer."""
    path = record_file(folder)
    if not path.exists():
        return None
    try:
        data = read_known(path, SCHEMA)
        files = tuple(_file(entry) for entry in data["files"])
        check_files(files)
        return Record(data["repo"], data["revision"], data["licence"], files, data["finished"])
    except Newer:
        raise newer_error(path) from None
    except (ValueError, KeyError, TypeError, AttributeError, LacunaError) as error:
        what = tr("The record of the download in “{path}” cannot be used.", path=path)
        fix = tr("Move the folder away and download the model again.")
        raise LacunaError(FailureKind.DAMAGED, what, f"{error}", fix) from error


def _file(entry: dict[str, Any]) -> RemoteFile:
    texts = [str(entry[key]) for key in ("path", "sha256", "blob")]
    return RemoteFile(texts[0], tuple(map(str, entry["urls"])), int(entry["size"]), texts[1], texts[2])


def write_record(folder: Path, record: Record) -> None:
    """Write the record, whole or not at all."""
    text = json.dumps({"schema": SCHEMA, **asdict(record)}, ensure_ascii=False, indent=1)
    atomic_write_text(record_file(folder), text)


def drop_record(folder: Path) -> None:
    """Take the record away."""
    record_file(folder).unlink(missing_ok=True)
