"""Steps of the erasure methods as they are, on fake tensors, with the real architectures of every family."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from diffusers import DDIMScheduler

from core.concepts import Kind, world
from core.erasure import METHODS
from core.erasure.method import Subject, Target
from core.hardware.freeing import forgetful
from core.hardware.plan import Plan, using
from core.models.architectures import empty
from core.models.clip_words import clip_tokenizer
from core.models.paired import PairedDenoiser, PairedEncoder
from tests.benchmarks.tracing import faked, metered
from tests.core.hardware.models import UNETS, model

ENCODERS = {"sd1": ("clip-vit-l",), "sd2": ("openclip-vit-h",), "sdxl": ("clip-vit-l", "openclip-vit-bigg")}


def _encoder(family: str, *, learns: bool) -> Any:
    made = [faked(empty(name), torch.float32).eval().requires_grad_(learns) for name in ENCODERS[family]]
    return PairedEncoder(*made) if len(made) > 1 else made[0]


def _subject(family: str, plan: Plan, images: int) -> Subject:
    side = model(family).host("still").size // 8
    unet = faked(empty(UNETS[family]), getattr(torch, plan.dtype)).eval().requires_grad_(False)
    original, encoder = _encoder(family, learns=False), _encoder(family, learns=True)
    words = world("general")
    concept = replace(words.of_kind(Kind.OBJECT)[0], anchor="an object")
    return Subject(
        encoder=encoder,
        original=original,
        start=original,
        tokenizer=clip_tokenizer(),
        unet=PairedDenoiser(unet, 8) if family == "sdxl" else unet,
        scheduler=DDIMScheduler(),
        targets=(Target(concept, torch.empty(images, 4, side, side)),),
        world=words,
        generator=torch.Generator().manual_seed(0),
        seed=0,
    )


def learning(family: str, method: str, plan: Plan, **given: Any) -> int:
    """Bytes at the peak of the first two steps of a method: the second one finds the optimiser's moments there."""
    with metered() as meter, using(plan):
        subject = _subject(family, plan, 4)
        with forgetful(subject.encoder, plan.checkpointing):
            for _ in zip(METHODS[method](subject, given), range(2), strict=False):
                pass
        return meter.peak
