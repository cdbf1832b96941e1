"""Half-precision denoising where the processor gains by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from core.hardware.devices import has_bfloat16


@contextmanager
def lighter(denoiser: nn.Module) -> Iterator[None]:
    """Meanwhile the denoiser multiplies in bfloat16, if its device does so natively; everything else stays float32.

    Only sampling uses it: latents, scheduler and decoder keep their precision, and gradients are taken in float32.
    """
    device = next(denoiser.parameters()).device.type
    if device != "cpu" or not has_bfloat16():
        yield
        return
    plain = denoiser.forward
    denoiser.forward = torch.autocast("cpu", torch.bfloat16)(plain)
    try:
        yield
    finally:
        denoiser.forward = plain
