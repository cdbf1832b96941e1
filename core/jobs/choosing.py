"""Choosing by measurement: each checkpoint and strength is judged on validation prompts, and the best is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from transformers import CLIPTextModel

from core.concepts import Concept
from core.erasure.trainable import Delta
from core.evaluation.scorecard import Bench, judge_frames
from core.generation.sample import Sampling, sample_many
from core.models.opened import Host
from core.prompts import Prompt, Purpose, Writer, neighbours_of, unrelated_to

STRENGTHS = (0.6, 0.8, 1.25, 1.5)
"""Strengths tried beside 1 on the chosen checkpoint."""


@dataclass(frozen=True)
class Verdict:
    """On validation prompts: the share of pictures that still show the concept, and of the original's accuracy kept."""

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
    """Judges encoders on one fixed set of validation pictures and remembers the best."""

    bench: Bench
    host: Host
    concepts: tuple[Concept, ...]
    original: CLIPTextModel
    count: int = 12
    steps: int = 10
    best: Candidate | None = None
    _kept_before: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.bench = replace(self.bench, purpose=Purpose.VALIDATION)
        writer = Writer(self.bench.world, Purpose.VALIDATION, self.bench.seed, tuple(c.name for c in self.concepts))
        half = max(self.count // 2, len(self.concepts))
        self._named = [*writer.many(self.concepts, half), *writer.many(self.concepts, half, "paraphrase")]
        self._others = [
            *writer.many(neighbours_of(self.bench.world, *self.concepts), self.count),
            *writer.many(unrelated_to(self.bench.world, *self.concepts), half),
        ]
        self._kept_before = max(self._share(self.original, self._others), 1e-6)

    def _share(self, encoder: CLIPTextModel, prompts: list[Prompt]) -> float:
        frames = sample_many(
            self.host,
            encoder,
            [p.text for p in prompts],
            [p.seed for p in prompts],
            Sampling(steps=self.steps),
            self.bench.cancelled,
        )
        shares = judge_frames(self.bench, frames, prompts).shares
        return sum(shares) / len(shares)

    def seen(self, encoder: CLIPTextModel) -> float:
        """The share of validation pictures that show what was to go."""
        return self._share(encoder, self._named)

    def verdict(self, encoder: CLIPTextModel) -> Verdict:
        """Judge an encoder."""
        return Verdict(self.seen(encoder), self._share(encoder, self._others) / self._kept_before)

    def consider(self, encoder: CLIPTextModel, delta: Delta, step: int, strength: float = 1.0) -> Verdict:
        """Judge an encoder and keep it if it is the best so far."""
        candidate = Candidate(delta, step, strength, self.verdict(encoder))
        if self.best is None or candidate.rank < self.best.rank:
            self.best = candidate
        return candidate.verdict
