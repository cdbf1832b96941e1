"""The gallery: clips and pictures of the Studio, each with what made it inside and beside; the folder is the truth.

`<library>/gallery/<name>.webm` or `.png` with `<name>.webm.json`; `gallery/trash` holds what was removed. No torch.
"""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import InputError, LacunaError
from core.files import atomic_write_bytes, storage, sync_folder
from core.i18n import tr
from core.media.beside import CLIPS, PICTURES, described, seen_file, sidecar, write_sidecar
from core.models.catalogue import family_card
from core.schema import Newer, newer_error

TRASH = "trash"
_SLUG = 32
"""Letters of the prompt in a file's name."""


def gallery_folder(root: Path) -> Path:
    """Where the library at `root` keeps its takes."""
    return root / "gallery"


@dataclass(frozen=True)
class Take:
    """One clip or picture, and what is known of how it was made; `fault` says what is wrong with the description.

    Metadata may come from anywhere, so the properties give what they can use of it and blanks for the rest.
    """

    path: Path
    metadata: Mapping[str, Any] = field(default_factory=dict)
    changed: float = 0.0
    """When the file was last written, in seconds since 1970."""
    fault: str = ""

    def text(self, name: str) -> str:
        """A field as text, empty where there is none."""
        value = self.metadata.get(name)
        return value if isinstance(value, str) else ""

    @property
    def name(self) -> str:
        """The file's name, which no other take of the gallery has."""
        return self.path.name

    @property
    def id(self) -> str:
        """The name, for lists that ask for an id."""
        return self.name

    @property
    def prompt(self) -> str:
        """What it shows."""
        return self.text("prompt")

    @property
    def host(self) -> str:
        """Who made it, such as `still`."""
        return self.text("host")

    @property
    def seed(self) -> int | None:
        """The seed, if it is known."""
        return self.whole("seed")

    def whole(self, name: str) -> int | None:
        """A field as a whole number, None where it is none, or one beyond all sense."""
        value = self.metadata.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53 else None

    def number(self, name: str) -> float | None:
        """A field as a number, None where it is none, or none that a float can hold."""
        value = self.metadata.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        return float(value) if abs(value) < 1e300 else None

    @property
    def encoder(self) -> str:
        """The name of the entry whose encoder read the prompt; empty for the original."""
        return "" if self.text("encoder") in ("", "original") else self.text("encoder_name") or self.text("encoder")

    @property
    def starred(self) -> bool:
        """Whether a person has marked it."""
        return self.metadata.get("starred") is True

    @property
    def is_clip(self) -> bool:
        """Whether it moves."""
        return self.path.suffix.lower() in CLIPS

    @property
    def created(self) -> str:
        """When it was made, ISO 8601 in UTC; from the file's time where nothing tells."""
        return self.text("created") or _written(self.changed)

    @property
    def group(self) -> str:
        """What the takes of one job share; it sorts by time."""
        return self.text("group") or re.sub(r"[-:]", "", self.created[:19])

    @cached_property
    def said(self) -> str:
        """Everything that a search looks into, in lower case."""
        words = (self.prompt, self.text("negative_prompt"), self.encoder or "original", self.text("encoder"))
        models = (self.text("family"), self.host, *_titles(self.text("family"), self.host))
        return " ".join((*words, *models, self.created[:10], self.name)).casefold()


def _written(changed: float) -> str:
    """The time of a file, ISO 8601; empty where no calendar has it."""
    try:
        return datetime.fromtimestamp(changed, UTC).isoformat()
    except (OSError, OverflowError, ValueError):
        return ""


def _titles(family: str, host: str) -> Sequence[str]:
    """The model and the host as the catalogue calls them; nothing where it does not know them."""
    try:
        card = family_card(family)
        return card.title, card.host(host).title
    except InputError:
        return ()


@dataclass(frozen=True)
class GalleryQuery:
    """Which takes are looked for. Every word of `text` must be found; a number is a seed or a part of the prompt."""

    text: str = ""
    host: str = ""
    starred: bool = False

    def of(self, takes: Iterable[Take]) -> list[Take]:
        """Those that fit, in their order."""
        words = self.text.casefold().split()
        return [take for take in takes if self._fits(take, words)]

    def _fits(self, take: Take, words: list[str]) -> bool:
        if (self.host and take.host != self.host) or (self.starred and not take.starred):
            return False
        return all(self._holds(take, word) for word in words)

    @staticmethod
    def _holds(take: Take, word: str) -> bool:
        if word.isdecimal():
            return word == str(take.seed) or word in take.prompt.casefold().split() or take.created.startswith(word)
        return word in take.said


