"""Hardening: an attack that gains ground and stays within its bounds, and a defence that takes it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from core.erasure.adversarial import AdversarialSettings, Attacker, Round, adversarial, begun, hardened_loss
from core.erasure.denoising import predicted
from core.erasure.method import Subject, Target, read_settings
from core.erasure.words import Words
from core.errors import InputError
from core.models.text import states_from_embeddings, token_embeddings
from tests.core.erasure.subjects import WORLD, subject
from tests.core.models.pair import disturbed, starter

SMALL: dict[str, Any] = {"steps": 6, "batch": 2, "prompts": 4, "retain_prompts": 8, "attack_steps": 2}


def settings(**given: Any) -> AdversarialSettings:
    """Small settings with some of them changed."""
    return AdversarialSettings(**{**SMALL, "restart": 0.0, **given})


def started(one: Subject, chosen: AdversarialSettings) -> Round:
    """The first round of an erasure."""
    return begun(one, chosen, Words(one), one.targets[0])


@torch.no_grad()
def miss(one: Subject, now: Round, attacked: torch.Tensor) -> float:
    """How far attacked prompts are from calling the concept."""
    return float((predicted(one, now.noisy, states_from_embeddings(one.encoder, attacked)) - now.wanted).pow(2).mean())


@pytest.mark.parametrize("attack", ["prefix", "embedding"])
def test_the_attack_gains_ground_and_goes_on_from_where_it_was(attack: str) -> None:
    one = replace(subject(), encoder=disturbed(starter().encoder, 0.6))
    attacker = Attacker(one, settings(attack=attack, attack_steps=5))
    now = started(one, attacker.settings)
    ids = one.tokenizer(now.called, padding="max_length", truncation=True, return_tensors="pt").input_ids
    misses = [miss(one, now, token_embeddings(one.encoder, ids))]
    misses += [miss(one, now, attacker.attack(one.targets[0], now)) for _ in range(2)]
    assert misses[1] < 0.8 * misses[0]
    assert misses[2] < 0.8 * misses[0]
    assert misses[2] != misses[1]


def test_a_prefix_stands_behind_the_start_token_and_pushes_the_prompt_on() -> None:
    one = subject()
    attacker = Attacker(one, settings(prefix_tokens=3))
    now = started(one, attacker.settings)
    ids = one.tokenizer(now.called, padding="max_length", truncation=True, return_tensors="pt").input_ids
    plain, attacked = token_embeddings(one.encoder, ids), attacker.attack(one.targets[0], now)
    assert attacked.shape == plain.shape
    assert torch.equal(attacked[:, 0], plain[:, 0])
    assert torch.equal(attacked[:, 4:], plain[:, 1:-3])
    assert not attacked.requires_grad


def test_an_attack_on_embeddings_stays_within_its_radius() -> None:
    one = subject()
    attacker = Attacker(one, settings(attack="embedding", radius=0.5, attack_size=0.4, attack_steps=4))
    now = started(one, attacker.settings)
    ids = one.tokenizer(now.called, padding="max_length", truncation=True, return_tensors="pt").input_ids
    moved = (attacker.attack(one.targets[0], now) - token_embeddings(one.encoder, ids)).abs()
    assert float(moved.max()) <= 0.5 * attacker.spread * 1.001
    assert float(moved.max()) > 0.4 * attacker.spread


def test_half_of_the_prompts_name_the_concept_and_half_the_anchor() -> None:
    one = subject()
    now = started(one, settings(batch=4, prompts=4))
    assert now.called == [now.pairs.concept[0], now.pairs.anchor[1], now.pairs.concept[2], now.pairs.anchor[3]]
    assert now.wanted.shape == one.targets[0].latents.shape


def test_rounds_take_back_what_the_attack_gained() -> None:
    one = subject()
    chosen = {**SMALL, "steps": 6, "learning_rate": 4e-3, "retain": 1.0}
    now = started(one, settings())
    attacker = Attacker(one, settings(attack_steps=6))
    attacked = attacker.attack(one.targets[0], now)
    with torch.no_grad():
        before = float(hardened_loss(one, now, attacked))
    assert list(adversarial(one, chosen))
    with torch.no_grad():
        assert float(hardened_loss(one, now, attacked)) < 0.8 * before


def test_an_erased_encoder_can_be_hardened() -> None:
    erased = disturbed(starter().encoder, 0.05)
    one = replace(subject(), start=erased, encoder=disturbed(starter().encoder, 0.05))
    found = list(adversarial(one, {**SMALL, "steps": 2}))
    assert len(found) == 2
    assert found[0].loss < 50


def test_several_concepts_are_attacked_each_by_its_own_prefixes() -> None:
    one = subject()
    other = WORLD.find("umbrella")
    assert other is not None
    both = replace(one, targets=(*one.targets, Target(other, one.targets[0].latents)))
    attacker = Attacker(both, settings())
    for target in both.targets:
        attacker.attack(target, begun(both, attacker.settings, Words(both), target))
    assert set(attacker.moves) == {"Pipwick", "umbrella"}
    assert [c.steps for c in adversarial(both, {**SMALL, "steps": 1})] == [2, 2]


def test_a_prefix_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(InputError, match="Use 30 at most"):
        next(adversarial(subject(), {**SMALL, "prefix_tokens": 31}))
    assert next(adversarial(subject(), {**SMALL, "prefix_tokens": 30})).step == 1


def test_an_unknown_attack_is_refused() -> None:
    with pytest.raises(InputError, match="no attack “words”"):
        read_settings(AdversarialSettings, {"attack": "words"})
