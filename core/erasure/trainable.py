"""Which tensors of the text encoder an erasure may move."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.errors import InputError
from core.i18n import tr
from core.models.paired import PairedEncoder
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


_BLOCKS = "encoder.layers."
_FIRST = "text_encoder."


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


def stacks(encoder: nn.Module) -> dict[str, int]:
    """Where each of an encoder's stacks of blocks is, as its tensors' names begin, and the last block the hosts read.

    The first of a pair is read before its last block: what that and the final norm do, nobody sees.
    """
    lasts: dict[str, int] = {}
    for name, _ in encoder.named_parameters():
        stack, found, _rest = name.partition(_BLOCKS)
        if found:
            lasts[stack + found] = max(lasts.get(stack + found, 0), _layer(name))
    unread = _FIRST + _BLOCKS if isinstance(encoder, PairedEncoder) else ""
    return {stack: last - (stack == unread) for stack, last in lasts.items()}


def _is_read(encoder: nn.Module, name: str, lasts: dict[str, int]) -> bool:
    """Whether a tensor has a part in the text states."""
    if isinstance(encoder, PairedEncoder) and name.startswith(_FIRST):
        return not name.startswith(f"{_FIRST}final_layer_norm") and _layer(name) <= lasts[_FIRST + _BLOCKS]
    return True


def select(encoder: nn.Module, which: TrainableSet) -> list[nn.Parameter]:
    """Let the set's parameters move, freeze the rest, and return those that move.

    Of a pair of encoders the set is taken in each; the final attention is that of the last block that hosts read.
    """
    lasts, moving = stacks(encoder), list[nn.Parameter]()
    for name, parameter in encoder.named_parameters():
        last = lasts.get("".join(name.partition(_BLOCKS)[:2]), -1)
        parameter.requires_grad_(_is_read(encoder, name, lasts) and _RULES[which](name, last))
        if parameter.requires_grad:
            moving.append(parameter)
    return moving


def parameters_of(encoder: nn.Module) -> dict[str, Tensor]:
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
def apply_delta(encoder: nn.Module, base: dict[str, Tensor], delta: Delta, strength: float = 1.0) -> None:
    """Set the encoder to θ₀ + strength · Δ. Raises LacunaError(DAMAGED) where a tensor does not fit."""
    require_fit(delta, base)
    for name, parameter in encoder.named_parameters():
        value = base[name].float()
        if name in delta:
            value = value + strength * torch.from_numpy(np.asarray(delta[name], np.float32))
        parameter.copy_(value.to(parameter))
