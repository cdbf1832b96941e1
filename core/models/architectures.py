"""Builds every known architecture with random weights: for tests, trials and measurements of memory.

The configurations are those that were published with the models (`resources/architectures`); what a module of them
weighs and how its tensors are called is therefore what a download's are. `python -m core.models.architectures` counts
them anew into `sizes.json`, for what plans memory without torch.
"""

from __future__ import annotations

import importlib
import json
import math
from typing import Any

import torch
from accelerate import init_empty_weights
from torch import Tensor, nn

from core.files import atomic_write_text
from core.models.quiet import quiet
from core.models.recipe import TINY, Recipe, Width, architectures, recipe
from core.resources import resource

_DRAWN = (1 << 22) + 15
"""Numbers that are drawn, a prime; more than these repeat, for drawing billions takes minutes."""

_LOGIT_SCALE = 2.6592
"""Of CLIP before it is trained (Radford et al. 2021): the logarithm of 1 / 0.07."""


def kind(name: str) -> Any:
    """The class of this name in transformers or diffusers."""
    library = "transformers" if name.startswith("CLIP") else "diffusers"
    return getattr(importlib.import_module(library), name)


def empty(wanted: str | Recipe) -> nn.Module:
    """The module of an architecture on the meta device: it has names and shapes, its buffers, and no weights."""
    quiet()
    with init_empty_weights(include_buffers=False):
        return _made(recipe(wanted) if isinstance(wanted, str) else wanted)


def shapes(name: str) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor in the state dict of an architecture; allocates nothing that weighs."""
    return {key: tuple(tensor.shape) for key, tensor in empty(name).state_dict().items()}


def build(name: str, width: Width = "real", dtype: torch.dtype = torch.float32, seed: int = 0) -> Any:
    """A module of an architecture with random weights, frozen and in evaluation mode; a scheduler as it is.

    Matrices are drawn from N(0, 1 / fan-in), so that signals keep their size through any number of layers; norms are
    the identity and biases zero. torch's own way of filling a module takes a minute for a billion numbers, this a few
    seconds.
    """
    name = name if width == "real" or name.endswith(TINY) else f"{name}{TINY}"
    if not issubclass(kind(recipe(name).cls), nn.Module):
        return _made(recipe(name))
    module, noise = empty(name), _Noise(seed, dtype)
    for owner in module.modules():
        for key, tensor in list(owner.named_parameters(recurse=False)):
            owner.register_parameter(key, nn.Parameter(_filled(key, tensor, noise), requires_grad=False))
    return module.to(dtype).eval().requires_grad_(False)


def _made(wanted: Recipe) -> Any:
    cls = kind(wanted.cls)
    if not wanted.cls.startswith("CLIP"):
        return cls.from_config(wanted.config)
    return cls(cls.config_class(**wanted.config))


def _filled(name: str, like: Tensor, noise: _Noise) -> Tensor:
    if like.ndim == 0:
        return torch.tensor(_LOGIT_SCALE, dtype=noise.block.dtype)
    if like.ndim == 1:
        return torch.full(like.shape, 0.0 if name.endswith("bias") else 1.0, dtype=noise.block.dtype)
    return noise.of(like.numel()).mul_(math.prod(like.shape[1:]) ** -0.5).view(like.shape)


class _Noise:
    """Standard normal numbers by the billion: a block that is drawn once, begun at another place each time."""

    def __init__(self, seed: int, dtype: torch.dtype) -> None:
        self.block = torch.randn(_DRAWN, generator=torch.Generator().manual_seed(seed)).to(dtype)
        self._place = 0

    def of(self, count: int) -> Tensor:
        flat, done = torch.empty(count, dtype=self.block.dtype), 0
        while done < count:
            part = self.block[self._place : self._place + count - done]
            flat[done : done + len(part)] = part
            done += len(part)
            self._place = (self._place + len(part)) % _DRAWN
        return flat


def count() -> dict[str, dict[str, int]]:
    """Parameters and tensors of every architecture that has weights, counted on modules without any."""
    counted = {}
    for name in architectures():
        if issubclass(kind(recipe(name).cls), nn.Module):
            made = empty(name)
            counted[name] = {
                "parameters": sum(parameter.numel() for parameter in made.parameters()),
                "tensors": len(made.state_dict()),
            }
    return counted


if __name__ == "__main__":
    text = json.dumps(count(), indent=1, sort_keys=True)
    atomic_write_text(resource("architectures", "sizes.json"), text + "\n")
