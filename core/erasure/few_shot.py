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
from core.erasure.denoising import Noisy, predicted
from core.erasure.method import Checkpoint, Subject, Target, noise_like, read_settings
from core.erasure.optimiser import adam
from core.erasure.trainable import TrainableSet, select
from core.hardware.plan import plan
from core.models.prediction import denoising_target, noised
from core.models.text import token_ids
from core.prompts import Purpose, Writer


@dataclass(frozen=True)
class FewShotSettings:
    """The published values. `images` pictures, `epochs` passes over them in batches of `batch`.

    `chunk` pictures of a batch go through the U-Net together. Their gradients add up to the batch's, so a smaller
    chunk takes less memory and gives the same steps.
    """

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
    chunk: int = 2


def batches(target: Target, settings: FewShotSettings, generator: torch.Generator) -> list[list[Tensor]]:
    """For each epoch the pictures' latents, shuffled anew and cut into batches; the last may be smaller."""
    orders = [torch.randperm(len(target.latents), generator=generator) for _ in range(settings.epochs)]
    return [[target.latents[chosen] for chosen in order.split(settings.batch)] for order in orders]


@dataclass(frozen=True)
class Step:
    """All that one step needs, made before the first: the encoder alone is still to be run.

    `ids` (batch, tokens); `noisy` and `target` (batch, channels, height, width); `timesteps` (batch,).
    """

    ids: Tensor
    noisy: Tensor
    timesteps: Tensor
    target: Tensor

    def chunks(self, size: int) -> list[Step]:
        """The step in parts of `size` pictures; the last may be smaller."""
        parts = zip(*(value.split(size) for value in vars(self).values()), strict=True)
        return [Step(*part) for part in parts]


def planned(subject: Subject, settings: FewShotSettings) -> list[tuple[Concept, Tensor]]:
    """Every step's concept and batch; several concepts take turns by epochs."""
    plans = [batches(target, settings, subject.generator) for target in subject.targets]
    return [
        (target.concept, clean)
        for epoch in range(settings.epochs)
        for target, plan in zip(subject.targets, plans, strict=True)
        for clean in plan[epoch]
    ]


def drawn(subject: Subject, clean: Tensor, ids: Tensor, image_free: bool) -> Step:
    """Draw noise and timesteps for a batch of latents; `image_free` puts uniform noise in the latents' place."""
    if image_free:
        clean = torch.rand(clean.shape, generator=subject.generator).to(clean)
    noise = noise_like(clean, subject.generator)
    steps = subject.scheduler.config.num_train_timesteps
    t = torch.randint(steps, (len(clean),), generator=subject.generator).to(clean.device)
    target = denoising_target(subject.scheduler, clean, noise, t)
    return Step(ids, noised(subject.scheduler, clean, noise, t), t, target)


def prepared(subject: Subject, settings: FewShotSettings) -> list[Step]:
    """Every step, its prompts written and tokenised together; the draws come in the order of the published loop."""
    order = planned(subject, settings)
    writer = Writer(subject.world, Purpose.TRAIN, subject.seed)
    texts = [writer.write(concept).text for concept, clean in order for _ in clean]
    shares = token_ids(subject.encoder, subject.tokenizer, texts).split([len(clean) for _, clean in order])
    return [drawn(subject, clean, own, settings.image_free) for (_, clean), own in zip(order, shares, strict=True)]


def ascent_loss(subject: Subject, step: Step) -> Tensor:
    """The negated denoising error of a step, in float32 whatever the denoiser works in."""
    states = subject.encoder(step.ids).last_hidden_state
    return -(predicted(subject, Noisy(step.noisy, step.timesteps), states) - step.target).pow(2).mean()


def ascend(subject: Subject, step: Step, chunk: int) -> float:
    """Add a step's gradient to the encoder's, `chunk` pictures at a time; gives the step's loss."""
    total = 0.0
    for part in step.chunks(chunk):
        loss = ascent_loss(subject, part) * (len(part.ids) / len(step.ids))
        loss.backward()
        total += float(loss.detach())
    return total


def few_shot(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Ascend; one checkpoint a step."""
    settings = read_settings(FewShotSettings, given)
    moving = select(subject.encoder, TrainableSet.of(settings.trainable))
    betas = settings.beta1, settings.beta2
    optimiser = adam(moving, settings.learning_rate, betas, settings.epsilon, settings.weight_decay, fused=True)
    steps, chunk = prepared(subject, settings), min(settings.chunk, plan().chunk or settings.chunk)
    for done, step in enumerate(steps[subject.first - 1 :], subject.first):
        loss = ascend(subject, step, chunk)
        optimiser.step()
        optimiser.zero_grad()
        yield Checkpoint(done, len(steps), loss)
