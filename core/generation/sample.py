"""Sampling: the same call for every host, with any encoder of the family, one seed a prompt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import CLIPTextModel

from core.errors import Cancelled
from core.generation.precision import lighter
from core.hardware.plan import plan
from core.models.opened import Host

Prompts = list[str] | Tensor
"""What to show: texts, or text states (batch, tokens, width) in their place, which need be no text's."""
Frames = NDArray[np.uint8]
"""Pictures of a batch, uint8, (batch, frames, height, width, 3); a still has one frame."""
OnStep = Callable[[int, int, Tensor], None]
"""Called after each denoising step with (done, steps, latents)."""


@dataclass(frozen=True)
class Sampling:
    """How to sample; zeros take the host's default."""

    steps: int = 0
    guidance: float = 0.0
    frames: int = 0
    negative_prompt: str = ""


def _silent(_done: int, _steps: int, _latents: Tensor) -> None:
    """Watch nothing."""


def never() -> bool:
    """A `cancelled` that never is."""
    return False


@torch.no_grad()
def sample(
    host: Host,
    encoder: CLIPTextModel,
    prompts: Prompts,
    seeds: list[int],
    sampling: Sampling = Sampling(),
    on_step: OnStep = _silent,
    cancelled: Callable[[], bool] = never,
) -> Frames:
    """Frames of each prompt under its seed. Raises Cancelled between two steps when asked to stop.

    Beside text states the encoder reads the negative prompt alone, which guidance pushes away from.
    """
    card, pipeline = host.card, host.pipeline
    steps = sampling.steps or card.steps

    def watch(step: int, latents: Tensor) -> None:
        if cancelled():
            raise Cancelled
        on_step(step + 1, steps, latents)

    pipeline.text_encoder = encoder
    options: dict[str, Any] = {
        "prompt_embeds" if isinstance(prompts, Tensor) else "prompt": prompts,
        "height": card.size,
        "width": card.size,
        "num_inference_steps": steps,
        "guidance_scale": sampling.guidance or card.guidance,
        "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        "output_type": "np",
    }
    if sampling.negative_prompt:
        options["negative_prompt"] = [sampling.negative_prompt] * len(prompts)
    if card.frames > 1:
        options["num_frames"] = sampling.frames or card.frames
    with lighter(pipeline.unet):
        output = pipeline(**options, **_watching(card.pipeline, watch))
    pictures = output.images[:, None] if card.frames == 1 else np.asarray(output.frames)
    return np.round(np.clip(pictures, 0, 1) * 255).astype(np.uint8)


def _watching(pipeline: str, watch: Callable[[int, Tensor], None]) -> dict[str, Any]:
    if pipeline == "TextToVideoSDPipeline":
        return {"callback": lambda step, _t, latents: watch(step, latents), "callback_steps": 1}

    def callback(_pipe: object, step: int, _t: object, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        watch(step, tensors["latents"])
        return {}

    return {"callback_on_step_end": callback}


def sample_many(
    host: Host,
    encoder: CLIPTextModel,
    prompts: Prompts,
    seeds: list[int],
    sampling: Sampling = Sampling(),
    cancelled: Callable[[], bool] = never,
    on_batch: Callable[[int], None] = lambda _count: None,
) -> Frames:
    """Like `sample`, in batches of the job's plan; `on_batch` hears how many were made since it was last called."""
    size = plan().batch(host.card.frames)
    batches = []
    for k in range(0, len(prompts), size):
        batches.append(sample(host, encoder, prompts[k : k + size], seeds[k : k + size], sampling, cancelled=cancelled))
        on_batch(len(batches[-1]))
    return np.concatenate(batches)
