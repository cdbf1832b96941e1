"""The models that can be downloaded: one sheet each in `resources/catalogue`. No torch, no network.

A sheet names a repository, the files of it that are wanted, and what they make. Where its maker could not see the hub,
a sheet pins no commit and no SHA-256; then the first download takes them from the hub's own list and writes them down
(trust on first use), and whatever is fetched later is held against that.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import FailureKind, InputError, LacunaError
from core.i18n import tr
from core.models.component import Component, HostCard, Layout, Role, Source, stamp_of
from core.models.registry import models_folder
from core.resources import resource

COMMIT = re.compile(r"[0-9a-f]{40}")
"""A full git commit, as opposed to a branch that moves."""

SUFFIXES = (".safetensors", ".json", ".txt")
"""What is ever fetched; a pickle would run code when read."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ORDER = {Role.BASE: 0, Role.MOTION: 1, Role.VIDEO: 2, Role.LORA: 3, Role.JUDGE: 4}


@dataclass(frozen=True)
class Licence:
    """The terms of a model: their name, where they stand, and their duties in our words; not legal advice.

    `accept` is whether a person must agree before a download.
    """

    name: str
    url: str
    summary: str
    accept: bool = True


@dataclass(frozen=True)
class OfferFile:
    """A file of a repository. It is kept as `to` below the model's folder, `path` by default.

    `alternatives` are names that the file may have instead, in order. `size` in bytes and `sha256` are 0 and empty
    where they are not pinned.
    """

    path: str
    to: str = ""
    alternatives: tuple[str, ...] = ()
    size: int = 0
    sha256: str = ""

    @property
    def place(self) -> str:
        """Where it is kept, below the model's folder."""
        return self.to or self.path


@dataclass(frozen=True)
class Offer:
    """A model that can be downloaded, and the component that it makes.

    `revision` is a commit, a branch or a pull request of `repo`; `mirrors` are other repositories, or addresses of
    plain file servers, that hold the same files. `about_bytes` is told until the exact size is known. `parts` say where
    each part lies below the model's folder. `gated` repositories want a token of a person who was let in.
    """

    id: str
    title: str
    summary: str
    role: Role
    family: str
    licence: Licence
    repo: str
    revision: str
    files: tuple[OfferFile, ...]
    parts: Mapping[str, Source]
    about_bytes: int
    host: HostCard | None = None
    gated: bool = False
    mirrors: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pinned(self) -> bool:
        """Whether commit, sizes and SHA-256 stand in the sheet, so that no list has to be asked for."""
        return bool(COMMIT.fullmatch(self.revision)) and all(file.size and file.sha256 for file in self.files)

    @property
    def bytes(self) -> int:
        """Exact where the offer is pinned, else about."""
        return sum(file.size for file in self.files) if self.pinned else self.about_bytes

    @property
    def page(self) -> str:
        """The address where the repository presents itself, for a person's browser."""
        return f"https://huggingface.co/{self.repo}"

    def component(self, folder: Path, settings: Mapping[str, Any]) -> Component:
        """What the files in `folder` are to the registry, with their sizes and times as they are now."""
        files = [folder / file.place for file in self.files]
        return Component(
            id=self.id,
            title=self.title,
            role=self.role,
            family=self.family,
            sources={
                part: Source(folder / place.path, place.layout, place.architecture)
                for part, place in self.parts.items()
            },
            licence=self.licence.name,
            catalogue=self.id,
            host=self.host,
            settings={**self.settings, **settings},
            files={str(path): stamp_of(path) for path in files},
        )


def offers(root: Path | None = None) -> tuple[Offer, ...]:
    """Every offer: text-to-image models, motion adapters, video models, judges, each in the order of their titles.

    Sheets of a person's own, in `catalogue` in the models folder, stand beside the bundled ones, and in the place of
    one of the same id: for a mirror of one's own, say. LacunaError(DAMAGED) for one that cannot be used.
    """
    own = {found.id: found for found in _own((root or models_folder()) / "catalogue")}
    found = {**{found.id: found for found in _bundled()}, **own}
    return tuple(sorted(found.values(), key=lambda offer: (_ORDER[offer.role], offer.family, offer.title)))


@cache
def _bundled() -> tuple[Offer, ...]:
    return tuple(read_offer(path) for path in sorted(resource("catalogue").glob("*.toml")))


def _own(folder: Path) -> Iterator[Offer]:
    for path in sorted(folder.glob("*.toml")):
        try:
            yield read_offer(path)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            what = tr("The sheet of a model in “{path}” cannot be used.", path=path)
            raise LacunaError(FailureKind.DAMAGED, what, f"{error}.", tr("Correct it or move it away.")) from error


def offer(name: str, root: Path | None = None) -> Offer:
    """The offer of this id, or an InputError that lists them."""
    known = offers(root)
    for found in known:
        if found.id == name:
            return found
    names = ", ".join(found.id for found in known)
    raise InputError(tr("No model “{name}” is offered.", name=name), fix=tr("Use one of: {names}.", names=names))


def read_offer(path: Path) -> Offer:
    """An offer from its sheet; ValueError where the sheet would fetch or write what it must not."""
    data = tomllib.loads(path.read_text("utf-8"))
    host = data.pop("host", None)
    made = Offer(
        role=Role(data.pop("role")),
        licence=Licence(**data.pop("licence")),
        files=tuple(_file(file) for file in data.pop("files")),
        parts={part: _place(place) for part, place in data.pop("parts").items()},
        host=HostCard(name=data["id"], title=data["title"], **host) if host else None,
        mirrors=tuple(data.pop("mirrors", ())),
        **data,
    )
    _check(made, path)
    return made


def _file(data: dict[str, Any]) -> OfferFile:
    return OfferFile(alternatives=tuple(data.pop("alternatives", ())), **data)


def _place(data: str | dict[str, str]) -> Source:
    """A part: the name of its folder, or a table with path, layout and architecture."""
    if isinstance(data, str):
        return Source(Path(data))
    return Source(Path(data["path"]), Layout(data.get("layout", "folder")), data.get("architecture", ""))


def _check(offer: Offer, path: Path) -> None:
    if offer.id != path.stem or not _NAME.fullmatch(offer.id):
        raise ValueError(f"{path.name}: the id must be the file's name, in small letters, digits and dashes")
    for file in offer.files:
        for name in (file.path, file.place, *file.alternatives):
            check_place(name)
    for place in offer.parts.values():
        if place.path.is_absolute() or ".." in place.path.parts:
            raise ValueError(f"{path.name}: {place.path} lies outside the model's folder")


def check_place(name: str) -> None:
    """ValueError for a file that is no model's file, or that would lie outside the model's folder."""
    place = PurePosixPath(name)
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*", name, re.ASCII) or ".." in place.parts or name.startswith("."):
        raise ValueError(tr("“{path}” is no place in a model's folder", path=name))
    if place.suffix not in SUFFIXES:
        raise ValueError(tr("“{path}” is not one of the kinds of file that Lacuna fetches", path=name))
