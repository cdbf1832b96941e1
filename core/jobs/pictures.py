"""The few pictures an erasure learns from: made by the model, or the person's own."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from core.concepts import Concept, World
from core.errors import FailureKind, LacunaError
from core.evaluation.judge import Judge
from core.generation.sample import Frames, sample
from core.hardware.freeing import at_work
from core.hardware.plan import plan
from core.i18n import tr
from core.jobs.reporting import Report
from core.media.clip import read_picture
from core.models.opened import Family
from core.prompts import Prompt, Purpose, Writer


def generated(opened: Family, world: World, concept: Concept, count: int, seed: int, report: Report) -> Frames:
    """`count` pictures that the still host makes of the concept, as many at once as the plan allows."""
    prompts = Writer(world, Purpose.TRAIN, seed).many((concept,), count)
    host, size = opened.host("still"), plan().batch(1)
    caption = tr("{name}, taking shape", name=concept.name)

    def made(part: list[Prompt], batch: int) -> Frames:
        def on_step(done: int, steps: int, latents: Tensor) -> None:
            report.progress(batch * steps + done, math.ceil(count / size) * steps)
            report.glimpse(latents, opened.card, caption)

        texts, seeds = [p.text for p in part], [p.seed for p in part]
        return sample(host, opened.encoder, texts, seeds, on_step=on_step, cancelled=report.cancelled)

    return np.concatenate([made(prompts[k : k + size], k // size) for k in range(0, count, size)])


def refuse_unknown(
    judge: Judge, world: World, concept: Concept, frames: Frames, warn: Callable[[str], None] | None = None
) -> None:
    """Raise LacunaError when the judge sees the concept in none of the pictures: there is nothing to erase.

    A person who knows better than the judge goes on anyway: then `warn` is told instead.
    """
    names = judge.name_pictures(frames[:, 0], judge.ballot(world, concept.kind))
    if concept.name in names:
        return None
    what = tr("The model does not seem to know “{name}”.", name=concept.name)
    why = tr("None of {count} pictures it made shows it.", count=len(names))
    if warn:
        return warn(f"{what} {why} {tr('It goes on all the same, as you asked.')}")
    raise LacunaError(FailureKind.UNKNOWN_CONCEPT, what, why, _remedy(world, concept))


def _remedy(world: World, concept: Concept) -> str:
    if world.open:
        return tr("Call it by another name, or erase it anyway if you know better than the judge.")
    others = ", ".join(c.name for c in world.of_kind(concept.kind) if c.name != concept.name)
    return tr("Pick a concept it knows: {others}.", others=others)


def own(folder: str, width: int, height: int) -> Frames:
    """The person's pictures, (n, 1, height, width, 3): whole, by bicubic interpolation that averages as it shrinks."""
    paths = sorted(p for p in Path(folder).iterdir() if not p.name.startswith("."))
    return np.stack([_scaled(read_picture(path), width, height) for path in paths])[:, None]


def _scaled(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))


@torch.no_grad()
def latents_of(opened: Family, frames: Frames, generator: torch.Generator) -> Tensor:
    """Scaled latents (n, channels, height, width) of the first frames, each flipped or not once for all, in float32.

    They go through the autoencoder as many at once as the plan allows.
    """
    batch = torch.from_numpy(frames[:, 0]).permute(0, 3, 1, 2).float() / 127.5 - 1
    flips = torch.rand(len(batch), generator=generator) < 0.5
    batch = torch.where(flips[:, None, None, None], batch.flip(-1), batch)
    vae = opened.vae
    with at_work((vae,), opened.device, alone=plan().sparing):
        parts = [_encoded(vae, part.to(opened.device), generator) for part in batch.split(plan().batch(1))]
    return torch.cat(parts) * vae.config.scaling_factor


def _encoded(vae: Any, pictures: Tensor, generator: torch.Generator) -> Tensor:
    encoded = vae.encode(pictures.to(vae.dtype))
    latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.sample(generator)
    return latents.float()
