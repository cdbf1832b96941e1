"""What an exporter is given: the encoder before and after, by names that all versions of transformers agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.checkpoint import plain
from core.models.tensors import require_fit

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Erased:
    """An erased encoder as arrays: θ₀, α · Δ for the tensors that moved, and the encoder's configuration.

    `facts` are texts for a file's header: what was erased, how, and from which base. `place` is 0 for a model's only
    encoder, 1 and 2 for those of a model with two.
    """

    config: Mapping[str, Any]
    base: Tensors
    change: Tensors
    facts: Mapping[str, str]
    place: int = 0

    @classmethod
    def of(
        cls,
        config: Mapping[str, Any],
        base: Mapping[str, NDArray[Any]],
        delta: Mapping[str, NDArray[Any]],
        strength: float,
        facts: Mapping[str, str],
        place: int = 0,
    ) -> Erased:
        """From θ₀ and Δ under either kind of names; LacunaError(DAMAGED) where a tensor does not fit."""
        own = {plain(name): np.asarray(value, np.float32) for name, value in base.items() if "position_ids" not in name}
        moved = {plain(name): strength * np.asarray(value, np.float32) for name, value in delta.items()}
        require_fit(moved, own)
        return cls(config, own, moved, facts, place)

    @cached_property
    def tensors(self) -> Tensors:
        """θ₀ + α · Δ in float32, by plain names."""
        return {name: value + self.change[name] if name in self.change else value for name, value in self.base.items()}

    @property
    def width(self) -> int:
        """The encoder's hidden size: 768 is CLIP-L, 1024 OpenCLIP-H, 1280 OpenCLIP-bigG."""
        return int(self.config["hidden_size"])

    @property
    def part(self) -> str:
        """What diffusers calls this encoder inside a pipeline."""
        return "text_encoder_2" if self.place == 2 else "text_encoder"

    @property
    def architecture(self) -> str:
        """What the ModelSpec standard calls the model that this encoder belongs to."""
        if self.place:
            return "stable-diffusion-xl-v1-base"
        known = {768: "stable-diffusion-v1", 1024: "stable-diffusion-v2-512"}
        return known.get(self.width, "lacuna-starter")


Encoders = tuple[Erased, ...]
"""The encoders of one model, which an erasure moves together: one, or two in their order."""
