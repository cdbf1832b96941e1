"""What a job will take, told before it starts; measured on 2 CPU cores, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from core.jobs.spec import EraseSpec, ProbeSpec
from core.presets import preset

OPENING, STILL, CLIP = 2.0, 0.085, 2.0
"""Seconds to open the model, and for one picture or clip with its judging."""
FILMING, LEARNING = 14.0, 1.0
"""Seconds for the clips before and after an erasure, and for the pictures it learns one concept from."""
KEEPING = 0.3
"""Seconds to put an entry into the library."""
CARDS = {True: 35.0, False: 795.0}
"""Seconds for the quick scorecard and the full one."""
SEARCHES = {"token_search": 20.0, "embedding_inversion": 10.0, "genetic_prefix": 2.0, "latent_inversion": 2.0}
"""Seconds of each attack's search against both encoders at the usual budget."""

WEIGHTS = {
    "Open the model": OPENING,
    "Make the pictures": LEARNING,
    "Make the clips before": FILMING * 2 / 3,
    "Erase": 20.0,
    "Make the clips after": FILMING / 3,
    "Judge": CARDS[True],
    "Keep": KEEPING,
}
"""The stages of an erasure, and their seconds for one concept with the default preset and the quick scorecard."""


@dataclass(frozen=True)
class Estimate:
    """Expected seconds and peak memory in bytes."""

    seconds: float
    memory_bytes: int


def stage_seconds(spec: EraseSpec) -> dict[str, float]:
    """The stages of an erasure in their order, with the expected seconds of each; every concept more is learnt anew."""
    concepts = 1 + len(spec.also)
    return {
        **WEIGHTS,
        "Make the pictures": concepts * LEARNING,
        "Erase": concepts * preset(spec.preset).seconds,
        "Judge": CARDS[spec.quick],
    }


def estimate(spec: EraseSpec) -> Estimate:
    """The expected cost of an erasure with the starter family."""
    return Estimate(sum(stage_seconds(spec).values()), memory_bytes=1_400_000_000)


def asking_seconds(count: int, *, clips: bool) -> float:
    """Seconds for `count` pictures or clips of each of two encoders, with their judging."""
    return 2 * count * (CLIP if clips else STILL)


def search_seconds(name: str, budget: int) -> float:
    """Seconds of an attack's search; 0 for a probe that does not search."""
    return SEARCHES.get(name, 0.0) * budget / ProbeSpec.budget
