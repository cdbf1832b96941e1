"""How far two pictures lie apart to the eye, in the form of LPIPS, on the judge's own vision model."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.evaluation.judge import Judge

_BATCH = 8
"""Pairs that are held at once, with the maps of every layer."""


def features_name(judge: Judge) -> str:
    """What the distances were measured on; a distance from other features must not be compared with these."""
    return f"{judge.name}, {judge.model.config.vision_config.num_hidden_layers} vision layers, uncalibrated"


def map_distance(one: Tensor, other: Tensor) -> Tensor:
    """One layer's term of LPIPS (Zhang et al. 2018, eq. 1) with w = 1, for maps (n, channels, rows, columns).

    Features are scaled to unit length over the channels, their squared difference is averaged over the positions;
    0 is the same, 4 the most.
    """
    gap = functional.normalize(one, dim=1) - functional.normalize(other, dim=1)
    return gap.square().sum(1).mean((1, 2))


def perceptual_distances(judge: Judge, ones: NDArray[np.uint8], others: NDArray[np.uint8]) -> list[float]:
    """The distance of each pair of pictures (n, h, w, 3), summed over the layers of the judge's vision transformer.

    The published LPIPS reads VGG or AlexNet and weighs channels by what people said in its paper's experiment. Neither
    is bundled, so its form is kept, the features are the judge's and every weight is 1: a figure says which of two
    encoders stays nearer to the original, and is not comparable with an LPIPS from elsewhere.
    """
    found: list[float] = []
    for k in range(0, len(ones), _BATCH):
        pairs = zip(judge.feature_maps(ones[k : k + _BATCH]), judge.feature_maps(others[k : k + _BATCH]), strict=True)
        found += torch.stack([map_distance(one, other) for one, other in pairs]).sum(0).tolist()
    return found
