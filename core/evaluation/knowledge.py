"""What the model knows: pictures of a concept, and whether the judge names it more often than a guess would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from torch import nn

from core.concepts import Concept
from core.evaluation.figures import Figure, rate
from core.evaluation.scorecard import Bench
from core.generation.sample import Frames, Sampling, sample_many
from core.i18n import tr
from core.models.opened import Host
from core.prompts import Purpose, Writer

CLEARLY = 2.0
"""How many times chance the interval's lower end must pass for a concept to count as known."""


class Verdict(StrEnum):
    """Whether there is something to erase."""

    KNOWN = "known"
    UNSURE = "unsure"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """The verdict in the person's language."""
        return {Verdict.KNOWN: tr("known"), Verdict.UNSURE: tr("unsure"), Verdict.UNKNOWN: tr("unknown")}[self]


@dataclass(frozen=True)
class Knowledge:
    """How often the judge names a concept in the model's own pictures of it.

    `chance` is one over the candidates on the ballot; `seen_as` is the candidate named most often, which for an unknown
    concept says what the model draws in its place.
    """

    name: str
    kind: str
    rate: Figure
    chance: float
    seen_as: str

    @property
    def verdict(self) -> Verdict:
        """See `verdict_of`."""
        return verdict_of(self.rate, self.chance)

    def to_dict(self) -> dict[str, Any]:
        """The JSON-able form, with the verdict."""
        return {
            "name": self.name,
            "kind": self.kind,
            "rate": self.rate,
            "chance": self.chance,
            "verdict": self.verdict.value,
            "seen_as": self.seen_as,
        }


def verdict_of(found: Figure, chance: float) -> Verdict:
    """The verdict that the whole 95 % interval bears out, since a few pictures prove little.

    Known: its lower end lies above twice chance, because a judge's guesses are not spread evenly over the candidates.
    Unknown: it reaches down to chance, so that guessing explains what was seen. Unsure: what lies between.
    """
    if found["low"] > CLEARLY * chance:
        return Verdict.KNOWN
    return Verdict.UNSURE if found["low"] > chance else Verdict.UNKNOWN


def pictures_of(bench: Bench, host: Host, encoder: nn.Module, concept: Concept, count: int) -> Frames:
    """`count` pictures under validation prompts that name the concept plainly.

    Final prompts are left alone: what is found here decides what is erased. Prompts and seeds depend on the concept and
    the bench's seed alone, not on what else is looked at.
    """
    prompts = Writer(bench.world, Purpose.VALIDATION, bench.seed).many((concept,), count)
    texts, seeds = [p.text for p in prompts], [p.seed for p in prompts]
    return sample_many(host, encoder, texts, seeds, Sampling(), bench.cancelled, bench.on_done)


def knowledge_of(bench: Bench, concept: Concept, frames: Frames) -> Knowledge:
    """What the judge sees in pictures of the concept, (n, 1, height, width, 3)."""
    ballot = bench.judge.ballot(bench.world, concept.kind)
    names = bench.judge.name_pictures(frames[:, 0], ballot)
    found = rate(names.count(concept.name), len(names))
    seen_as = Counter(names).most_common(1)[0][0]
    return Knowledge(concept.name, concept.kind.value, found, 1 / len(ballot.names), seen_as)


def ranked(found: list[Knowledge]) -> list[Knowledge]:
    """The best known first: by verdict, then by the interval's lower end, then by name."""
    order = list(Verdict)
    return sorted(found, key=lambda k: (order.index(k.verdict), -k.rate["low"], k.name))
