"""One erasure to try methods on: the starter pair, a concept, and latents of its drawn pictures."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from core.concepts import world
from core.erasure.method import Method, Subject, Target
from core.erasure.trainable import Delta, delta_between, parameters_of
from core.generation.sample import Frames
from core.jobs.pictures import latents_of
from core.starter.world import draw, random_scene
from tests.core.models.pair import starter

WORLD = world("starter")


def drawn(name: str, count: int) -> Frames:
    """Drawn pictures of a subject, (count, 1, 64, 64, 3)."""
    rng = np.random.default_rng(0)
    scenes = [replace(random_scene(rng, "still", styled=0), subject=name, colour="red") for _ in range(count)]
    return np.stack([draw(scene, 64) for scene in scenes])[:, None]


def subject(name: str = "Pipwick", seed: int = 0, images: int = 4) -> Subject:
    """The concept of this name on the starter pair, with a fresh copy of the encoder to move."""
    concept, family = WORLD.find(name), starter()
    assert concept is not None
    return Subject(
        encoder=copy.deepcopy(family.encoder),
        original=family.encoder,
        start=family.encoder,
        tokenizer=family.tokenizer,
        unet=family.unet,
        scheduler=family.scheduler,
        targets=(Target(concept, latents_of(family, drawn("Pipwick", images), torch.Generator().manual_seed(seed))),),
        world=WORLD,
        generator=torch.Generator().manual_seed(seed),
        seed=seed,
    )


def moved_by(method: Method, given: dict[str, Any], seed: int = 0) -> Delta:
    """Δ after all steps of a method."""
    one = subject(seed=seed)
    assert len(list(method(one, given))) > 0
    return delta_between(parameters_of(one.encoder), parameters_of(starter().encoder))


def alike(one: Delta, other: Delta) -> bool:
    """Whether two Δ are the same to the bit."""
    return set(one) == set(other) and all(np.array_equal(one[name], other[name]) for name in one)
