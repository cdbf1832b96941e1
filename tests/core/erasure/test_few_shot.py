"""The published recipe: the loss, its target, the order of pictures and the size of a step."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.erasure.few_shot import FewShotSettings, ascent_loss, drawn, few_shot, planned
from core.erasure.method import Subject
from core.erasure.trainable import delta_between, parameters_of
from core.models.prediction import denoising_target
from core.models.text import text_states
from core.presets import preset
from tests.benchmarks.reference_loop import Reference, run_reference
from tests.core.erasure.subjects import subject
from tests.core.models.pair import starter

PREDICTIONS = ("epsilon", "v_prediction")
PROMPTS = ["a photo of Pipwick", "a picture by the sea"]


def predicting(kind: str) -> Subject:
    """A subject whose scheduler names this prediction type."""
    one = subject()
    return replace(one, scheduler=one.scheduler.from_config(one.scheduler.config, prediction_type=kind))


def token_ids(one: Subject) -> Tensor:
    """Token ids of the two prompts, (2, tokens)."""
    return one.tokenizer(PROMPTS, padding="max_length", return_tensors="pt").input_ids


def losses_of(one: Subject, **given: object) -> list[float]:
    """The losses of one epoch, two steps."""
    return [c.loss for c in few_shot(one, {"epochs": 1, **given})]


@pytest.mark.parametrize("kind", PREDICTIONS)
def test_the_target_is_what_the_prediction_type_says(kind: str) -> None:
    one, t = predicting(kind), torch.tensor([0, 400, 700, 999])
    noise = torch.randn(one.targets[0].latents.shape, generator=one.generator)
    alpha = one.scheduler.alphas_cumprod[t].reshape(-1, 1, 1, 1)
    velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * one.targets[0].latents
    target = denoising_target(one.scheduler, one.targets[0].latents, noise, t)
    assert torch.allclose(target, noise if kind == "epsilon" else velocity, atol=1e-5)


@pytest.mark.parametrize("kind", PREDICTIONS)
@torch.no_grad()
def test_the_loss_is_the_negated_denoising_error(kind: str) -> None:
    one = predicting(kind)
    clean, state = one.targets[0].latents[:2], one.generator.get_state()
    loss = ascent_loss(one, drawn(one, clean, token_ids(one), False))
    one.generator.set_state(state)
    noise = torch.randn(clean.shape, generator=one.generator)
    t = torch.randint(1000, (2,), generator=one.generator)
    states = text_states(one.original, one.tokenizer, PROMPTS)
    predicted = one.unet(one.scheduler.add_noise(clean, noise, t), t, states).sample
    error = torch.nn.functional.mse_loss(predicted, denoising_target(one.scheduler, clean, noise, t))
    assert float(loss) < 0
    assert float(loss) == pytest.approx(-float(error), rel=1e-5)


@torch.no_grad()
def test_the_image_free_variant_does_not_look_at_the_pictures() -> None:
    one = subject()
    state = one.generator.get_state()
    losses: list[float] = []
    for clean in (one.targets[0].latents[:2], one.targets[0].latents[2:]):
        one.generator.set_state(state)
        losses.append(float(ascent_loss(one, drawn(one, clean, token_ids(one), True))))
    assert losses[0] == losses[1]


@pytest.mark.parametrize(("images", "steps"), [(4, 10), (5, 15), (1, 5)])
def test_each_epoch_shows_every_picture_once(images: int, steps: int) -> None:
    one, settings = subject(images=images), FewShotSettings()
    plan = [clean for _, clean in planned(one, settings)]
    assert len(plan) == steps
    shown = torch.cat(plan).reshape(settings.epochs, images, -1)
    every = one.targets[0].latents.reshape(images, -1)
    assert all(torch.allclose(epoch.sort(0).values, every.sort(0).values) for epoch in shown)


def test_a_step_of_the_paper_moves_a_weight_by_no_more_than_its_learning_rate() -> None:
    one = subject()
    first = next(few_shot(one, preset("paper").settings_for("character")))
    delta = delta_between(parameters_of(one.encoder), parameters_of(starter().encoder))
    largest = max(float(np.abs(value).max()) for value in delta.values())
    assert first.steps == 10
    assert 0.9e-5 < largest < 1.1e-5


def test_the_denoising_error_grows() -> None:
    one = subject()
    losses = [c.loss for c in few_shot(one, {"learning_rate": 3e-3, "epochs": 8})]
    assert np.mean(losses[-4:]) < np.mean(losses[:4])


@pytest.mark.parametrize("trainable", ["mlp+final-attention", "all"])
def test_the_losses_are_those_of_a_straightforward_loop(trainable: str, tmp_path: Path) -> None:
    losses, _ = run_reference(subject(), Reference(trainable, epochs=2), tmp_path)
    assert losses_of(subject(), epochs=2, trainable=trainable) == pytest.approx(losses, rel=1e-5)


def test_the_size_of_a_chunk_changes_no_step() -> None:
    whole, parts = (losses_of(subject(), learning_rate=1e-3, chunk=chunk) for chunk in (2, 1))
    assert whole[0] != whole[1]
    assert parts == pytest.approx(whole, rel=1e-4)


def test_no_gradient_goes_below_the_first_cross_attention_or_stays_on_frozen_weights() -> None:
    one, below = subject(), []
    first = one.unet.down_blocks[0].register_forward_hook(lambda _m, _i, out: below.append(out[0].requires_grad))
    last = one.unet.conv_out.register_forward_hook(lambda _m, _i, out: below.append(out.requires_grad))
    losses_of(one)
    first.remove()
    last.remove()
    assert below == [False, True] * 2
    assert all(p.grad is None for p in (*one.unet.parameters(), *one.encoder.parameters()))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_checkpointing_and_bfloat16_are_the_denoisers_own(dtype: torch.dtype) -> None:
    plain, one = losses_of(subject()), subject()
    lean = copy.deepcopy(one.unet).to(dtype)
    lean.enable_gradient_checkpointing()
    losses = losses_of(replace(one, unet=lean))
    assert losses == pytest.approx(plain, rel=1e-5 if dtype == torch.float32 else 2e-2)
    assert next(one.encoder.parameters()).dtype == torch.float32
