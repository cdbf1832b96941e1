"""What a denoiser is trained to predict."""

from __future__ import annotations

from diffusers import DDIMScheduler
from torch import Tensor


def denoising_target(scheduler: DDIMScheduler, clean: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    """The U-Net's target for noisy latents, of their shape, by the scheduler's prediction type."""
    if scheduler.config.prediction_type == "v_prediction":
        return scheduler.get_velocity(clean, noise, timesteps)
    return noise
