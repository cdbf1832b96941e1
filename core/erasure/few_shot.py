"""Few-shot unlearning in the text encoder: gradient ascent on the denoising error of a few concept pictures.

Fuchi & Takagi 2024 (arXiv 2405.07288), eq. 3: minimise −‖ε̂(z_t, t, c) − ε‖², c being a template filled with the
concept, through the frozen U-Net. Liu & Tan 2024 (arXiv 2407.14209) use pictures that the model itself generated.
There is no retain term and no stopping rule: the brake is a low learning rate and few steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.concepts import Concept
from core.erasure.method import Checkpoint, Subject, Target, noise_like, read_settings, text_states
from core.erasure.trainable import TrainableSet, select
from core.prompts import Purpose, Writer


@dataclass(frozen=True)
class FewShotSettings:
    """The published values. `images` pictures, `epochs` passes over them in batches of `batch`."""

    trainable: str = "mlp+final-attention"
    learning_rate: float = 1e-5
    beta1: float = 0.9
    beta2: float = 0.98
    epsilon: float = 1e-6
    weight_decay: float = 1e-8
    images: int = 4
    epochs: int = 5
    batch: int = 2
    image_free: bool = False


def denoising_target(subject: Subject, clean: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    """What the U-Net was trained to predict, by the scheduler's prediction type."""
    if subject.scheduler.config.prediction_type == "v_prediction":
        return subject.scheduler.get_velocity(clean, noise, timesteps)
    return noise


def batches(target: Target, settings: FewShotSettings, generator: torch.Generator) -> list[list[Tensor]]:
    """For each epoch the pictures' latents, shuffled anew and cut into batches; the last may be smaller."""
    orders = [torch.randperm(len(target.latents), generator=generator) for _ in range(settings.epochs)]
    return [[target.latents[chosen] for chosen in order.split(settings.batch)] for order in orders]


def planned(subject: Subject, settings: FewShotSettings) -> list[tuple[Concept, Tensor]]:
    """Every step's concept and batch; several concepts take turns by epochs."""
    plans = [batches(target, settings, subject.generator) for target in subject.targets]
    return [
        (target.concept, clean)
        for epoch in range(settings.epochs)
        for target, plan in zip(subject.targets, plans, strict=True)
        for clean in plan[epoch]
    ]


def ascent_loss(subject: Subject, image_free: bool, clean: Tensor, prompts: list[str]) -> Tensor:
    """The negated denoising error of a batch of latents, a prompt each; `image_free` puts uniform noise for latents."""
    if image_free:
        clean = torch.rand(clean.shape, generator=subject.generator).to(clean.device)
    noise = noise_like(clean, subject.generator)
    steps = subject.scheduler.config.num_train_timesteps
    t = torch.randint(steps, (len(clean),), generator=subject.generator).to(clean.device)
    noisy = subject.scheduler.add_noise(clean, noise, t)
    states = text_states(subject.encoder, subject.tokenizer, prompts)
    predicted = subject.unet(noisy, t, states).sample
    return -(predicted - denoising_target(subject, clean, noise, t)).pow(2).mean()


def few_shot(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Ascend; one checkpoint a step."""
    settings = read_settings(FewShotSettings, given)
    moving = select(subject.encoder, TrainableSet.of(settings.trainable))
    optimiser = torch.optim.Adam(
        moving,
        lr=settings.learning_rate,
        betas=(settings.beta1, settings.beta2),
        eps=settings.epsilon,
        weight_decay=settings.weight_decay,
    )
    writer = Writer(subject.world, Purpose.TRAIN, subject.seed)
    plan = planned(subject, settings)
    for step, (concept, clean) in enumerate(plan, 1):
        prompts = [writer.write(concept).text for _ in clean]
        loss = ascent_loss(subject, settings.image_free, clean, prompts)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        yield Checkpoint(step, len(plan), float(loss.detach()))
