"""Presets: named methods with their settings; data in `resources/presets.toml`, no torch."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.errors import InputError
from core.i18n import tr
from core.resources import resource


@dataclass(frozen=True)
class Preset:
    """A method with settings under a name a person can choose by; `kinds` override settings for one kind of concept.

    With `choose` the checkpoint and the strength are chosen by the judge; without it the last checkpoint is kept.
    `seconds` is what one concept takes on two CPU cores, its judging included. A preset that does not lead drives the
    concept away from itself and has no use for an anchor. One that searches tries prompts by a gradient, which works in
    the embeddings of one text encoder.
    """

    name: str
    title: str
    summary: str
    method: str
    settings: dict[str, Any]
    kinds: dict[str, dict[str, Any]]
    choose: bool = True
    seconds: float = 25.0
    leads: bool = True
    searches: bool = False

    def settings_for(self, kind: str) -> dict[str, Any]:
        """The settings for a concept of this kind."""
        return {**self.settings, **self.kinds.get(kind, {})}


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset, the default first."""
    data = tomllib.loads(resource("presets.toml").read_text("utf-8"))
    return tuple(Preset(**{"settings": {}, "kinds": {}, **entry}) for entry in data["presets"])


def preset(name: str) -> Preset:
    """The preset of this name, or an InputError that lists the presets."""
    for candidate in presets():
        if candidate.name == name:
            return candidate
    names = ", ".join(p.name for p in presets())
    raise InputError(tr("There is no preset “{name}”.", name=name), fix=tr("Use one of: {names}.", names=names))
