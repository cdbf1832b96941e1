"""A glimpse of what is being sampled: one frame of the latents as colours, by a linear map that costs nothing much."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.generation.sample import Frames
from core.models.catalogue import FamilyCard


def glimpse(latents: Tensor, card: FamilyCard) -> Frames | None:
    """The middle frame of the first picture or clip, uint8 (1, 1, height, width, 3); None where no map is known.

    `latents` are scaled as pipelines hold them: (batch, channels, height, width), or with frames behind the channels.
    """
    if not card.latent_rgb:
        return None
    first = latents[0].detach().float().cpu()
    middle = first[:, first.shape[1] // 2] if first.ndim == 4 else first
    *weights, offset = torch.tensor(card.latent_rgb)
    colours = torch.einsum("chw,cr->hwr", middle, torch.stack(weights)) + offset
    factor = card.hosts[0].size / max(middle.shape[1:])
    size = [round(side * factor) for side in middle.shape[1:]]
    grown = torch.nn.functional.interpolate(colours.permute(2, 0, 1)[None], size, mode="bilinear")
    picture = ((grown[0].permute(1, 2, 0) + 1) * 127.5).clamp(0, 255)
    return picture.numpy().astype(np.uint8)[None, None]
