"""Sampling: the same call for every host, with any encoder of the family, one seed a prompt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import Cancelled
from core.generation.applying import applied
from core.generation.decoding import Frames, decoded
from core.generation.precision import lighter
from core.generation.prompt_filter import FilteredEncoder
from core.hardware.freeing import at_work
from core.hardware.plan import plan
from core.models.component import HostCard
from core.models.hosts import Host
from core.models.paired import pooled_width, unpacked

Prompts = list[str] | Tensor
"""What to show: texts, or text states (batch, rows, width) in their place, which need be no text's."""
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
    encoder: nn.Module,
    prompts: Prompts,
    seeds: list[int],
    sampling: Sampling = Sampling(),
    on_step: OnStep = _silent,
    cancelled: Callable[[], bool] = never,
) -> Frames:
    """Frames of each prompt under its seed. Raises Cancelled between two steps when asked to stop.

    Beside text states the encoder reads the negative prompt alone, which guidance pushes away from. A host that the
    encoder does not fit is a LacunaError.
    """
    pipeline, steps = host.pipeline, sampling.steps or host.card.steps
    guidance = sampling.guidance or host.card.guidance
    width, height = pixels(host)
    texts = _read(host, encoder, prompts, sampling.negative_prompt, guided=guidance > 1)
    options: dict[str, Any] = {
        **_frames(host.card, sampling),
        **_watching(host.card.pipeline, _Watch(steps, on_step, cancelled)),
        "height": height,
        "width": width,
        "num_inference_steps": steps,
        "guidance_scale": guidance,
        "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        "output_type": "latent",
    }
    with applied(host, plan()), lighter(pipeline.unet):
        output = pipeline(**_texts(host, texts), **options)
        return decoded(pipeline.vae, output.images if host.card.frames == 1 else output.frames)


def pixels(host: Host) -> tuple[int, int]:
    """Width and height that the plan leaves of the host's own, in steps that its denoiser can halve and double."""
    scale, own = plan().scale, host.card.pixels
    if scale == 1:
        return own
    unit = host.pipeline.vae_scale_factor * 2 ** (len(host.pipeline.unet.config.block_out_channels) - 1)
    width, height = (max(unit, round(side * scale / unit) * unit) for side in own)
    return width, height


def _frames(card: HostCard, sampling: Sampling) -> dict[str, Any]:
    """How many frames, no more than the host can make."""
    wanted = sampling.frames or card.frames
    return {} if card.frames == 1 else {"num_frames": min(wanted, card.most_frames or wanted)}


@dataclass(frozen=True)
class _Texts:
    """Text states (batch, rows, width) in float32, and those that guidance turns from, where there is any."""

    states: Tensor
    away: Tensor | None


def _read(host: Host, encoder: nn.Module, prompts: Prompts, negative: str, guided: bool) -> _Texts:
    """Have the encoder read the texts, while it has the device."""
    read, alone = reader(host, encoder), plan().sparing
    with at_work((read,), plan().device, alone=alone):
        states = prompts if isinstance(prompts, Tensor) else host.states(read, prompts)
        if not guided:
            return _Texts(states, None)
        if host.packed and not negative and host.pipeline.config.force_zeros_for_empty_prompt:
            return _Texts(states, torch.zeros_like(states))
        return _Texts(states, host.states(read, [negative]).to(states).expand_as(states).contiguous())


def reader(host: Host, encoder: nn.Module) -> nn.Module:
    """What reads the texts for a host; a filter stays in front of the encoder that the host is given."""
    if isinstance(encoder, FilteredEncoder):
        return encoder.around(host.encoder_for(encoder.encoder))
    return host.encoder_for(encoder)


def _texts(host: Host, texts: _Texts) -> dict[str, Any]:
    """The texts as the pipeline takes them, in what its denoiser works in."""
    place, dtype = torch.device(plan().device), host.pipeline.unet.dtype
    told = {"": texts.states} | ({} if texts.away is None else {"negative_": texts.away})
    told = {prefix: states.to(place, dtype) for prefix, states in told.items()}
    if not host.packed:
        return {f"{prefix}prompt_embeds": states for prefix, states in told.items()}
    size, width = host.card.pixels[::-1], pooled_width(host.pipeline.unet.config)
    given: dict[str, Any] = {"original_size": size, "target_size": size}
    for prefix, states in told.items():
        given[f"{prefix}prompt_embeds"], given[f"{prefix}pooled_prompt_embeds"] = unpacked(states, width)
    return given


class _Watch:
    """Hears of each step and asks whether to stop.

    Some schedules take a step or a few more than they were asked for; those at the end are not told.
    """

    def __init__(self, steps: int, on_step: OnStep, cancelled: Callable[[], bool]) -> None:
        self.steps, self.on_step, self.cancelled, self.done = steps, on_step, cancelled, 0

    def __call__(self, latents: Tensor) -> None:
        """After a step."""
        if self.cancelled():
            raise Cancelled
        if self.done < self.steps:
            self.done += 1
            self.on_step(self.done, self.steps, latents)


def _watching(pipeline: str, watch: _Watch) -> dict[str, Any]:
    if pipeline in ("TextToVideoSDPipeline", "TextToVideoZeroPipeline"):
        return {"callback": lambda _step, _t, latents: watch(latents), "callback_steps": 1}

    def callback(_pipe: object, _step: int, _t: object, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        watch(tensors["latents"])
        return {}

    return {"callback_on_step_end": callback}


def sample_many(
    host: Host,
    encoder: nn.Module,
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
