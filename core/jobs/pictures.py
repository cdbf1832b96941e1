"""The few pictures an erasure learns from: made by the model, or the person's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.concepts import Concept, World
from core.errors import FailureKind, LacunaError
from core.evaluation.judge import Judge
from core.generation.sample import Frames, sample
from core.i18n import tr
from core.jobs.reporting import Report
from core.media.clip import read_picture
from core.models.opened import Family
from core.prompts import Purpose, Writer


def generated(opened: Family, world: World, concept: Concept, count: int, seed: int, report: Report) -> Frames:
    """`count` pictures that the still host makes of the concept."""
    prompts = Writer(world, Purpose.TRAIN, seed).many((concept,), count)
    host = opened.host("still")
    texts, seeds = [p.text for p in prompts], [p.seed for p in prompts]

    def on_step(done: int, total: int, latents: Tensor) -> None:
        report.progress(done, total)
        report.glimpse(latents, opened.card, tr("{name}, taking shape", name=concept.name))

    return sample(host, opened.encoder, texts, seeds, on_step=on_step, cancelled=report.cancelled)


def refuse_unknown(judge: Judge, world: World, concept: Concept, frames: Frames) -> None:
    """Raise LacunaError when the judge sees the concept in none of the pictures: there is nothing to erase."""
    names = judge.name_pictures(frames[:, 0], judge.ballot(world, concept.kind))
    if concept.name not in names:
        others = ", ".join(c.name for c in world.of_kind(concept.kind) if c.name != concept.name)
        raise LacunaError(
            FailureKind.UNKNOWN_CONCEPT,
            tr("The model does not seem to know “{name}”.", name=concept.name),
            tr("None of {count} pictures it made shows it.", count=len(names)),
            tr("Pick a concept it knows: {others}.", others=others),
        )


def own(folder: str, size: int) -> Frames:
    """The person's pictures, (n, 1, size, size, 3): whole, by bicubic interpolation that averages when it shrinks."""
    paths = sorted(p for p in Path(folder).iterdir() if not p.name.startswith("."))
    pictures = [Image.fromarray(read_picture(path)).resize((size, size), Image.Resampling.BICUBIC) for path in paths]
    return np.stack([np.asarray(picture) for picture in pictures])[:, None]


@torch.no_grad()
def latents_of(opened: Family, frames: Frames, generator: torch.Generator) -> Tensor:
    """Scaled latents (n, channels, height, width) of the first frames, each flipped or not once for all."""
    batch = torch.from_numpy(frames[:, 0]).permute(0, 3, 1, 2).float() / 127.5 - 1
    flips = torch.rand(len(batch), generator=generator) < 0.5
    batch = torch.where(flips[:, None, None, None], batch.flip(-1), batch).to(opened.device)
    encoded = opened.vae.encode(batch)
    latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.sample(generator)
    return latents * opened.vae.config.scaling_factor
