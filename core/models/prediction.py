"""Noise as a schedule puts it on latents while a denoiser learns, and what the denoiser is trained to predict.

Both come from ᾱ alone (Ho et al. 2020, eq. 4), whatever the scheduler that samples: some, such as Euler's, scale noisy
latents in a way of their own that the denoiser never saw.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor


def noised(scheduler: Any, clean: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    """Latents (batch, …) with the noise of each timestep (batch,): √ᾱ · clean + √(1−ᾱ) · noise."""
    signal, rest = _shares(scheduler, clean, timesteps)
    return signal * clean + rest * noise


def denoising_target(scheduler: Any, clean: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    """The U-Net's target for noisy latents, of their shape, by the scheduler's prediction type.

    The velocity is √ᾱ · noise − √(1−ᾱ) · clean (Salimans & Ho 2022, appendix D).
    """
    match scheduler.config.prediction_type:
        case "v_prediction":
            signal, rest = _shares(scheduler, clean, timesteps)
            return signal * noise - rest * clean
        case "sample":
            return clean
        case _:
            return noise


def _shares(scheduler: Any, clean: Tensor, timesteps: Tensor) -> tuple[Tensor, Tensor]:
    alphas = scheduler.alphas_cumprod.to(clean)[timesteps].reshape(-1, *[1] * (clean.ndim - 1))
    return alphas.sqrt(), (1 - alphas).sqrt()
