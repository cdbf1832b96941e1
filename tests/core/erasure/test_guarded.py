"""The default method: where its loss starts, what surgery removes, and that the brakes hold."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from core.erasure.gradients import combine
from core.erasure.guarded import guarded, nearest_of
from core.erasure.words import Words
from core.models.text import text_states
from tests.core.erasure.subjects import alike, moved_by, subject
from tests.core.models.pair import starter

SMALL: dict[str, Any] = {"steps": 12, "batch": 2, "prompts": 6, "retain_prompts": 12, "learning_rate": 2e-3}
KEPT = ["a photo of Grumbo", "Tizzel on a beach", "a house at night", "a picture by Dov Merrin"]


@pytest.mark.parametrize(("states", "denoiser"), [(1.0, 1.0), (0.5, 2.0), (1.0, 0.0)])
@pytest.mark.parametrize("name", ["Pipwick", "Lio Kasset"])
def test_the_loss_starts_at_the_sum_of_its_weights(name: str, states: float, denoiser: float) -> None:
    given = {**SMALL, "states": states, "denoiser": denoiser}
    assert next(guarded(subject(name), given)).loss == pytest.approx(states + denoiser, rel=1e-3)


def test_the_loss_falls() -> None:
    losses = [c.loss for c in guarded(subject(), SMALL)]
    assert sum(losses[-3:]) < 0.9 * sum(losses[:3])


def test_fewer_prompts_than_the_batch_are_enough() -> None:
    given = {**SMALL, "steps": 1, "prompts": 2, "batch": 6}
    assert next(guarded(subject(), given)).loss > 0


@pytest.mark.parametrize("seed", range(20))
def test_surgery_removes_the_conflict_and_nothing_else(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    forget, keep = (tuple(torch.randn(5, 3, generator=generator) for _ in range(6)) for _ in range(2))
    for f, k, both in zip(forget, keep, combine(forget, keep, surgery=True), strict=True):
        left, clash = both - k, float((f * k).sum())
        if clash >= 0:
            assert torch.allclose(left, f, atol=1e-6)
        else:
            assert abs(float((left * k).sum())) < 1e-4 * float(k.pow(2).sum())
            assert torch.allclose(left - f, k * (-clash / float(k.pow(2).sum())), atol=1e-5)


def test_without_surgery_gradients_add_up() -> None:
    forget, keep = (torch.tensor([1.0, -2.0]),), (torch.tensor([-3.0, 0.5]),)
    assert torch.equal(combine(forget, keep, surgery=False)[0], torch.tensor([-2.0, -1.5]))


def test_a_first_step_has_nothing_to_hold() -> None:
    forget, keep = (torch.tensor([1.0, -2.0]),), (torch.zeros(2),)
    assert torch.equal(combine(forget, keep, surgery=True)[0], forget[0])


@torch.no_grad()
def drift(encoder: Any, texts: list[str]) -> float:
    """Mean squared movement of the states of some prompts."""
    new, old = (text_states(e, starter().tokenizer, texts) for e in (encoder, starter().encoder))
    return float((new - old).pow(2).mean())


def test_the_retain_term_holds_the_rest_while_the_concept_moves() -> None:
    drifts: list[float] = []
    for retain in (0.0, 30.0):
        one = subject()
        assert len(list(guarded(one, {**SMALL, "retain": retain}))) == SMALL["steps"]
        drifts.append(drift(one.encoder, KEPT))
    assert drift(one.encoder, ["a photo of Pipwick", "Pipwick on a beach"]) > 2 * drifts[1]
    assert drifts[1] < 0.7 * drifts[0]


def test_projection_changes_the_erasure_and_starts_from_the_same_loss() -> None:
    given = {**SMALL, "steps": 1, "projection": True, "nearest": 2}
    assert next(guarded(subject(), given)).loss == pytest.approx(2.0, rel=1e-3)
    assert not alike(moved_by(guarded, given), moved_by(guarded, {**given, "projection": False}))


def test_the_nearest_stay_and_are_as_many_as_asked_for() -> None:
    one = subject("Mara Quillon")
    near = nearest_of(one, Words(one), 3)
    assert set(near) == {"Mara Quillon"}
    names = [concept.name for concept in near["Mara Quillon"]]
    assert len(set(names)) == 3
    assert "Mara Quillon" not in names
