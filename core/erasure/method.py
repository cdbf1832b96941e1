"""What every erasure method is given and what it yields."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from core.concepts import Concept, World
from core.errors import InputError
from core.i18n import tr

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class Target:
    """A concept to erase and scaled latents of its pictures, (images, channels, height, width)."""

    concept: Concept
    latents: Tensor


@dataclass(frozen=True)
class Subject:
    """One erasure: the encoder that will move, everything that stays frozen, and the concepts to erase.

    `original` is the family's encoder; `start` is where this erasure begins, the same unless it goes on from an entry.
    What must stay is held to `start`, so that what was erased before stays erased. `unet` is the family's denoiser.
    `generator` is the only source of chance in a method. `first` is the step to go on from, with `encoder` as the step
    before left it; an optimiser's moments and what an opponent has learnt are gathered anew.
    """

    encoder: nn.Module
    original: nn.Module
    start: nn.Module
    tokenizer: Any
    unet: Any
    scheduler: Any
    targets: tuple[Target, ...]
    world: World
    generator: torch.Generator
    seed: int
    first: int = 1

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The concepts to erase."""
        return tuple(target.concept for target in self.targets)

    def turn(self, step: int) -> Target:
        """The target whose turn it is at `step` (from 1): several concepts are taken one after the other."""
        return self.targets[(step - 1) % len(self.targets)]


@dataclass(frozen=True)
class Checkpoint:
    """The encoder as it stands after `step` optimiser steps of `steps`, and the loss that led there."""

    step: int
    steps: int
    loss: float


Method = Callable[[Subject, dict[str, Any]], Iterator[Checkpoint]]
"""A method moves `subject.encoder` and yields after every step; the caller may stop at any of them."""


def read_settings(cls: type[Settings], given: dict[str, Any]) -> Settings:
    """The settings dataclass with the given values; unknown names, wrong types and ranges are an InputError.

    Whole numbers count something and start at 1; fractions are finite and not negative.
    """
    known = {f.name: f for f in fields(cls)}  # pyright: ignore[reportArgumentType]
    for name, value in given.items():
        if name not in known:
            raise InputError(
                tr("The method has no setting “{name}”.", name=name), fix=tr("It has: {names}.", names=", ".join(known))
            )
        default = known[name].default
        if isinstance(default, bool) != isinstance(value, bool) or not isinstance(value, _accepted(default)):
            raise InputError(
                tr("The setting “{name}” cannot be {value}.", name=name, value=repr(value)),
                fix=_KINDS[type(default)],
            )
        if not _in_range(default, value):
            raise InputError(
                tr("The setting “{name}” cannot be {value}.", name=name, value=repr(value)), fix=_RANGES[type(default)]
            )
    return cls(**given)


_KINDS: dict[type, str] = {
    bool: tr("It is true or false."),
    int: tr("It is a whole number."),
    float: tr("It is a number."),
    str: tr("It is a word."),
}
_RANGES: dict[type, str] = {int: tr("It must be 1 or more."), float: tr("It must be 0 or more, and finite.")}


def _in_range(default: object, value: Any) -> bool:
    if isinstance(value, bool | str):
        return True
    return value >= 1 if isinstance(default, int) else 0 <= value < math.inf


def _accepted(default: object) -> tuple[type, ...]:
    return (int, float) if isinstance(default, float) else (type(default),)


def random_batch(target: Target, size: int, generator: torch.Generator) -> Tensor:
    """Latents of `size` pictures of the target, drawn with replacement."""
    return target.latents[torch.randint(len(target.latents), (size,), generator=generator)]


def noise_like(latents: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal noise from the method's own generator, the same on every device."""
    return torch.randn(latents.shape, generator=generator).to(latents.device)
