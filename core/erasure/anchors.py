"""Which concepts are close to which in the text encoder's own space: anchors for those that list none, and neighbours.

An erasure is gentlest towards something plain and close by: a super-category keeps more of a concept's own kind than a
random destination does (HiRM, ICLR 2026: 92.7 against 89.3 % on UnlearnCanvas styles). So the anchor that is proposed
is an ordinary concept of the world: of the concept's kind where there is one (cosines alone find the kind of 5 of the
starter's 14 concepts that are no styles), and among those the one whose states are most like the concept's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.concepts import Concept, Kind, World
from core.models.text import text_states
from core.prompts import MARK, Purpose, Writer, slot

_PLAIN = {Kind.STYLE: "an unknown artist", Kind.PERSON: "a person", Kind.CHARACTER: "a creature"}

FRAMES = 16
"""Training prompts over which a concept's states are averaged."""


@dataclass(frozen=True)
class Proposal:
    """An ordinary concept, by its plain phrase, to lead another to; the cosine (−1..1) of both mean states."""

    phrase: str
    kind: Kind
    cosine: float


@torch.no_grad()
def mean_state(encoder: nn.Module, tokenizer: Any, texts: list[str]) -> Tensor:
    """The mean of the last states over prompts and rows, (width,)."""
    return text_states(encoder, tokenizer, texts).mean((0, 1))


def closeness(
    encoder: nn.Module, tokenizer: Any, world: World, concept: Concept, phrases: Sequence[str]
) -> list[float]:
    """The cosine of the concept's mean state and each phrase's, all of them filled into the same training prompts.

    What the prompts share is taken out first: the mean state of the prompts without any name.
    """
    writer = Writer(world, Purpose.TRAIN, without=(concept.name,))
    frames = [writer.write(slot(concept)).text for _ in range(FRAMES)]

    def state(phrase: str) -> Tensor:
        return mean_state(encoder, tokenizer, [frame.replace(MARK, phrase) for frame in frames])

    shared = state("")
    own = state(concept.phrase) - shared
    return [float(nn.functional.cosine_similarity(own, state(phrase) - shared, dim=0)) for phrase in phrases]


def propose(encoder: nn.Module, tokenizer: Any, world: World, concept: Concept) -> list[Proposal]:
    """Where a concept could be led: those of its own kind first, then the closest first.

    A style is led to an artist and anything else to a thing; empty where the world lists no such ordinary concept.
    """
    style = concept.kind is Kind.STYLE
    found = [c for c in world.ordinary if (c.kind is Kind.STYLE) is style and c.name != concept.name]
    cosines = closeness(encoder, tokenizer, world, concept, [c.phrase for c in found])
    proposals = [Proposal(c.phrase, c.kind, cosine) for c, cosine in zip(found, cosines, strict=True)]
    return sorted(proposals, key=lambda p: (p.kind is not concept.kind, -p.cosine))


def anchor_of(encoder: nn.Module, tokenizer: Any, world: World, concept: Concept) -> str:
    """Where an erasure leads the concept: its listed anchor, else the first proposal, else a word for its kind."""
    if concept.anchor:
        return concept.anchor
    proposals = propose(encoder, tokenizer, world, concept)
    return proposals[0].phrase if proposals else _PLAIN.get(concept.kind, "an object")


def nearest(
    encoder: nn.Module,
    tokenizer: Any,
    world: World,
    concept: Concept,
    among: Sequence[Concept],
    count: int,
) -> list[Concept]:
    """The `count` concepts of `among` that are closest to the concept, the closest first."""
    cosines = closeness(encoder, tokenizer, world, concept, [c.phrase for c in among])
    order = sorted(range(len(among)), key=lambda k: -cosines[k])
    return [among[k] for k in order[:count]]
