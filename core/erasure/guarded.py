"""Few-shot unlearning with brakes: our default.

The same ground as `few_shot` (a few generated pictures, gradients through the frozen U-Net into the text encoder), but
the loss has a floor. Each prompt that names the concept is led to the prediction that the *original* encoder gives for
the same prompt with the anchor in the concept's place (after Kumari et al. 2023, concept ablation, eq. 3), divided by
how far apart the two were, so that one learning rate serves every concept. The same pull acts on the encoder's own last
states, which every host of the family reads. A retain term holds the encoder still on the nearest concepts, on others,
and on the anchor; where the two gradients disagree, the forgetting one gives way (Wu et al. 2024, DoCo, section 3.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.erasure.gradients import combine
from core.erasure.method import Checkpoint, Subject, Target, noise_like, random_batch, read_settings, text_states
from core.erasure.trainable import TrainableSet, select
from core.erasure.words import Pairs, Words


@dataclass(frozen=True)
class GuardedSettings:
    """`denoiser` and `states` weigh the two pulls to the anchor, `retain` the hold on everything else.

    Noise levels are drawn from the upper part of the schedule, from `noise_from` (0..1) on: what a picture shows is
    decided there. `neighbour_share` of the retain prompts speak of the protected neighbours.
    """

    trainable: str = "mlp+final-attention"
    learning_rate: float = 1e-3
    steps: int = 40
    batch: int = 4
    prompts: int = 16
    retain_prompts: int = 48
    images: int = 4
    denoiser: float = 1.0
    states: float = 1.0
    retain: float = 10.0
    noise_from: float = 0.4
    neighbour_share: float = 0.5
    implicit_share: float = 0.2
    surgery: bool = True


@dataclass(frozen=True)
class States:
    """Text states (prompts, tokens, width): the concept's as they are, as they were, and the anchor's as they were."""

    new: Tensor
    old: Tensor
    goal: Tensor

    def first(self, count: int) -> States:
        """The states of the first prompts."""
        return States(self.new[:count], self.old[:count], self.goal[:count])


def states_of(subject: Subject, pairs: Pairs) -> States:
    """Encode the pairs; only `new` carries a gradient."""
    with torch.no_grad():
        old = text_states(subject.original, subject.tokenizer, pairs.concept)
        goal = text_states(subject.original, subject.tokenizer, pairs.anchor)
    return States(text_states(subject.encoder, subject.tokenizer, pairs.concept), old, goal)


def states_loss(states: States) -> Tensor:
    """Distance of the concept's states from the anchor's, relative to what it was."""
    return (states.new - states.goal).pow(2).mean() / (states.old - states.goal).pow(2).mean().clamp_min(1e-8)


def denoiser_loss(subject: Subject, settings: GuardedSettings, target: Target, states: States) -> Tensor:
    """Distance of the U-Net's predictions for concept and anchor, relative to what it was."""
    count = len(states.new)
    clean = random_batch(target, count, subject.generator)
    noise = noise_like(clean, subject.generator)
    total = subject.scheduler.config.num_train_timesteps
    low = min(int(settings.noise_from * total), total - 1)
    t = torch.randint(low, total, (count,), generator=subject.generator).to(clean.device)
    noisy = subject.scheduler.add_noise(clean, noise, t)
    with torch.no_grad():
        wanted = subject.unet(noisy, t, states.goal).sample
        gap = (subject.unet(noisy, t, states.old).sample - wanted).pow(2).mean()
    return (subject.unet(noisy, t, states.new).sample - wanted).pow(2).mean() / gap.clamp_min(1e-8)


def forget_loss(subject: Subject, settings: GuardedSettings, words: Words, target: Target) -> Tensor:
    """Both pulls to the anchor; 1 at the start, 0 when concept and anchor are one to every host."""
    states = states_of(subject, words.pairs(target.concept, settings.prompts))
    loss = settings.states * states_loss(states)
    if settings.denoiser:
        loss = loss + settings.denoiser * denoiser_loss(subject, settings, target, states.first(settings.batch))
    return loss


def retain_loss(subject: Subject, settings: GuardedSettings, words: Words) -> Tensor:
    """Mean squared movement of the encoder's states on prompts that must not move."""
    texts = words.retained(settings.retain_prompts)
    with torch.no_grad():
        kept = text_states(subject.start, subject.tokenizer, texts)
    return settings.retain * (text_states(subject.encoder, subject.tokenizer, texts) - kept).pow(2).mean()


def guarded(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Lead the concepts to their anchors, in turn; one checkpoint a step."""
    settings = read_settings(GuardedSettings, given)
    moving = select(subject.encoder, TrainableSet.of(settings.trainable))
    optimiser = torch.optim.Adam(moving, lr=settings.learning_rate, betas=(0.9, 0.98), eps=1e-6)
    steps = settings.steps * len(subject.targets)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, settings.learning_rate * 0.1)
    words = Words(subject, settings.neighbour_share, settings.implicit_share)
    for step in range(1, steps + 1):
        forget = forget_loss(subject, settings, words, subject.turn(step))
        keep = retain_loss(subject, settings, words)
        pulls = torch.autograd.grad(forget, moving)
        holds = torch.autograd.grad(keep, moving)
        for parameter, gradient in zip(moving, combine(pulls, holds, settings.surgery), strict=True):
            parameter.grad = gradient
        nn.utils.clip_grad_norm_(moving, 1.0)
        optimiser.step()
        schedule.step()
        yield Checkpoint(step, steps, float((forget + keep).detach()))
