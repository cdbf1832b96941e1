"""What a method asks the frozen U-Net: noisy latents of a concept's pictures, and the predictions text states give."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.erasure.method import Subject, Target, noise_like, random_batch


@dataclass(frozen=True)
class Noisy:
    """Noisy latents (batch, channels, height, width) and the timestep (batch,) of each."""

    latents: Tensor
    timesteps: Tensor


def noisy_batch(subject: Subject, target: Target, count: int, noise_from: float) -> Noisy:
    """`count` noisy latents of the target's pictures.

    Noise levels are drawn from `noise_from` (0..1) of the schedule on: what a picture shows is decided there.
    """
    clean = random_batch(target, count, subject.generator)
    noise = noise_like(clean, subject.generator)
    total = subject.scheduler.config.num_train_timesteps
    low = min(int(noise_from * total), total - 1)
    timesteps = torch.randint(low, total, (count,), generator=subject.generator).to(clean.device)
    return Noisy(subject.scheduler.add_noise(clean, noise, timesteps), timesteps)


def predicted(subject: Subject, noisy: Noisy, states: Tensor) -> Tensor:
    """The U-Net's predictions under text states (batch, tokens, width), in float32 whatever the U-Net works in."""
    working = subject.unet.dtype
    return subject.unet(noisy.latents.to(working), noisy.timesteps, states.to(working)).sample.float()


def clean_estimate(subject: Subject, noisy: Noisy, prediction: Tensor) -> Tensor:
    """The clean latents x̂₀ that a prediction stands for, by the scheduler's prediction type.

    From ε̂ (Ho et al. 2020, eq. 15): (z − √(1−ᾱ)·ε̂)/√ᾱ; from v̂ (Salimans & Ho 2022, appendix D): √ᾱ·z − √(1−ᾱ)·v̂.
    A schedule may end at ᾱ = 0, where ε̂ says nothing of x₀: there ᾱ counts as 10⁻⁴, so that the estimate is finite.
    """
    alphas = subject.scheduler.alphas_cumprod.to(noisy.latents)[noisy.timesteps].reshape(-1, 1, 1, 1)
    signal, noise = alphas.sqrt(), (1 - alphas).sqrt()
    match subject.scheduler.config.prediction_type:
        case "v_prediction":
            return signal * noisy.latents - noise * prediction
        case "sample":
            return prediction
        case _:
            return (noisy.latents - noise * prediction) / signal.clamp_min(1e-2)
