"""Steering: where its loss starts, which weights answer for it, where it leads and what the retain term holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from core.erasure.method import Target
from core.erasure.steering import (
    SteeringSettings,
    concept_pool,
    ends_of,
    from_the_name_on,
    pools_of,
    random_states,
    steering,
    steering_loss,
    tokens_of,
)
from core.erasure.words import Pairs
from core.errors import InputError
from core.models.text import text_states
from tests.core.erasure.subjects import WORLD, moved_by, subject
from tests.core.models.pair import starter

SMALL: dict[str, Any] = {"steps": 10, "pool": 12, "retain_pool": 24, "prompts": 4, "retain_prompts": 8}
NAMED, LED = ["a photo of Pipwick", "Pipwick on a beach"], ["a photo of a critter", "a critter on a beach"]
KEPT = ["a photo of Grumbo", "Tizzel on a beach", "a house at night", "a picture by Dov Merrin"]


@torch.no_grad()
def apart(encoder: Any, texts: list[str], goals: list[str]) -> float:
    """Mean squared distance of the texts' states from those the original has for the goals."""
    states = text_states(encoder, starter().tokenizer, texts)
    return float((states - text_states(starter().encoder, starter().tokenizer, goals)).pow(2).mean())


def test_the_loss_of_a_whole_pool_starts_at_the_sum_of_its_weights() -> None:
    one, settings = subject(), SteeringSettings(**SMALL, states=0.5, end_of_text=2.0)
    led, held = pools_of(one, settings)
    with torch.no_grad():
        assert float(steering_loss(one, settings, led["Pipwick"], held)) == pytest.approx(2.5, rel=1e-3)


def test_only_the_first_block_moves() -> None:
    delta = moved_by(steering, SMALL)
    assert len(delta) > 10
    assert all(".layers.0." in name for name in delta)


def test_the_concept_goes_to_its_anchor_and_the_rest_is_held() -> None:
    drifts: list[float] = []
    for retain in (0.0, 30.0):
        one = subject()
        assert len(list(steering(one, {**SMALL, "steps": 16, "retain": retain}))) == 16
        assert apart(one.encoder, NAMED, LED) < 0.7 * apart(starter().encoder, NAMED, LED)
        drifts.append(apart(one.encoder, KEPT, KEPT))
    assert drifts[1] < 0.5 * drifts[0]


def test_several_concepts_take_turns() -> None:
    one, car = subject(), WORLD.find("car")
    assert car is not None
    both = replace(one, targets=(*one.targets, Target(car, torch.empty(0))))
    found = list(steering(both, SMALL))
    assert len(found) == found[0].steps == 2 * SMALL["steps"]
    assert apart(one.encoder, NAMED, LED) < 0.9 * apart(starter().encoder, NAMED, LED)
    assert apart(one.encoder, ["a photo of a car"], ["a photo of a crate"]) < 0.9 * apart(
        starter().encoder, ["a photo of a car"], ["a photo of a crate"]
    )


def test_the_end_of_a_text_is_found_before_its_padding_and_behind_unknown_words() -> None:
    one = subject()
    texts = ["a photo of Pipwick", "a photo of qqqq 漢 Pipwick"]
    ends = ends_of(tokens_of(one, texts))
    lengths = [len(one.tokenizer(text).input_ids) for text in texts]
    assert ends.sum(1).tolist() == [1, 1]
    assert ends.argmax(1).tolist() == [length - 1 for length in lengths]


def test_a_random_destination_turns_what_knows_of_the_name_and_keeps_every_norm() -> None:
    one = subject()
    pool = concept_pool(one, SteeringSettings(destination="random"), Pairs(NAMED, LED))
    with torch.no_grad():
        old = text_states(one.original, one.tokenizer, NAMED)
    known = from_the_name_on(pool.ids, tokens_of(one, LED)["input_ids"])
    assert known[1, 1:].all()
    assert not known[0, :4].any()
    assert torch.allclose(pool.goal.norm(dim=-1), old.norm(dim=-1), rtol=1e-4)
    assert torch.equal(pool.goal[~known.squeeze(-1)], old[~known.squeeze(-1)])
    turned = nn.functional.normalize(pool.goal[known.squeeze(-1)], dim=-1)
    assert torch.allclose(turned, turned[:1].expand_as(turned), atol=1e-5)
    assert float(nn.functional.cosine_similarity(pool.goal[:, -1], old[:, -1]).abs().max()) < 0.5


def test_two_draws_give_two_random_directions() -> None:
    generator, old = torch.Generator().manual_seed(0), torch.ones(1, 2, 16)
    known = torch.ones(1, 2, 1, dtype=torch.bool)
    first, second = (random_states(old, known, generator) for _ in range(2))
    assert not torch.allclose(first, second)


def test_what_must_stay_is_held_to_where_the_erasure_starts() -> None:
    one = subject()
    _, held = pools_of(one, SteeringSettings(**SMALL))
    assert held.ids.shape[0] == SMALL["retain_pool"]
    with torch.no_grad():
        assert torch.allclose(held.goal, one.start(held.ids).last_hidden_state, atol=1e-5)


def test_an_unknown_destination_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no destination “moon”.*anchor, random"):
        next(steering(subject(), {"destination": "moon"}))
