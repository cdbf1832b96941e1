"""The step that two losses share: what it follows, and what its retain term measures."""

from __future__ import annotations

import torch
from torch import Tensor

from core.erasure.descent import Descent, movement
from core.erasure.words import Words
from tests.core.erasure.subjects import subject


def pulled(surgery: bool, hold: bool) -> tuple[Tensor, Tensor, Tensor]:
    """One step on the first moving tensor: what it got as gradient, and the gradients it was made of."""
    one = subject()
    descent = Descent(one, "mlp", 1e-3, 4, surgery=surgery, hold=hold)
    total = sum((p.sum() for p in descent.moving), torch.zeros(()))
    first = descent.moving[0]
    forget, keep = 1e-4 * total, 1e-4 * ((first[0] * -2).sum() + 0 * total)
    wanted = (1e-4 * torch.ones_like(first), torch.zeros_like(first))
    wanted[1][0] = -2e-4
    taken: list[Tensor] = []

    def look(*_given: object) -> None:
        taken.extend(p.grad.clone() for p in descent.moving[:1] if p.grad is not None)

    descent._optimiser.register_step_pre_hook(look)
    descent.step(forget, keep)
    assert first.grad is None, "a gradient that is done with takes no memory during the next step"
    return taken[0], *wanted


def scaled_alike(one: Tensor, other: Tensor) -> bool:
    """Whether two gradients point the same way."""
    return torch.allclose(one / one.norm(), other / other.norm(), atol=1e-5)


def test_without_surgery_the_gradients_add_up() -> None:
    got, forget, keep = pulled(surgery=False, hold=True)
    assert scaled_alike(got, forget + keep)


def test_without_hold_the_keeping_gradient_serves_surgery_alone() -> None:
    got, forget, keep = pulled(surgery=True, hold=False)
    assert scaled_alike(got, forget - (forget * keep).sum() / keep.square().sum() * keep)
    assert abs(float((got * keep).sum())) < 1e-9


def test_movement_starts_at_nothing_and_grows() -> None:
    one = subject()
    descent = Descent(one, "mlp", 1e-2, 2, surgery=True)
    words = Words(one)
    assert float(movement(one, words, 6).detach()) == 0
    named = words.pairs(one.concepts[0], 2).concept
    ids = one.tokenizer(named, padding="max_length", truncation=True, return_tensors="pt").input_ids
    descent.step(one.encoder(ids).last_hidden_state.square().mean(), movement(one, words, 6))
    assert float(movement(one, words, 6).detach()) > 0
