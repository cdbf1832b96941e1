"""Domain correction: a discriminator that learns, any size of latents, a warm-up that moves nothing, and the brakes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from core.erasure.domain_correction import (
    Critic,
    DomainCorrectionSettings,
    PatchDiscriminator,
    discriminator_for,
    domain_correction,
    matching_loss,
)
from core.erasure.method import Target
from core.models.text import text_states
from tests.core.erasure.subjects import WORLD, subject
from tests.core.models.pair import digest, starter

SMALL: dict[str, Any] = {"steps": 10, "warm_up": 5, "batch": 4, "retain_prompts": 12, "learning_rate": 2e-3}


@pytest.mark.parametrize(
    ("channels", "height", "width"), [(8, 16, 16), (4, 64, 64), (4, 40, 72), (16, 2, 3), (4, 1, 1)]
)
def test_latents_of_any_size_can_be_judged(channels: int, height: int, width: int) -> None:
    judge = PatchDiscriminator(channels)
    verdict = judge(torch.randn(2, channels, height, width))
    assert verdict.shape == (2, 1, -(-height // 4), -(-width // 4))
    assert [f.shape[0] for f in judge.features(torch.randn(2, channels, height, width))] == [2, 2, 2]


@pytest.mark.parametrize("spectral", [True, False])
def test_the_discriminator_learns_to_tell_two_domains_apart(spectral: bool) -> None:
    one = subject()
    critic = Critic(one, DomainCorrectionSettings(spectral=spectral, matching=0.0))
    generator = torch.Generator().manual_seed(0)
    real, fake = (torch.randn(8, 8, 16, 16, generator=generator) * 0.3 + shift for shift in (0.5, -0.5))
    before = float(critic.pull(real, fake).detach())
    for _ in range(60):
        critic.learn(real, fake)
    assert float(critic.pull(real, fake).detach()) > 0.5 > 0.2 > float(critic.pull(real, real).detach())
    assert float(critic.pull(real, fake).detach()) != before


def test_its_weights_come_from_the_subjects_generator_alone() -> None:
    one, again, other = subject(), subject(), subject(seed=1)
    before = torch.get_rng_state()
    digests = [digest(discriminator_for(s, spectral=True)) for s in (one, again, other)]
    assert digests[0] == digests[1] != digests[2]
    assert torch.equal(torch.get_rng_state(), before)


def test_matching_is_relative_to_the_size_of_the_features() -> None:
    real = [torch.tensor([1.0, -3.0]), torch.tensor([[2.0]])]
    assert float(matching_loss(real, real)) == 0
    assert float(matching_loss([2 * r for r in real], real)) == pytest.approx(1)
    assert float(matching_loss([20 * r for r in real], [10 * r for r in real])) == pytest.approx(1)


def test_the_warm_up_moves_nothing_and_the_steps_do() -> None:
    one = subject()
    for checkpoint in domain_correction(one, SMALL):
        moved = digest(one.encoder) != digest(starter().encoder)
        assert moved == (checkpoint.step > SMALL["warm_up"])
        assert checkpoint.steps == SMALL["warm_up"] + SMALL["steps"]


def test_several_concepts_take_turns_against_their_own_discriminators() -> None:
    one = subject()
    other = WORLD.find("umbrella")
    assert other is not None
    both = replace(one, targets=(*one.targets, Target(other, one.targets[0].latents)))
    found = list(domain_correction(both, {**SMALL, "steps": 1, "warm_up": 2}))
    assert [c.steps for c in found] == [6] * 6


@torch.no_grad()
def distance(one: Any, other: Any, texts: list[str]) -> float:
    """Mean squared distance of the states of some prompts."""
    new, old = (text_states(e, starter().tokenizer, texts) for e in (one, other))
    return float((new - old).pow(2).mean())


@pytest.mark.parametrize("hold", [True, False])
def test_the_concept_moves_more_than_what_stays(hold: bool) -> None:
    one = subject()
    assert list(domain_correction(one, {**SMALL, "hold": hold, "retain": 30.0}))
    named = distance(one.encoder, starter().encoder, ["a photo of Pipwick", "Pipwick on a beach"])
    kept = distance(one.encoder, starter().encoder, ["Grumbo", "a house at night", "a picture by Dov Merrin"])
    assert named > 1.5 * kept > 0