class Gallery:
    """The takes of the library at `root`. What was read once is read again only when its file has changed.

    Changes raise LacunaError(STORAGE) where the disk or the rights do not allow them. `wanted` is the name of a take's
    file or the unique beginning of one; InputError if it is not exactly one.
    """

    def __init__(self, root: Path) -> None:
        self.folder = gallery_folder(root)
        self.bin = self.folder / TRASH
        self._known: dict[Path, tuple[tuple[float, float], Take]] = {}

    def takes(self) -> list[Take]:
        """Every take, the newest job first and those of one job as they were made; none where there is no folder."""
        return self._read(self.folder)

    def trashed(self) -> list[Take]:
        """Every take in the trash, in the same order."""
        return self._read(self.bin)

    def find(self, wanted: str) -> Take:
        """One take."""
        return _one(self.takes(), wanted)

    def new_path(self, prompt: str, seed: int, group: str) -> Path:
        """Where a new take goes, still without its suffix; makes the folder."""
        plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
        slug = "-".join(re.findall("[a-z0-9]+", plain))[:_SLUG].strip("-") or "take"
        with storage(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{group[:15]}-{slug}-{seed}-{secrets.token_hex(3)}"

    def star(self, wanted: str, starred: bool = True) -> Take:
        """Mark a take, or take the mark off; the description beside the file remembers it, unless it is of a newer
        Lacuna: InputError.
        """
        take = self.find(wanted)
        write_sidecar(take.path, {**take.metadata, "starred": starred})
        return self.find(take.name)

    def trash(self, wanted: str) -> None:
        """Move a take to the gallery's trash, from where `restore` brings it back."""
        self._move(self.find(wanted).path, self.bin)

    def restore(self, wanted: str) -> Take:
        """Bring a take back from the trash."""
        take = _one(self.trashed(), wanted, tr("The trash of the gallery"))
        self._move(take.path, self.folder)
        return self.find(take.name)

    def empty_trash(self) -> int:
        """Delete for good what lies in the trash, and give the number of takes that were deleted."""
        gone = self.trashed()
        with storage(self.bin):
            for take in gone:
                for path in (take.path, *_beside(take.path)):
                    path.unlink(missing_ok=True)
        return len(gone)

    def _move(self, path: Path, place: Path) -> None:
        with storage(path):
            place.mkdir(parents=True, exist_ok=True)
            path.rename(place / path.name)
            for beside in filter(Path.exists, _beside(path)):
                beside.rename(place / beside.name)
            sync_folder(place)
            sync_folder(path.parent)

    def _read(self, folder: Path) -> list[Take]:
        with storage(folder):
            files = _files(folder)
        takes = [self._take(Path(found.path), found, files.get(f"{found.name}.json")) for found in files.values()
                 if _is_take(found.name)]  # fmt: skip
        for gone in [path for path in self._known if path.parent == folder and path.name not in files]:
            del self._known[gone]
        takes.sort(key=lambda take: (take.whole("order") or 0, take.created, take.name))
        return sorted(takes, key=lambda take: take.group, reverse=True)

    def _take(self, path: Path, found: os.DirEntry[str], beside: os.DirEntry[str] | None) -> Take:
        try:
            stamp = (found.stat().st_mtime, beside.stat().st_mtime if beside else 0.0)
        except OSError:
            stamp = (0.0, 0.0)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = stamp, _described(path, stamp[0])
        return known[1]


def _beside(path: Path) -> tuple[Path, ...]:
    """The files that go where a take goes."""
    return sidecar(path), seen_file(path)


def _files(folder: Path) -> dict[str, os.DirEntry[str]]:
    """The files of a folder by name."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as found:
        return {entry.name: entry for entry in found if _is_ours(entry)}


def _is_ours(found: os.DirEntry[str]) -> bool:
    """Whether it is a file that can be shown; hidden ones are half written, and names may be no text."""
    try:
        return found.name.isprintable() and not found.name.startswith(".") and found.is_file()
    except OSError:
        return False


def _is_take(name: str) -> bool:
    return Path(name).suffix.lower() in (*CLIPS, *PICTURES)


def _described(path: Path, changed: float) -> Take:
    """The take with what stands beside it, else with what stands inside."""
    try:
        return Take(path, described(path), changed)
    except Newer:
        return Take(path, _inside(path), changed, str(newer_error(sidecar(path))))
    except ValueError as error:
        inside = _inside(path)
        return Take(path, inside, changed, "" if inside else tr("Nothing tells how it was made: {why}.", why=error))


def _inside(path: Path) -> dict[str, Any]:
    """The metadata inside a file, nothing where there is none."""
    from core.media.inside import read_metadata

    try:
        return read_metadata(path)
    except (LacunaError, OSError):
        return {}


def _one(takes: Sequence[Take], wanted: str, place: str = "") -> Take:
    place = place or tr("The gallery")
    exact = [take for take in takes if take.name == wanted]
    found = exact or [take for take in takes if wanted and take.name.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(take.name for take in found[:5])
        what = tr("“{wanted}” means {count} takes.", wanted=wanted, count=len(found))
        raise InputError(what, fix=tr("Use a whole name: {names}.", names=names))
    raise InputError(
        tr("{place} has no take “{wanted}”.", place=place, wanted=wanted), fix=tr("See the takes with: gallery list")
    )


def export_take(take: Take, path: Path) -> Path:
    """Save a take in the format of the path's suffix, an empty one meaning a folder of frames; InputError if it exists.

    What has the format already is copied byte by byte, its description with it.
    """
    from core.media.formats import check_free, convert

    check_free(path)
    if path.suffix.lower() == take.path.suffix.lower():
        with storage(path):
            data = take.path.read_bytes()
        atomic_write_bytes(path, data)
        write_sidecar(path, take.metadata)
        return path
    return convert(take.path, path, take.metadata)
