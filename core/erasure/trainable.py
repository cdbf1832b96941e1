"""Which tensors of the text encoder an erasure may move."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import CLIPTextModel

from core.errors import InputError
from core.i18n import tr
from core.models.tensors import require_fit

Delta = dict[str, NDArray[np.float16] | NDArray[np.float32]]
"""θ − θ₀ by tensor name, for the tensors that moved."""


class TrainableSet(StrEnum):
    """The sets of Fuchi & Takagi 2024, section 4: their default is the MLPs and the last self-attention.

    `first-block` is HiRM's (ICLR 2026): the first transformer block with all that is in it.
    """

    ALL = "all"
    MLP = "mlp"
    ATTENTION = "attention"
    MLP_ATTENTION = "mlp+attention"
    MLP_FINAL_ATTENTION = "mlp+final-attention"
    FIRST_BLOCK = "first-block"

    @classmethod
    def of(cls, text: str) -> TrainableSet:
        """The set named `text`, or an InputError that lists the sets."""
        try:
            return cls(text)
        except ValueError:
            raise InputError(
                tr("There is no trainable set “{text}”.", text=text),
                fix=tr("Use one of: {names}.", names=", ".join(cls)),
            ) from None


def _layer(name: str) -> int:
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found.group(1)) if found else -1


def _in_mlp(name: str, _last: int) -> bool:
    return ".mlp.fc" in name


def _in_attention(name: str, _last: int) -> bool:
    return ".self_attn." in name


_RULES: dict[TrainableSet, Callable[[str, int], bool]] = {
    TrainableSet.ALL: lambda _name, _last: True,
    TrainableSet.MLP: _in_mlp,
    TrainableSet.ATTENTION: _in_attention,
    TrainableSet.MLP_ATTENTION: lambda name, last: _in_mlp(name, last) or _in_attention(name, last),
    TrainableSet.MLP_FINAL_ATTENTION: lambda name, last: (
        _in_mlp(name, last) or (_in_attention(name, last) and _layer(name) == last)
    ),
    TrainableSet.FIRST_BLOCK: lambda name, _last: _layer(name) == 0,
}


def select(encoder: CLIPTextModel, which: TrainableSet) -> list[nn.Parameter]:
    """Let the set's parameters move, freeze the rest, and return those that move."""
    last = encoder.config.num_hidden_layers - 1
    moving: list[nn.Parameter] = []
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad_(_RULES[which](name, last))
        if parameter.requires_grad:
            moving.append(parameter)
    return moving


def parameters_of(encoder: CLIPTextModel) -> dict[str, Tensor]:
    """Every parameter on the CPU, detached; there it is the encoder's own memory, which moves as the encoder does."""
    return {name: p.detach().cpu() for name, p in encoder.named_parameters()}


def delta_between(moved: dict[str, Tensor], base: dict[str, Tensor]) -> Delta:
    """Δ in float32 for the tensors that differ."""
    return {
        name: (moved[name].float() - base[name].float()).numpy()
        for name in base
        if not torch.equal(moved[name], base[name])
    }


def is_storable(delta: Delta) -> bool:
    """Whether every number of Δ fits the float16 it is kept in; an erasure that ran away does not."""
    with np.errstate(over="ignore"):
        return all(bool(np.isfinite(value.astype(np.float16)).all()) for value in delta.values())


@torch.no_grad()
def apply_delta(encoder: CLIPTextModel, base: dict[str, Tensor], delta: Delta, strength: float = 1.0) -> None:
    """Set the encoder to θ₀ + strength · Δ. Raises LacunaError(DAMAGED) where a tensor does not fit."""
    require_fit(delta, base)
    for name, parameter in encoder.named_parameters():
        value = base[name].float()
        if name in delta:
            value = value + strength * torch.from_numpy(np.asarray(delta[name], np.float32))
        parameter.copy_(value.to(parameter))
