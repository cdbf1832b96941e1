"""Latents to frames, the same way for every host."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import InputError
from core.i18n import tr

Frames = NDArray[np.uint8]
"""Pictures of a batch, uint8, (batch, frames, height, width, 3); a still has one frame."""


@torch.no_grad()
def decoded(vae: Any, latents: Tensor) -> Frames:
    """Frames of latents as pipelines hold them: (batch, channels, height, width), or with frames behind the channels.

    The decoder works in its own precision, which for Stable Diffusion XL must not be float16 whatever the denoiser's
    is. How many frames it takes at once is the plan's (`applying.decoding`). InputError where the numbers overflowed.
    """
    films = latents[:, :, None] if latents.ndim == 4 else latents
    flat = films.transpose(1, 2).flatten(0, 1).to(vae.dtype)
    frames = _bytes(vae.decode(_unscaled(vae.config, flat)).sample)
    return frames.reshape(len(films), -1, *frames.shape[1:])


def _unscaled(config: Any, latents: Tensor) -> Tensor:
    """Latents as the autoencoder made them, from their scaled form."""
    mean, spread = config.get("latents_mean"), config.get("latents_std")
    if mean is None or spread is None:
        return latents / config.scaling_factor
    mean, spread = (torch.tensor(row).view(1, -1, 1, 1).to(latents) for row in (mean, spread))
    return latents * spread / config.scaling_factor + mean


def _bytes(pictures: Tensor) -> Frames:
    """uint8 (frames, height, width, 3) of decoded pictures in [-1, 1].

    InputError for numbers that are none: they would be black, and be judged as if they showed something.
    """
    if not bool(pictures.isfinite().all()):
        raise InputError(
            tr("The model's numbers overflowed, and there is no picture."),
            tr("It happens with much guidance or strength, and with models that cannot be run in 16 bits."),
            tr("Use less guidance, a smaller strength, or the processor, which works in 32 bits."),
        )
    colours = (pictures.float() / 2 + 0.5).clamp(0, 1)
    return (colours * 255).round().permute(0, 2, 3, 1).to(torch.uint8).cpu().numpy()
