"""The models that can be opened: each family's sheet in `resources/families`, put together with what is installed.

A sheet says what a family is: its encoders, and the hosts that need nothing but a text-to-image model. A base component
makes a model of it, and every motion adapter and video model of the family that is installed adds a host. No torch.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.i18n import tr
from core.models.component import Component, HostCard, Role, Source
from core.models.registry import Registry, absence
from core.resources import resource

FAMILIES = ("starter", "sd1", "sd2", "sdxl")
"""The families, in the order they are shown."""


@dataclass(frozen=True)
class EncoderCard:
    """A text encoder of a family: its part, its architecture, and what of it the hosts read.

    `state` is `last` for the last hidden state after the final norm, `penultimate` for the one before the last layer
    without a norm; `pooled` where the pooled vector is read as well. `pad` is the token id that fills short prompts up.
    """

    part: str
    architecture: str = ""
    state: str = "last"
    pooled: bool = False
    pad: int = 49407


@dataclass(frozen=True)
class FamilyCard:
    """A model that can be opened: a family's sheet with the files of one text-to-image model of it.

    `name` is what jobs and entries call it, `family` the family it belongs to. `sources` say where every part lies; a
    part of the bundled pair lies in `folder`. `world` is the list of words that it is tried with. `latent_rgb` maps
    scaled latents to colours in [-1, 1]: a row for each channel, then the offset; empty if unknown. `settings` and
    `files` are as in `Component`.
    """

    name: str
    title: str
    summary: str
    licence: str
    folder: Path
    tokens: int
    hosts: tuple[HostCard, ...]
    latent_rgb: tuple[tuple[float, ...], ...] = ()
    family: str = "starter"
    world: str = "starter"
    encoders: tuple[EncoderCard, ...] = (EncoderCard("text_encoder"),)
    sources: Mapping[str, Source] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def bundled(self) -> bool:
        """Whether it came with Lacuna."""
        return not self.sources

    @property
    def video_hosts(self) -> tuple[HostCard, ...]:
        """The hosts that make clips."""
        return tuple(host for host in self.hosts if host.frames > 1)

    def source(self, part: str) -> Source:
        """Where a part lies. A model that has no such part is an InputError."""
        if self.bundled:
            return Source(self.folder / part)
        if part not in self.sources:
            raise InputError(tr("The model “{title}” has no “{part}”.", title=self.title, part=part))
        return self.sources[part]

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


@cache
def sheet(family: str) -> FamilyCard:
    """The sheet of a family; but for the bundled pair it lacks the files of a model."""
    data = tomllib.loads(resource("families", f"{family}.toml").read_text("utf-8"))
    hosts = tuple(HostCard(**host) for host in data.pop("hosts"))
    encoders = tuple(EncoderCard(**encoder) for encoder in data.pop("encoders", [{"part": "text_encoder"}]))
    folder = resource(data.pop("folder", family))
    return FamilyCard(hosts=hosts, encoders=encoders, folder=folder, family=family, **data)


def families() -> tuple[FamilyCard, ...]:
    """Every model that can be opened, the bundled pair first."""
    return _families(Registry().stamp)


@lru_cache(maxsize=4)
def _families(_stamp: tuple[str, int, int]) -> tuple[FamilyCard, ...]:
    installed = Registry().components()
    bases = [component for component in installed if component.role is Role.BASE]
    return sheet("starter"), *(assembled(base, installed) for base in bases)


def assembled(base: Component, installed: tuple[Component, ...]) -> FamilyCard:
    """The model that a base component makes with all else that is installed of its family."""
    kin = [c for c in installed if c.role is not Role.BASE and c.family in (base.family, "")]
    sources = {**base.sources, **{f"{c.id}/{part}": source for c in kin for part, source in c.sources.items()}}
    judges = [c.sources["judge"] for c in kin if c.role is Role.JUDGE]
    kind = sheet(base.family)
    return replace(
        kind,
        name=base.id,
        title=base.title,
        licence=base.licence,
        hosts=(*(_sized(host, base) for host in kind.hosts), *(_brought(c, c.host) for c in kin if c.host)),
        sources={**sources, **({"judge": judges[0]} if judges else {})},
        settings=base.settings,
        files={path: stamp for c in (base, *kin) for path, stamp in c.files.items()},
    )


def _sized(host: HostCard, base: Component) -> HostCard:
    """A host of the family at the size in pixels that the model was made for, where its `settings` name one."""
    return replace(host, size=base.settings["size"]) if "size" in base.settings else host


def _brought(component: Component, host: HostCard) -> HostCard:
    """A component's host, its own parts under the component's name."""
    folders = {
        part: f"{component.id}/{place[2:]}" if place.startswith("./") else place for part, place in host.folders.items()
    }
    return replace(host, name=component.id, title=component.title, folders=folders)


def family_card(name: str) -> FamilyCard:
    """The model of this name, or an InputError that lists those there are."""
    if name == FAMILIES[0]:  # the bundled pair needs no list, and a broken one must not take it away
        return sheet(name)
    for card in families():
        if card.name == name:
            return card
    raise InputError(
        tr("There is no model “{name}”.", name=name),
        absence() or _where_it_is(name),
        fix=tr("Use one of: {names}.", names=", ".join(f.name for f in families())),
    )


def _where_it_is(name: str) -> str:
    """What to tell of a model that is not installed: whether it is on offer."""
    if not resource("catalogue", f"{Path(name).name}.toml").is_file():
        return ""
    return tr("It is on offer, and not installed: download it on the Models page.")
