"""What passes through a model takes up, by coefficients that were traced from the real architectures.

Attention that is never written out as a whole (SDPA) makes everything grow in step with the latents: a fixed part, and
so much for each latent pixel of each sample, is all there is to it. `python -m tests.benchmarks.activations --write`
traces them anew into `resources/memory/activations.json`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from core.files import read_object
from core.models.recipe import TINY
from core.resources import resource


@cache
def traced() -> dict[str, Any]:
    """Coefficients by part, architecture and kind of pass, with where they come from."""
    return read_object(resource("memory", "activations.json"))


def _numbers(part: str, name: str, mode: str, amount: int, share: float = 1.0) -> int:
    fixed, each = traced()[part][name.removesuffix(TINY)][mode]
    return round(share * (fixed + each * amount)) if amount else 0


def denoising(name: str, mode: str, samples: int, cells: int, share: float = 1.0) -> int:
    """Numbers that a pass of a denoiser holds: `samples` pictures or frames of `cells` latent pixels each.

    `mode` is `forward` without gradients, `train` with those towards the text states, or `checkpointed`. `share` is how
    wide a denoiser of this make-up is beside the published one.
    """
    return _numbers("denoisers", name, mode, samples * cells, share)


def encoding(name: str, mode: str, prompts: int, share: float = 1.0) -> int:
    """Numbers that a pass of a text encoder holds for so many prompts, in the modes of `denoising`."""
    return _numbers("encoders", name, mode, prompts, share)


def decoding(mode: str, pictures: int, pixels: int) -> int:
    """Numbers that `pictures` of `pixels` each take in the autoencoder; `mode` is `decode` or `encode`."""
    return _numbers("autoencoders", "sd-vae", mode, pictures * pixels)


def judging() -> int:
    """Numbers that the judge's reading of one batch of pictures takes."""
    return _numbers("judges", "clip-vit-b-32", "forward", 1)


def overhead(device: str) -> int:
    """Bytes that a device's own software takes beside the tensors: torch's libraries, and on a GPU its context."""
    return traced()["overhead"][device]
