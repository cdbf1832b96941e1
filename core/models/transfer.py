"""Whether an erasure of one text encoder may be carried over to another, and how.

Video models often ship a copy of their image model's text encoder. Where the copy is exact, the erased encoder takes
its place. Where the same network was trained a little further, or its weights were rounded, the change is added to it:
W_host += W_erased − W_base (task arithmetic, Ilharco et al., ICLR 2023), which holds to first order while the two lie
close. Anything else is another encoder, and an erasure means nothing to it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.i18n import tr

NEAR = 0.1
"""How far a tensor may lie from its partner, as a share of its own size (root mean square).

Rounding to float16 or bfloat16 moves a tensor by 0.0003 or 0.002 of its size and fine-tuning by a few hundredths, while
two encoders that were trained apart differ by 1.4.
"""
_FLOOR = 0.01
"""The least size that a tensor counts as having: half the usual spread of weights, so that biases near 0 may move."""


@dataclass(frozen=True)
class Same:
    """The two encoders are one; `deeper` names tensors that the host has beyond it and that no erasure moves."""

    deeper: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shift:
    """The same network a little further on: no number differs by more than `max_abs`. `deeper` as in `Same`."""

    max_abs: float
    deeper: tuple[str, ...] = ()


@dataclass(frozen=True)
class Different:
    """Two encoders; `names` are the tensors that one of them lacks, has in another shape, or has far from the other."""

    names: tuple[str, ...]

    @property
    def told(self) -> str:
        """In words, which tensors differ."""
        first = ", ".join(self.names[:3])
        return tr("{count} tensors differ, among them: {names}.", count=len(self.names), names=first)


def compare(host: Mapping[str, Tensor], base: Mapping[str, Tensor], deeper: bool = False) -> Same | Shift | Different:
    """How a host's text encoder compares with the family's, tensor by tensor.

    With `deeper` the host may go on where the base ends: OpenCLIP ViT-H has 24 layers, of which Stable Diffusion 2
    keeps 23.
    """
    further = tuple(name for name in host if name not in base)
    depth = 1 + max((_layer(name) for name in base), default=-1)
    strange = () if deeper and all(_layer(name) >= depth for name in further) else further
    misfits = [name for name in base if name not in host or host[name].shape != base[name].shape]
    if names := (*strange, *misfits, *(() if misfits else _far(host, base))):
        return Different(names)
    most = max((float((host[name].float() - base[name].float()).abs().max()) for name in base), default=0.0)
    return Shift(most, further) if most else Same(further)


def shifted(host: nn.Module, base: nn.Module, erased: nn.Module) -> nn.Module:
    """A copy of the host's encoder in float32 with the erased encoder's change to the base added."""
    moved = copy.deepcopy(host).float().requires_grad_(False)
    before, after = dict(base.named_parameters()), dict(erased.named_parameters())
    with torch.no_grad():
        for name, parameter in moved.named_parameters():
            if name in before:
                parameter.add_((after[name].float() - before[name].float()).to(parameter.device))
    return moved


def _layer(name: str) -> int:
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found.group(1)) if found else -1


def _far(host: Mapping[str, Tensor], base: Mapping[str, Tensor]) -> list[str]:
    return [name for name in base if _distance(host[name], base[name]) > NEAR]


def _distance(one: Tensor, other: Tensor) -> float:
    size = max(_size(other.float()), _FLOOR)
    return _size(one.float() - other.float()) / size


def _size(tensor: Tensor) -> float:
    return float(tensor.pow(2).mean().sqrt())
