"""The published recipe: the loss, its target, the order of pictures and the size of a step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.erasure.few_shot import FewShotSettings, ascent_loss, denoising_target, few_shot, planned
from core.erasure.method import Subject, text_states
from core.erasure.trainable import delta_between, snapshot
from core.presets import preset
from tests.core.erasure.subjects import subject
from tests.core.models.pair import starter

PREDICTIONS = ("epsilon", "v_prediction")
PROMPTS = ["a photo of Pipwick", "a picture by the sea"]


def predicting(kind: str) -> Subject:
    """A subject whose scheduler names this prediction type."""
    one = subject()
    return replace(one, scheduler=one.scheduler.from_config(one.scheduler.config, prediction_type=kind))


@pytest.mark.parametrize("kind", PREDICTIONS)
def test_the_target_is_what_the_prediction_type_says(kind: str) -> None:
    one, t = predicting(kind), torch.tensor([0, 400, 700, 999])
    noise = torch.randn(one.targets[0].latents.shape, generator=one.generator)
    alpha = one.scheduler.alphas_cumprod[t].reshape(-1, 1, 1, 1)
    velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * one.targets[0].latents
    target = denoising_target(one, one.targets[0].latents, noise, t)
    assert torch.allclose(target, noise if kind == "epsilon" else velocity, atol=1e-5)


@pytest.mark.parametrize("kind", PREDICTIONS)
@torch.no_grad()
def test_the_loss_is_the_negated_denoising_error(kind: str) -> None:
    one = predicting(kind)
    clean, state = one.targets[0].latents[:2], one.generator.get_state()
    loss = ascent_loss(one, False, clean, PROMPTS)
    one.generator.set_state(state)
    noise = torch.randn(clean.shape, generator=one.generator)
    t = torch.randint(1000, (2,), generator=one.generator)
    states = text_states(one.original, one.tokenizer, PROMPTS)
    predicted = one.unet(one.scheduler.add_noise(clean, noise, t), t, states).sample
    error = torch.nn.functional.mse_loss(predicted, denoising_target(one, clean, noise, t))
    assert float(loss) < 0
    assert float(loss) == pytest.approx(-float(error), rel=1e-5)


@torch.no_grad()
def test_the_image_free_variant_does_not_look_at_the_pictures() -> None:
    one = subject()
    state = one.generator.get_state()
    losses: list[float] = []
    for clean in (one.targets[0].latents[:2], one.targets[0].latents[2:]):
        one.generator.set_state(state)
        losses.append(float(ascent_loss(one, True, clean, PROMPTS)))
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
    delta = delta_between(snapshot(one.encoder), snapshot(starter().encoder))
    largest = max(float(np.abs(value).max()) for value in delta.values())
    assert first.steps == 10
    assert 0.9e-5 < largest < 1.1e-5


def test_the_denoising_error_grows() -> None:
    one = subject()
    losses = [c.loss for c in few_shot(one, {"learning_rate": 3e-3, "epochs": 8})]
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
