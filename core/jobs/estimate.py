"""What a job will take, told before it starts; measured on 2 CPU cores, no torch."""

from __future__ import annotations

from dataclasses import dataclass

from core.jobs.spec import EraseSpec


@dataclass(frozen=True)
class Estimate:
    """Expected seconds and peak memory in bytes."""

    seconds: float
    memory_bytes: int


def estimate(spec: EraseSpec) -> Estimate:
    """The expected cost of an erasure with the starter family."""
    judged = 35.0 if spec.quick else 795.0
    return Estimate(seconds=35.0 + judged, memory_bytes=1_400_000_000)
