"""The published configurations of every part that Lacuna knows, as data in `resources/architectures`. No torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from core.errors import InputError
from core.i18n import tr
from core.resources import resource

Width = Literal["real", "tiny"]
"""As published, or the same make-up with a few channels: for tests and trials."""

TINY = "/tiny"
"""Ends the name of an architecture at its tiny width."""


@dataclass(frozen=True)
class Recipe:
    """What a part is built from: its class in diffusers or transformers, and every value that it is given."""

    cls: str
    config: dict[str, Any]


def architectures() -> tuple[str, ...]:
    """The names of all architectures, sorted."""
    return tuple(sorted(path.stem for path in resource("architectures").glob("*.json") if path.stem != "sizes"))


@cache
def recipe(name: str) -> Recipe:
    """The configuration of an architecture, `<name>/tiny` for the tiny one. An unknown name is an InputError."""
    known = name.removesuffix(TINY)
    if known not in architectures():
        raise InputError(
            tr("There is no architecture “{name}”.", name=name),
            fix=tr("Use one of: {names}.", names=", ".join(architectures())),
        )
    data = json.loads(resource("architectures", f"{known}.json").read_text("utf-8"))
    config = {**data["config"], **(data.get("tiny", {}) if name.endswith(TINY) else {})}
    return Recipe(data["class"], config)


@cache
def sizes() -> dict[str, dict[str, int]]:
    """Numbers of `parameters` and of `tensors` of every architecture that has weights, by name."""
    return json.loads(resource("architectures", "sizes.json").read_text("utf-8"))
