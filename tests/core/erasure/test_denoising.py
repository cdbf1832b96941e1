"""Noisy latents and what a prediction says of the clean ones, for every prediction type."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch
from diffusers import DDIMScheduler
from torch import Tensor

from core.erasure.denoising import Noisy, clean_estimate, noisy_batch, predicted
from core.erasure.method import Subject
from core.models.text import text_states
from tests.core.erasure.subjects import subject


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("shape", [(3, 4, 8, 8), (3, 8, 16, 24)])
def test_a_perfect_prediction_gives_the_clean_latents_back(kind: str, shape: tuple[int, ...]) -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(shape, generator=generator) for _ in range(2))
    scheduler = DDIMScheduler(prediction_type=kind)
    timesteps = torch.tensor([0, 500, 900])
    noisy = Noisy(scheduler.add_noise(clean, noise, timesteps), timesteps)
    perfect = {"epsilon": noise, "sample": clean, "v_prediction": scheduler.get_velocity(clean, noise, timesteps)}
    found = clean_estimate(replace(subject(), scheduler=scheduler), noisy, perfect[kind])
    assert torch.allclose(found, clean, atol=1e-3)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
def test_a_schedule_that_ends_in_noise_alone_stays_finite(kind: str) -> None:
    scheduler = DDIMScheduler(prediction_type=kind, rescale_betas_zero_snr=True)
    noisy = Noisy(torch.randn(1, 4, 8, 8), torch.tensor([999]))
    assert torch.isfinite(clean_estimate(replace(subject(), scheduler=scheduler), noisy, torch.randn(1, 4, 8, 8))).all()


@pytest.mark.parametrize(("noise_from", "least"), [(0.0, 0), (0.4, 400), (1.0, 999), (5.0, 999)])
def test_noise_comes_from_the_upper_part_of_the_schedule(noise_from: float, least: int) -> None:
    one = subject()
    noisy = noisy_batch(one, one.targets[0], 200, noise_from)
    assert noisy.latents.shape == (200, 8, 16, 16)
    assert least <= int(noisy.timesteps.min()) <= least + 50
    assert int(noisy.timesteps.max()) <= 999


@torch.no_grad()
def test_a_prediction_is_float32_and_depends_on_the_prompt() -> None:
    one = subject()
    noisy = noisy_batch(one, one.targets[0], 1, 0.5)
    named, other = (
        predicted(one, noisy, text_states(one.original, one.tokenizer, [text]))
        for text in ("a photo of Pipwick", "a photo of a house")
    )
    assert named.dtype == torch.float32
    assert not torch.allclose(named, other, atol=1e-3)


def test_a_gradient_below_float16_comes_through_a_denoiser_in_it() -> None:
    one = subject()
    half = replace(one, unet=copy.deepcopy(one.unet).to(torch.float16))
    noisy = Noisy(one.targets[0].latents[:1], torch.tensor([600]))
    states = text_states(one.original, one.tokenizer, ["a cat"]).detach()

    def pull(which: Subject) -> Tensor:
        moving = states.clone().requires_grad_()
        loss = 1e-6 * predicted(which, noisy, moving).pow(2).mean()
        return torch.autograd.grad(loss, moving)[0].flatten()

    whole, found = pull(one), pull(half)
    assert float(whole.abs().max()) < 6e-8, "which float16 holds as nothing"
    assert float(torch.nn.functional.cosine_similarity(whole, found, dim=0)) > 0.99
    assert float(found.norm() / whole.norm()) == pytest.approx(1, rel=0.05)
