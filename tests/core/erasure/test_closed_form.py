"""The closed form: its solution is the least one, what it edits, that it leads and holds, and many concepts at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from core.erasure.closed_form import Place, Wish, closed_form, edit, residual, ridge_solution, sums_of
from core.erasure.method import Subject, Target
from core.erasure.trainable import delta_between, parameters_of
from core.errors import InputError
from core.models.text import text_states
from tests.core.erasure.subjects import WORLD, moved_by, subject
from tests.core.models.pair import starter

SMALL: dict[str, Any] = {"prompts": 24, "retain_prompts": 72}
NAMED, LED = ["a photo of Pipwick", "Pipwick on a beach"], ["a photo of a critter", "a critter on a beach"]
KEPT = ["a photo of Grumbo", "Tizzel on a beach", "a house at night", "a picture by Dov Merrin"]


def together(*names: str) -> Subject:
    """One erasure of all these concepts."""
    concepts = [concept for name in names if (concept := WORLD.find(name))]
    return replace(subject(), targets=tuple(Target(concept, torch.empty(0)) for concept in concepts))


def lead(one: Subject, texts: list[str], goals: list[str], weight: float = 1.0) -> Wish:
    """A wish about the original's states."""
    return Wish(texts, goals, one.original, weight)


@torch.no_grad()
def drift(one: Subject, texts: list[str]) -> float:
    """Mean squared movement of the states of some prompts."""
    new, old = (text_states(encoder, one.tokenizer, texts) for encoder in (one.encoder, one.original))
    return float((new - old).pow(2).mean())


def test_the_solution_is_the_minimum_of_the_ridge_regression() -> None:
    generator = torch.Generator().manual_seed(0)
    x, miss = (torch.randn(40, n, generator=generator, dtype=torch.float64) for n in (6, 3))
    gram, cross, ridge = x.T @ x, x.T @ miss, 0.1
    change = ridge_solution(gram, cross, ridge).requires_grad_()
    loss = (x @ change - miss).pow(2).sum() + ridge * gram.diagonal().mean() * change.pow(2).sum()
    assert float(torch.autograd.grad(loss, change)[0].abs().max()) < 1e-9


def test_a_singular_system_has_a_finite_solution() -> None:
    gram = torch.zeros(3, 3, dtype=torch.float64)
    assert bool(torch.isfinite(ridge_solution(gram, torch.ones(3, 2, dtype=torch.float64), 0.0)).all())


@pytest.mark.parametrize("projection", ["mlp", "attention"])
@torch.no_grad()
def test_what_passes_a_projection_adds_up(projection: str) -> None:
    one, place = subject(), Place("encoder.layers.2", projection)
    trace = place.trace(one, one.encoder, NAMED)
    assert torch.allclose(trace.before + place.of(one.encoder)(trace.read), trace.after, atol=1e-4)
    nothing = sums_of(one, place, lead(one, NAMED, NAMED))[1]
    assert float(nothing.abs().max()) == 0


@torch.no_grad()
def test_sums_of_many_prompts_are_those_of_their_parts() -> None:
    one, place = subject(), Place("encoder.layers.3", "mlp")
    once = sums_of(one, place, lead(one, NAMED, LED, 0.5))
    often = sums_of(one, place, lead(one, NAMED * 35, LED * 35, 0.5))
    for part, whole in zip(once, often, strict=True):
        assert float((35 * part - whole).abs().max()) < 1e-4 * float(whole.abs().max())


@pytest.mark.parametrize(("projection", "ending"), [("mlp", "mlp.fc2"), ("attention", "self_attn.out_proj")])
def test_only_the_output_projections_of_the_last_blocks_move(projection: str, ending: str) -> None:
    delta = moved_by(closed_form, {**SMALL, "projection": projection, "layers": 2})
    found = {name.rpartition(".")[0] for name in delta}
    assert sorted(name.partition("layers.")[2] for name in found) == [f"2.{ending}", f"3.{ending}"]


def test_a_stubborn_weight_moves_less() -> None:
    sizes = []
    for ridge in (1e-3, 10.0):
        delta = moved_by(closed_form, {**SMALL, "layers": 1, "ridge": ridge})
        sizes.append(sum(float((value**2).sum()) for value in delta.values()))
    assert sizes[1] < 0.1 * sizes[0]


def test_the_concept_is_led_and_the_rest_is_held() -> None:
    one = subject()
    last = list(closed_form(one, {"prompts": 48, "retain_prompts": 192}))[-1]
    assert last.loss < 0.25
    assert residual(one, [lead(one, NAMED, LED)]) < 0.3
    assert drift(one, KEPT) < 0.1 * drift(one, NAMED)


def test_three_concepts_are_led_in_one_solve() -> None:
    one = together("Pipwick", "car", "Vello Harn")
    found = list(closed_form(one, {**SMALL, "layers": 2}))
    assert [c.step for c in found] == [1, 2]
    wishes = {
        "Pipwick": lead(one, NAMED, LED),
        "car": lead(one, ["a photo of a car"], ["a photo of a crate"]),
        "Vello Harn": lead(one, ["a house by Vello Harn"], ["a house by an unknown artist"]),
    }
    assert all(residual(one, [wish]) < 0.5 for wish in wishes.values())


def test_more_layers_than_there_are_means_all() -> None:
    assert [c.steps for c in closed_form(subject(), {"prompts": 4, "retain_prompts": 8, "layers": 9})] == [4] * 4


def test_wishing_for_what_is_changes_nothing() -> None:
    one = subject()
    edit(one, Place("encoder.layers.3", "mlp"), [lead(one, KEPT, KEPT)], 3e-2)
    assert delta_between(parameters_of(one.encoder), parameters_of(starter().encoder)) == {}


def test_an_unknown_projection_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no projection “head”.*mlp, attention"):
        next(closed_form(subject(), {"projection": "head"}))
