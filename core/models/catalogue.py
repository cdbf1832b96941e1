"""The catalogue: what each family is, in words and numbers; data in `resources/catalogue.toml`, no torch."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.i18n import tr
from core.resources import resource


@dataclass(frozen=True)
class HostCard:
    """A host and its defaults; `frames` is 1 for stills, `size` is in pixels, `fps` in frames a second."""

    name: str
    title: str
    pipeline: str
    frames: int
    fps: int
    size: int
    steps: int
    guidance: float
    folders: dict[str, str]


@dataclass(frozen=True)
class FamilyCard:
    """A family: one text encoder and the hosts that read it.

    `latent_rgb` maps scaled latents to colours in [-1, 1]: a row for each channel, then the offset; empty if unknown.
    """

    name: str
    title: str
    summary: str
    licence: str
    folder: Path
    tokens: int
    hosts: tuple[HostCard, ...]
    latent_rgb: tuple[tuple[float, ...], ...] = ()

    @property
    def video_hosts(self) -> tuple[HostCard, ...]:
        """The hosts that make clips."""
        return tuple(host for host in self.hosts if host.frames > 1)

    def host(self, name: str) -> HostCard:
        """The host of this name, or an InputError that lists the hosts."""
        for host in self.hosts:
            if host.name == name:
                return host
        names = ", ".join(host.name for host in self.hosts)
        raise InputError(
            tr("The model “{title}” has no host “{name}”.", title=self.title, name=name),
            fix=tr("Use one of: {names}.", names=names),
        )


def _family(data: dict[str, Any]) -> FamilyCard:
    hosts = tuple(HostCard(**host) for host in data.pop("hosts"))
    return FamilyCard(hosts=hosts, folder=resource(data.pop("folder")), **data)


@cache
def families() -> tuple[FamilyCard, ...]:
    """Every family of the catalogue."""
    data = tomllib.loads(resource("catalogue.toml").read_text("utf-8"))
    return tuple(_family(entry) for entry in data["families"])


def family_card(name: str) -> FamilyCard:
    """The family of this name, or an InputError that lists the families."""
    for card in families():
        if card.name == name:
            return card
    raise InputError(
        tr("There is no model “{name}”.", name=name),
        fix=tr("Use one of: {names}.", names=", ".join(f.name for f in families())),
    )
