"""One attack to try: the starter pair, a concept, and drawn pictures of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import torch

from core.concepts import Concept
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.evaluation.probes.question import Lab, open_prompts
from core.evaluation.scorecard import Bench
from core.jobs.pictures import latents_of
from core.models.opened import Family
from core.models.part import read_part
from core.prompts import Prompt, Purpose, Writer
from tests.core.erasure.subjects import WORLD, drawn
from tests.core.models.pair import starter


def concept(name: str = "Pipwick") -> Concept:
    """A concept of the starter's world."""
    found = WORLD.find(name)
    assert found is not None
    return found


@dataclass
class Steps:
    """Counts the steps of a search, and stops it after so many."""

    until: int = 10_000
    heard: list[int] = field(default_factory=list)

    def __call__(self) -> None:
        self.heard.append(len(self.heard) + 1)
        if len(self.heard) >= self.until:
            raise InterruptedError


def lab(
    budget: int = 2, on_step: Callable[[], None] = lambda: None, family: Family | None = None, name: str = "Pipwick"
) -> Lab:
    """What an attack on a character works with."""
    frames = drawn(name, 3)
    opened, generator = family or starter(), torch.Generator().manual_seed(0)
    about = concept(name)
    return Lab(opened, WORLD, about, about.anchor, frames, latents_of(opened, frames, generator), budget, 0, on_step)


def asked(count: int = 2, name: str = "Pipwick") -> Sequence[Prompt]:
    """Final prompts with MARK in the name's place."""
    return open_prompts(Writer(WORLD, Purpose.FINAL, 0, (name,)), concept(name), count)


@cache
def bench() -> Bench:
    """The judge and the final prompts."""
    card = starter().card
    judge, motion = read_part(card, "judge", Judge.load), read_part(card, "motion_judge", MotionJudge.load)
    return Bench(judge, motion, WORLD, Purpose.FINAL)
