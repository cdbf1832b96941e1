"""What a step of each erasure method runs through the models, for its memory. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Given = Mapping[str, Any]

DEFAULTS: dict[str, dict[str, Any]] = {
    "few_shot": {"trainable": "mlp+final-attention", "images": 4, "batch": 2, "chunk": 2},
    "guarded": {
        "trainable": "mlp+final-attention",
        "images": 4,
        "batch": 4,
        "prompts": 16,
        "retain_prompts": 48,
        "denoiser": 1.0,
    },
    "steering": {"trainable": "first-block", "prompts": 6, "retain_prompts": 12, "retain_pool": 256},
    "closed_form": {"projection": "mlp"},
    "domain_correction": {"trainable": "mlp+final-attention", "images": 4, "batch": 8, "retain_prompts": 48},
    "adversarial": {
        "trainable": "mlp+final-attention",
        "images": 4,
        "batch": 4,
        "prompts": 16,
        "retain_prompts": 48,
    },
}
"""The settings of each method that its memory depends on, at their defaults; a test holds them to the methods' own."""


@dataclass(frozen=True)
class Passes:
    """A moment of a step: `latents` and `prompts` whose passes are kept, on the way back through the denoiser if it has
    latents, and through the encoder if not.

    `gradients` counts the copies of a gradient by all that moves, `prompts_read` is what goes through the encoder at
    once without being kept. `optimised` says that an optimiser has moments of all that moves, `solved` that a system of
    the projection's width is solved instead.
    """

    latents: int = 0
    prompts: int = 0
    prompts_read: int = 0
    gradients: int = 0
    optimised: bool = True
    solved: bool = False


def _few_shot(given: Given, chunk: int) -> tuple[Passes, ...]:
    size = min(given["batch"], chunk or given["chunk"])
    earlier = int(size < given["batch"])
    return Passes(size, size, gradients=earlier), Passes(prompts=size, gradients=1)


def _guarded(given: Given, chunk: int) -> tuple[Passes, ...]:
    latents = min(given["batch"], chunk or given["batch"]) if given["denoiser"] else 0
    return _both(latents, given["prompts"], given["retain_prompts"])


def _domain_correction(given: Given, chunk: int) -> tuple[Passes, ...]:
    latents = min(given["batch"], chunk or given["batch"])
    return _both(latents, given["batch"], given["retain_prompts"])


def _adversarial(given: Given, chunk: int) -> tuple[Passes, ...]:
    latents = min(given["batch"], chunk or given["batch"])
    return _both(latents if chunk else 2 * latents, given["prompts"] + given["batch"], given["retain_prompts"])


def _both(latents: int, prompts: int, held: int) -> tuple[Passes, ...]:
    """Two losses: both are kept while the first goes back through denoiser and encoder; then so does the second."""
    whole = prompts + held
    return Passes(latents, whole), Passes(prompts=whole, gradients=1), Passes(prompts=held, gradients=2)


def _steering(given: Given, _chunk: int) -> tuple[Passes, ...]:
    prompts = given["prompts"] + given["retain_prompts"]
    return (Passes(prompts=prompts, prompts_read=given["retain_pool"], gradients=1),)


def _closed_form(_given: Given, _chunk: int) -> tuple[Passes, ...]:
    return (Passes(prompts_read=_TOGETHER, optimised=False, solved=True),)


_TOGETHER = 64
"""Prompts that the closed form reads at once."""
_SQUARES = 12
"""Squares of float64 that it holds while it solves: sums, their stack, the system and its factors; traced."""


def solving(settings: Given, config: Given) -> int:
    """Bytes that the closed form's system takes for an encoder: as wide as what its projection reads, and one more."""
    inner = settings.get("projection", "mlp") == "mlp"
    width = config.get("intermediate_size" if inner else "hidden_size", 0) + 1
    return 8 * _SQUARES * width * width


_METHODS: dict[str, Callable[[Given, int], tuple[Passes, ...]]] = {
    "few_shot": _few_shot,
    "guarded": _guarded,
    "steering": _steering,
    "closed_form": _closed_form,
    "domain_correction": _domain_correction,
    "adversarial": _adversarial,
}


def passes(method: str, settings: Given, chunk: int = 0) -> tuple[Passes, ...]:
    """What a step of a method holds at its fullest moments; `chunk` latents go together, 0 for as many as it says."""
    return _METHODS[method]({**DEFAULTS[method], **settings}, chunk)


def moving(trainable: str, config: Given) -> int:
    """How many numbers of a CLIP text encoder with this configuration move in a trainable set."""
    width, inner = config.get("hidden_size", 0), config.get("intermediate_size", 0)
    layers = config.get("num_hidden_layers", 0)
    attention, mlp = 4 * (width * width + width), 2 * width * inner + width + inner
    known = {
        "mlp": layers * mlp,
        "attention": layers * attention,
        "mlp+attention": layers * (mlp + attention),
        "mlp+final-attention": layers * mlp + attention,
        "first-block": mlp + attention + 4 * width,
    }
    return known.get(trainable, layers * (mlp + attention + 4 * width) + (_VOCABULARY + _POSITIONS + 2) * width)


_VOCABULARY, _POSITIONS = 49_408, 77
"""Of every CLIP text encoder."""
