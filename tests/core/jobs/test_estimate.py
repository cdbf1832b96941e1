"""The estimate: more judging takes longer."""

from __future__ import annotations

from core.jobs.estimate import estimate
from core.jobs.spec import EraseSpec


def test_a_full_scorecard_takes_longer_and_memory_is_in_bytes() -> None:
    quick, full = estimate(EraseSpec("Pipwick")), estimate(EraseSpec("Pipwick", quick=False))
    assert 0 < quick.seconds < full.seconds
    assert quick.memory_bytes > 2**28
