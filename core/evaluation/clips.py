"""Figures of clips: how much they move, and whether they keep showing the same thing.

The two are read together. A frozen clip is perfectly consistent, so consistency alone rewards an encoder that stops all
motion; and noise moves a lot, so motion alone rewards one that falls apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.evaluation.figures import Figure, rate
from core.media.cv import cv2

FROZEN = 0.2
"""A clip is frozen when it moves less than this share of what its original does."""
STILL = 0.1
"""Pixels a frame; an original that moves less was not to move, and says nothing about freezing."""

_FLOW = {"pyr_scale": 0.5, "levels": 3, "winsize": 15, "iterations": 3, "poly_n": 5, "poly_sigma": 1.1, "flags": 0}


def _flow(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    flow = cv2.calcOpticalFlowFarneback(before, after, None, **_FLOW)
    return float(np.linalg.norm(flow, axis=-1).mean())


def motion_amount(frames: NDArray[np.uint8]) -> float:
    """How far a clip (frames, h, w, 3) moves: the mean length of its optical flow, in pixels a frame.

    Dense flow (Farneback 2003) over every pixel of every pair of neighbouring frames. Unlike a difference of frames it
    does not take a change of light or contrast for more motion; generated frames flicker, and that counts as motion.
    """
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    return float(np.mean([_flow(one, other) for one, other in pairwise(grey)]))


def consistency(features: Tensor) -> float:
    """How much a clip keeps showing one thing, by its frames' unit features (frames, width); 1 is most.

    Each frame's cosines with the first and with the previous one, averaged: subject consistency after VBench (Huang et
    al. 2024), which reads DINO features where this reads the judge's.
    """
    first, previous, now = features[0], features[:-1], features[1:]
    return float(((now @ first + (now * previous).sum(1)) / 2).mean())


def frozen(amounts: Sequence[float], originals: Sequence[float]) -> Figure:
    """The share of clips that stopped moving, by `motion_amount`, among those whose original moves."""
    moving = [(now, before) for now, before in zip(amounts, originals, strict=True) if before >= STILL]
    return rate(sum(now < FROZEN * before for now, before in moving), len(moving))
