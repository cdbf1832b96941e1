"""The memory setting is kept to where pictures are made."""

from __future__ import annotations

import pytest

from core.generation.sample import Sampling, sample_many
from core.hardware.plan import Plan, using
from tests.core.models.pair import starter


@pytest.mark.parametrize(("memory", "batches"), [("low", [4, 1]), ("balanced", [5])])
def test_so_many_stills_are_made_at_once(memory: str, batches: list[int]) -> None:
    told: list[int] = []
    host, encoder = starter().host("still"), starter().encoder
    with using(Plan(memory=memory)):
        made = sample_many(host, encoder, ["Pipwick"] * 5, list(range(5)), Sampling(steps=1), on_batch=told.append)
    assert told == batches
    assert len(made) == 5
