"""Model files of full size that take no room: a true header, and zeros that the disk does not keep."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import torch

from core.models.architectures import empty
from core.models.checkpoint import to_checkpoint
from core.models.headers import BYTES
from core.models.recipe import recipe
from tests.models import architectures

Shapes = Mapping[str, tuple[int, ...]]


def hollow(
    path: Path,
    shapes: Shapes,
    dtype: str = "F16",
    metadata: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Path:
    """A safetensors file of zeros; `kinds` gives the tensors that begin with a word another kind of number."""
    at = 0
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    for name, shape in shapes.items():
        kind = next((kind for begin, kind in (kinds or {}).items() if name.startswith(begin)), dtype)
        size = math.prod(shape) * BYTES[kind]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + at)
    return path


@cache
def checkpoint_shapes(family: str) -> Shapes:
    """Every tensor of a published checkpoint of a family."""
    modules = {part: empty(name).state_dict() for part, name in architectures(family).items()}
    states = {part: {name: tensor.to("meta") for name, tensor in state.items()} for part, state in modules.items()}
    configs = {part: recipe(name).config for part, name in architectures(family).items()}
    made = to_checkpoint(family, states, configs, lambda rows: torch.cat(list(rows)))
    return {name: tuple(tensor.shape) for name, tensor in made.items()}


@cache
def module_shapes(architecture: str) -> Shapes:
    """Every tensor of a published part."""
    return {name: tuple(tensor.shape) for name, tensor in empty(architecture).state_dict().items()}
