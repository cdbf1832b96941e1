"""The denoising error on pictures of the concept: how well text states explain them to the frozen denoiser."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.evaluation.probes.question import Lab
from core.models.prediction import denoising_target, noised
from core.models.text import dtype_of

NOISE_FROM = 0.4
"""The share of the schedule below which a picture's content is settled, and its noise says nothing about the text."""


@dataclass(frozen=True)
class Noisy:
    """Pictures with noise: latents (n, …), times (n,), and what a denoiser that knew the picture would predict."""

    latents: Tensor
    times: Tensor
    wanted: Tensor


def draw_noisy(lab: Lab, count: int, generator: torch.Generator) -> Noisy:
    """Draw `count` target pictures with noise; their times are spread evenly, which halves the error's own noise."""
    scheduler, device = lab.opened.scheduler, lab.latents.device
    clean = lab.latents[torch.randint(len(lab.latents), (count,), generator=generator)]
    noise = torch.randn(clean.shape, generator=generator).to(device)
    total = scheduler.config.num_train_timesteps
    places = (torch.arange(count) + torch.rand(count, generator=generator)) / count
    times = ((NOISE_FROM + (1 - NOISE_FROM) * places) * total).long().clamp(max=total - 1).to(device)
    wanted = denoising_target(scheduler, clean, noise, times)
    return Noisy(noised(scheduler, clean, noise, times), times, wanted)


def denoised(lab: Lab, latents: Tensor, times: Tensor | int, states: Tensor) -> Tensor:
    """What the denoiser predicts of latents, in float32 whatever it works in."""
    denoiser = lab.opened.denoiser
    working = dtype_of(denoiser)
    return denoiser(latents.to(working), times, states.to(working)).sample.float()


def denoising_error(lab: Lab, noisy: Noisy, states: Tensor) -> Tensor:
    """Mean squared error (candidates,) under text states (candidates · n, tokens, width), candidate by candidate."""
    candidates = len(states) // len(noisy.times)
    latents = noisy.latents.repeat(candidates, 1, 1, 1)
    predicted = denoised(lab, latents, noisy.times.repeat(candidates), states)
    errors = (predicted - noisy.wanted.repeat(candidates, 1, 1, 1)).pow(2).flatten(1).mean(1)
    return errors.reshape(candidates, -1).mean(1)
