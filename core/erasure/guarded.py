"""Few-shot unlearning with brakes: our default.

The same ground as `few_shot` (a few generated pictures, gradients through the frozen U-Net into the text encoder), but
the loss has a floor. Each prompt that names the concept is led to the prediction that the *original* encoder gives for
the same prompt with the anchor in the concept's place (after Kumari et al. 2023, concept ablation, eq. 3), divided by
how far apart the two were, so that one learning rate serves every concept. The same pull acts on the encoder's own last
states, which every host of the family reads. A retain term holds the encoder still on the nearest concepts, on others,
and on the anchor; where the two gradients disagree, the forgetting one gives way (Wu et al. 2024, DoCo, section 3.3).
With `projection` it also takes no step that would move the nearest concepts the way the erased one goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.concepts import Concept
from core.erasure.anchors import nearest
from core.erasure.denoising import noisy_batch, predicted
from core.erasure.descent import Descent, movement
from core.erasure.gradients import pull_on
from core.erasure.method import Checkpoint, Subject, Target, read_settings
from core.erasure.words import Pairs, Words
from core.models.text import text_states


@dataclass(frozen=True)
class GuardedSettings:
    """`denoiser` and `states` weigh the two pulls to the anchor, `retain` the hold on everything else.

    Noise levels are drawn from the upper part of the schedule, from `noise_from` (0..1) on: what a picture shows is
    decided there. `neighbour_share` of the retain prompts speak of the protected neighbours. With `projection` the
    forgetting gradient leaves out the directions of the `nearest` concepts that stay, each taken on two prompts.
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
    projection: bool = False
    nearest: int = 5


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
    noisy = noisy_batch(subject, target, len(states.new), settings.noise_from)
    with torch.no_grad():
        wanted = predicted(subject, noisy, states.goal)
        gap = (predicted(subject, noisy, states.old) - wanted).pow(2).mean()
    return (predicted(subject, noisy, states.new) - wanted).pow(2).mean() / gap.clamp_min(1e-8)


def forget_loss(subject: Subject, settings: GuardedSettings, target: Target, states: States) -> Tensor:
    """Both pulls to the anchor; 1 at the start, 0 when concept and anchor are one to every host."""
    loss = settings.states * states_loss(states)
    if settings.denoiser:
        loss = loss + settings.denoiser * denoiser_loss(subject, settings, target, states.first(settings.batch))
    return loss


def nearest_of(subject: Subject, words: Words, count: int) -> dict[str, list[Concept]]:
    """For each concept that goes, by its name, the nearest of those that stay."""
    model, tokenizer, others = subject.original, subject.tokenizer, words.others
    return {c.name: nearest(model, tokenizer, subject.world, c, others, count) for c in subject.concepts}


def closed_directions(
    subject: Subject, words: Words, moving: list[nn.Parameter], near: list[Concept], states: States
) -> list[list[Tensor]]:
    """For each near concept the gradient along which it would go where the erased one goes."""
    heading = (states.goal - states.old).mean(0)
    texts = [[words.writer.write(concept).text for _ in range(2)] for concept in near]
    return [pull_on(subject, moving, own, heading) for own in texts]


def guarded(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Lead the concepts to their anchors, in turn; one checkpoint a step."""
    settings = read_settings(GuardedSettings, given)
    steps = settings.steps * len(subject.targets)
    descent = Descent(subject, settings.trainable, settings.learning_rate, steps, settings.surgery, first=subject.first)
    words = Words(subject, settings.neighbour_share, settings.implicit_share)
    near = nearest_of(subject, words, settings.nearest) if settings.projection else {}
    for step in range(subject.first, steps + 1):
        target = subject.turn(step)
        states = states_of(subject, words.pairs(target.concept, settings.prompts))
        forget = forget_loss(subject, settings, target, states)
        keep = settings.retain * movement(subject, words, settings.retain_prompts)
        closed = closed_directions(subject, words, descent.moving, near.get(target.concept.name, []), states)
        yield Checkpoint(step, steps, descent.step(forget, keep, closed))
