"""One folder of the library as it is found: sound, or damaged and saying how."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from core.errors import InputError, LacunaError
from core.files import is_plain_file, read_object
from core.i18n import tr
from core.library.delta import check_delta, read_delta
from core.library.manifest import Manifest, damaged
from core.schema import Newer, read_known, update_fix

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANIFEST, DELTA, SCORECARD, PREVIEWS = "manifest.json", "delta.safetensors", "scorecard.json", "previews"
THUMBNAIL = f"{PREVIEWS}/thumbnail.png"
REPORTS, REPORT = "reports", "report.json"
CARD_SCHEMA = 1
"""The schema of a scorecard."""
ID = re.compile(r"(\d{4})(\d{2})(\d{2})-[a-z0-9-]+-[a-z0-9]{6}")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file of an entry; `file` is empty where the whole folder is meant."""

    id: str
    file: str
    what: str


@dataclass(frozen=True)
class Entry:
    """An erased encoder of the library; `damage` is empty if it is sound, else what is wrong in words.

    What is wrong with a `newer` one is only that a newer Lacuna wrote it.
    """

    id: str
    folder: Path
    manifest: Manifest | None
    scorecard: dict[str, Any] | None
    damage: str = ""
    newer: bool = False

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.manifest.name if self.manifest else self.id

    @property
    def created(self) -> str:
        """When it was made, ISO 8601; from the id where the manifest is lost."""
        if self.manifest:
            return self.manifest.created
        found = ID.fullmatch(self.id)
        return "-".join(found.groups()) if found else ""

    @property
    def delta(self) -> Path:
        """The file with θ − θ₀."""
        return self.folder / DELTA

    @property
    def previews(self) -> dict[str, Path]:
        """Clips and pictures by stem, such as `before-animatediff`; those lost or replaced by links are left out."""
        listed = map(PurePosixPath, self.manifest.files if self.manifest else ())
        shown = (p for p in listed if p.parent.name == PREVIEWS and p.suffix != ".json" and p.stem != "thumbnail")
        return {p.stem: path for p in shown if (path := self._listed(str(p)))}

    @property
    def thumbnail(self) -> Path | None:
        """A small picture for lists, if there is one."""
        return self._listed(THUMBNAIL)

    @property
    def reports(self) -> list[Path]:
        """The `report.json` of every probe's report, the newest first; those lost or replaced by links are left out."""
        listed = map(PurePosixPath, self.manifest.files if self.manifest else ())
        reports = (p for p in listed if p.name == REPORT and p.parent.parent == PurePosixPath(REPORTS))
        return [path for p in sorted(reports, reverse=True) if (path := self._listed(str(p)))]

    def _listed(self, file: str) -> Path | None:
        known = self.manifest is not None and file in self.manifest.files
        return self.folder / file if known and not is_missing(self.folder, file) else None


def is_missing(folder: Path, file: str) -> bool:
    """Whether a file of an entry is gone or lies behind a link."""
    linked = any((folder / parent).is_symlink() for parent in PurePosixPath(file).parents)
    return linked or not is_plain_file(folder / file)


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hex; OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


Fault = tuple[str, bool]
"""What is wrong with a file in words, empty if nothing is, and whether it is only that a newer Lacuna wrote it."""


def _fault(file: str, error: ValueError) -> Fault:
    return f"{file}: {error}.", isinstance(error, Newer)


def _manifest(folder: Path) -> tuple[Manifest | None, Fault]:
    if folder.is_symlink():
        return None, (tr("The folder is a link to another place."), False)
    try:
        manifest = Manifest.from_dict(read_object(folder / MANIFEST))
    except ValueError as error:
        return None, _fault(MANIFEST, error)
    except LacunaError as error:
        return None, (f"{MANIFEST}: {error.why}", False)
    other = tr("{file} belongs to the entry {id}.", file=MANIFEST, id=manifest.id[:80])
    return manifest, ("" if manifest.id == folder.name else other, False)


def _scorecard(folder: Path) -> tuple[dict[str, Any] | None, Fault]:
    try:
        return read_known(folder / SCORECARD, CARD_SCHEMA), ("", False)
    except ValueError as error:
        return None, _fault(SCORECARD, error)


def _delta_fault(folder: Path) -> str:
    try:
        check_delta(folder / DELTA)
    except ValueError as error:
        return f"{DELTA}: {error}."
    return ""


def read_entry(folder: Path) -> Entry:
    """The entry in a folder, without hashing its files; it never fails, it marks damage."""
    manifest, (damage, newer) = _manifest(folder)
    if manifest is None:
        return Entry(folder.name, folder, None, None, damage, newer)
    scorecard, (fault, newer_card) = _scorecard(folder)
    gone = [file for file in manifest.files if is_missing(folder, file)]
    other = damage or _delta_fault(folder) or (tr("{file} is missing.", file=gone[0]) if gone else "")
    if newer_card and not other:
        return Entry(folder.name, folder, manifest, None, fault, newer=True)
    return Entry(folder.name, folder, manifest, scorecard, damage or fault or other)


def unusable(entry: Entry, what: str, why: str = "") -> LacunaError:
    """The failure for an entry that cannot be used as asked: DAMAGED, or INPUT where a newer Lacuna wrote it."""
    if entry.newer:
        return InputError(what, entry.damage, update_fix())
    return damaged(what, why or entry.damage)


def file_fault(entry: Entry, file: str) -> str:
    """What is wrong with a file the manifest lists, by its SHA-256; empty if nothing is."""
    if is_missing(entry.folder, file):
        return tr("It is missing or not a plain file.")
    try:
        same = entry.manifest is not None and sha256(entry.folder / file) == entry.manifest.files.get(file)
    except OSError as error:
        return tr("It cannot be read: {reason}.", reason=error.strerror)
    return "" if same else tr("Its content has changed since it was written.")


def load_delta(entry: Entry) -> dict[str, NDArray[Any]]:
    """θ − θ₀ by tensor name, float16 or float32, after its SHA-256 was checked; LacunaError(DAMAGED)."""
    if why := entry.damage or file_fault(entry, DELTA):
        what = tr("“{name}” cannot be used: its {file} or its description is damaged.", name=entry.name, file=DELTA)
        raise unusable(entry, tr("“{name}” cannot be used.", name=entry.name) if entry.newer else what, why)
    try:
        return read_delta(entry.delta)
    except ValueError as error:
        raise damaged(tr("“{name}” cannot be used.", name=entry.name), f"{DELTA}: {error}.") from error


def problems(entry: Entry) -> list[Problem]:
    """Everything wrong with an entry, every listed file read."""
    files = entry.manifest.files if entry.manifest else ()
    found = [Problem(entry.id, file, what) for file in files if (what := file_fault(entry, file))]
    return found or ([Problem(entry.id, "", entry.damage)] if entry.damage else [])


def require_manifest(entry: Entry) -> Manifest:
    """The manifest; LacunaError where it is lost, or where a newer Lacuna wrote it."""
    if entry.manifest is None:
        raise unusable(entry, tr("The entry {id} cannot be changed.", id=entry.id))
    return entry.manifest
