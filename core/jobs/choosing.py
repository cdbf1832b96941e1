"""Choosing by measurement: each checkpoint and strength is judged on validation prompts, and the best is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from torch import nn

from core.concepts import Concept
from core.erasure.trainable import Delta
from core.evaluation.scorecard import Bench, judge_frames
from core.generation.sample import Sampling, sample_many
from core.models.hosts import Host
from core.prompts import Prompt, Purpose, Writer, neighbours_of, unrelated_to

STRENGTHS = (0.6, 0.8, 1.25, 1.5)
"""Strengths tried beside 1 on the chosen checkpoint."""


@dataclass(frozen=True)
class Verdict:
    """On validation prompts: the share of pictures that still show the concept, and of the original's accuracy kept.

    Where the judge saw nothing of what was named in the original's pictures either, all of it is kept.
    """

    seen: float
    kept: float

    @property
    def cost(self) -> float:
        """What is left to forget plus what was lost; 0 is perfect."""
        return self.seen + max(0.0, 1.0 - self.kept)


@dataclass(frozen=True)
class Candidate:
    """An encoder that could be kept."""

    delta: Delta
    step: int
    strength: float
    verdict: Verdict

    @property
    def rank(self) -> tuple[float, float, int]:
        """Smaller is better: least cost, then the strength nearest to 1, then the later step.

        The judge looks at stills; among equals the later checkpoint leaves less for the video hosts to find.
        """
        return (round(self.verdict.cost, 4), abs(self.strength - 1.0), -self.step)


@dataclass
class Chooser:
    """Judges encoders on one fixed set of validation pictures and remembers the best.

    `steps` are those of a picture; 0 takes half of the host's own, but no less than ten: enough to see what is shown.
    """

    bench: Bench
    host: Host
    concepts: tuple[Concept, ...]
    original: nn.Module
    count: int = 12
    steps: int = 0
    best: Candidate | None = None
    judged: dict[tuple[int, float], Verdict] = field(default_factory=dict)
    before: float = 0.0

    def __post_init__(self) -> None:
        self.bench = replace(self.bench, purpose=Purpose.VALIDATION)
        writer = Writer(self.bench.world, Purpose.VALIDATION, self.bench.seed, tuple(c.name for c in self.concepts))
        half = max(self.count // 2, len(self.concepts))
        self._named = [*writer.many(self.concepts, half), *writer.many(self.concepts, half, "paraphrase")]
        self._others = [
            *writer.many(neighbours_of(self.bench.world, *self.concepts), self.count),
            *writer.many(unrelated_to(self.bench.world, *self.concepts), half),
        ]
        self.before = self.before or self._share(self.original, self._others)

    def _share(self, encoder: nn.Module, prompts: list[Prompt]) -> float:
        frames = sample_many(
            self.host,
            encoder,
            [p.text for p in prompts],
            [p.seed for p in prompts],
            Sampling(steps=self.steps or max(10, self.host.card.steps // 2)),
            self.bench.cancelled,
        )
        shares = judge_frames(self.bench, frames, prompts).shares
        return sum(shares) / len(shares)

    def seen(self, encoder: nn.Module) -> float:
        """The share of validation pictures that show what was to go."""
        return self._share(encoder, self._named)

    def verdict(self, encoder: nn.Module) -> Verdict:
        """Judge an encoder."""
        kept = self._share(encoder, self._others) / self.before if self.before else 1.0
        return Verdict(self.seen(encoder), kept)

    def consider(self, encoder: nn.Module, delta: Delta, step: int, strength: float = 1.0) -> Verdict:
        """Judge an encoder and keep it if it is the best so far."""
        verdict = self.judged.get((step, strength)) or self.verdict(encoder)
        self.judged[step, strength] = verdict
        candidate = Candidate(delta, step, strength, verdict)
        if self.best is None or candidate.rank < self.best.rank:
            self.best = candidate
        return candidate.verdict
