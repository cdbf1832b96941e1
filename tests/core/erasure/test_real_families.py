"""Every method on small models of the real families: what may move moves and the rest stays, by any plan."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from core.concepts import Concept, Kind, world
from core.erasure import METHODS
from core.erasure.method import Checkpoint, Subject, Target
from core.erasure.trainable import Delta, TrainableSet, delta_between, parameters_of, select
from core.errors import InputError
from core.generation.sample import Sampling, sample
from core.hardware.plan import Plan, using
from tests.core.generation.tiny import hosts, tiny
from tests.core.models.pair import digest

MODELS = (("sd1", "epsilon"), ("sd2", "v_prediction"), ("sdxl", "epsilon"))
SMALL: dict[str, dict[str, Any]] = {
    "few_shot": {"epochs": 1, "images": 2, "learning_rate": 1e-3},
    "guarded": {"steps": 2, "batch": 2, "prompts": 2, "retain_prompts": 2},
    "steering": {"steps": 2, "pool": 4, "retain_pool": 4, "prompts": 2, "retain_prompts": 2},
    "closed_form": {"layers": 1, "prompts": 2, "retain_prompts": 4},
    "domain_correction": {"steps": 1, "warm_up": 1, "batch": 2, "retain_prompts": 2},
    "adversarial": {"steps": 2, "batch": 2, "prompts": 2, "retain_prompts": 2, "attack_steps": 1},
}
CAT = Concept("cat", Kind.OBJECT, ("a cat",), ("a small animal that purrs",), anchor="an animal")


def subject(family: str, prediction: str = "epsilon") -> Subject:
    """One erasure on a small model, with latents of two pictures of noise."""
    opened, generator = tiny(family, prediction), torch.Generator().manual_seed(0)
    latents = torch.randn(2, opened.unet.config.in_channels, 8, 8, generator=generator)
    return Subject(
        encoder=copy.deepcopy(opened.encoder),
        original=opened.encoder,
        start=opened.encoder,
        tokenizer=opened.tokenizer,
        unet=opened.denoiser,
        scheduler=opened.scheduler,
        targets=(Target(CAT, latents),),
        world=world("starter"),
        generator=generator,
        seed=0,
    )


def run(one: Subject, method: str, **given: Any) -> list[Checkpoint]:
    """All steps of a method with small settings."""
    return list(METHODS[method](one, {**SMALL[method], **given}))


def moved(one: Subject) -> Delta:
    """Δ by now."""
    return delta_between(parameters_of(one.encoder), parameters_of(one.original))


def most(one: Delta, other: Delta) -> float:
    """The largest difference of two Δ."""
    assert set(one) == set(other)
    return max(float(np.abs(one[name] - other[name]).max()) for name in one)


def allowed(one: Subject, method: str) -> set[str]:
    """The tensors that a method may move by default."""
    which = {"steering": "first-block", "closed_form": "mlp"}.get(method, "mlp+final-attention")
    encoder = copy.deepcopy(one.original)
    select(encoder, TrainableSet.of(which))
    return {name for name, parameter in encoder.named_parameters() if parameter.requires_grad}


@pytest.mark.parametrize(("family", "prediction"), MODELS)
@pytest.mark.parametrize("method", [name for name in METHODS if name != "adversarial"])
def test_a_method_moves_its_set_and_nothing_else(method: str, family: str, prediction: str) -> None:
    one = subject(family, prediction)
    frozen: list[nn.Module] = [one.original, one.unet, tiny(family, prediction).vae]
    before = [digest(module) for module in frozen]
    checkpoints = run(one, method)
    assert all(math.isfinite(checkpoint.loss) for checkpoint in checkpoints)
    assert [c.step for c in checkpoints] == list(range(1, checkpoints[-1].steps + 1))
    changed = set(moved(one))
    assert changed
    assert changed <= allowed(one, method)
    assert [digest(module) for module in frozen] == before


@pytest.mark.parametrize(("family", "prediction"), MODELS[:2])
def test_hardening_works_with_one_encoder(family: str, prediction: str) -> None:
    one = subject(family, prediction)
    assert all(math.isfinite(checkpoint.loss) for checkpoint in run(one, "adversarial"))
    assert set(moved(one)) <= allowed(one, "adversarial")


def test_hardening_refuses_two_encoders_in_words() -> None:
    with pytest.raises(InputError, match=r"one text encoder only.*has two.*another method"):
        run(subject("sdxl"), "adversarial")


@pytest.mark.parametrize("method", ["guarded", "steering", "closed_form"])
def test_both_encoders_of_a_pair_move(method: str) -> None:
    one = subject("sdxl")
    run(one, method)
    assert {name.split(".")[0] for name in moved(one)} == {"text_encoder", "text_encoder_2"}


@pytest.mark.parametrize("which", list(TrainableSet))
def test_whatever_may_move_of_a_pair_is_read_by_the_hosts(which: TrainableSet) -> None:
    one = subject("sdxl")
    moving = select(one.encoder, which)
    ids = one.tokenizer(["a cat"], padding="max_length", return_tensors="pt").input_ids
    states = one.encoder(ids).last_hidden_state
    heading = torch.randn(states.shape, generator=one.generator)
    gradients = torch.autograd.grad((states * heading).sum(), moving)
    assert len(gradients) == len(moving) > 0


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl"])
@pytest.mark.parametrize("method", ["few_shot", "guarded", "domain_correction"])
def test_a_lean_plan_takes_the_same_steps(method: str, family: str) -> None:
    plain, lean = subject(family), subject(family)
    run(plain, method)
    with using(Plan(checkpointing=True, chunk=1)):
        run(lean, method)
    assert most(moved(plain), moved(lean)) < 1e-4
    core = tiny(family).unet
    assert not core.is_gradient_checkpointing


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_denoiser_in_16_bits_teaches_about_the_same(dtype: torch.dtype) -> None:
    whole, half = subject("sd1"), subject("sd1")
    half = replace(half, unet=copy.deepcopy(half.unet).to(dtype))
    losses = [[c.loss for c in run(one, "few_shot")] for one in (whole, half)]
    assert losses[0] == pytest.approx(losses[1], rel=0.05)
    one, other = (np.concatenate([value.ravel() for value in moved(s).values()]) for s in (whole, half))
    assert float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)) > 0.5


@pytest.mark.parametrize("method", list(METHODS))
def test_a_run_goes_on_where_another_stopped(method: str) -> None:
    one = subject("sd1")
    given = {"epochs": 2} if method == "few_shot" else {"layers": 2} if method == "closed_form" else {}
    steps = iter(METHODS[method](one, {**SMALL[method], **given}))
    first = next(steps)
    rest = replace(subject("sd1"), encoder=copy.deepcopy(one.encoder), first=2)
    told = run(rest, method, **given)
    assert [c.step for c in told] == list(range(2, first.steps + 1))
    if method == "closed_form":
        list(steps)
        assert most(moved(rest), moved(one)) < 1e-5


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl"])
def test_an_erasure_reaches_every_host(family: str) -> None:
    one, opened = subject(family), tiny(family)
    run(one, "guarded", learning_rate=0.1)
    for name in hosts(family):
        host = opened.host(name)
        before, after = (
            sample(host, encoder, ["a cat"], [1], Sampling(steps=2, frames=2))
            for encoder in (opened.encoder, one.encoder)
        )
        assert before.shape == after.shape
        assert not np.array_equal(before, after)
