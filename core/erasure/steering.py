"""Steering: erase without a picture, in seconds, by moving the first block of the text encoder alone.

After HiRM (ICLR 2026): the loss looks at the last layer, which every host reads, and only the first block's weights
answer for it, so that what the later blocks know stays as it was. A prompt that names the concept is steered to the
states of the same prompt with the anchor (HiRM's super-category), or to a direction drawn at random. The end-of-text
position, which sums a prompt up, has a pull of its own (TRCE: an end-of-text target on varied prompts generalises
best). An encoder as small as the starter's needs what HiRM does without, a retain term: without one, 6 to 33 % of what
should stay was kept (3 concepts, 18 validation pictures each), and with it 98 % or more (4 concepts, 54 each).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BatchEncoding

from core.concepts import Concept
from core.erasure.method import Checkpoint, Subject, read_settings
from core.erasure.optimiser import adam, cosine
from core.erasure.trainable import TrainableSet, select
from core.erasure.words import Pairs, Words
from core.errors import InputError
from core.i18n import tr
from core.models.text import device_of

DESTINATIONS = ("anchor", "random")


@dataclass(frozen=True)
class SteeringSettings:
    """Needs no pictures, so it has no `images`.

    `destination` is `anchor` or `random`. `states` and `end_of_text` weigh the pulls on all positions and on the
    end-of-text position; `retain` the hold on everything else, 0 for none. A pool of `pool` prompts per concept and
    `retain_pool` others is encoded once; each step takes `prompts` and `retain_prompts` of them. `neighbour_share` of
    the others speak of protected neighbours, `implicit_share` of the concept's prompts describe it without its name.
    """

    trainable: str = "first-block"
    destination: str = "anchor"
    learning_rate: float = 3e-3
    steps: int = 50
    pool: int = 96
    retain_pool: int = 256
    prompts: int = 6
    retain_prompts: int = 12
    states: float = 1.0
    end_of_text: float = 1.0
    retain: float = 10.0
    neighbour_share: float = 0.5
    implicit_share: float = 0.2

    def __post_init__(self) -> None:
        if self.destination not in DESTINATIONS:
            what = tr("There is no destination “{destination}”.", destination=self.destination)
            raise InputError(what, fix=tr("Use one of: {names}.", names=", ".join(DESTINATIONS)))


@dataclass(frozen=True)
class Pool:
    """Prompts and where their states belong: `ids` (prompts, tokens), `ends` (prompts, rows), `goal` (…, rows, width).

    `ends` is 1 at the end-of-text position, and in the row of a pooled vector where the states have one. `gap` and
    `end_gap` are the mean squared distances to the goal at the start, over all positions and at the end of the text:
    dividing by them lets one learning rate serve every concept.
    """

    ids: Tensor
    ends: Tensor
    goal: Tensor
    gap: float = 1.0
    end_gap: float = 1.0

    def some(self, count: int, generator: torch.Generator) -> Pool:
        """`count` of the prompts, drawn with replacement."""
        chosen = torch.randint(len(self.ids), (count,), generator=generator).to(self.ids.device)
        return Pool(self.ids[chosen], self.ends[chosen], self.goal[chosen], self.gap, self.end_gap)


def tokens_of(subject: Subject, texts: list[str]) -> BatchEncoding:
    """Padded `input_ids` and `attention_mask` (prompts, tokens) on the encoder's device."""
    tokens = subject.tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt")
    return tokens.to(device_of(subject.encoder))


def ends_of(tokens: BatchEncoding) -> Tensor:
    """1 at the end-of-text position of each prompt, else 0; the padding is end-of-text too, and counts for nothing."""
    last = tokens["attention_mask"].sum(1) - 1
    return nn.functional.one_hot(last, tokens["attention_mask"].shape[1]).float()


def with_pooled(mask: Tensor, states: Tensor) -> Tensor:
    """A mask (prompts, tokens) made as long as the states (prompts, rows, width); what is pooled counts as marked."""
    return nn.functional.pad(mask, (0, states.shape[1] - mask.shape[1]), value=1)


def from_the_name_on(concept: Tensor, anchor: Tensor) -> Tensor:
    """Whether a position (prompts, tokens) can know of the name: where two prompts' ids first differ, and after."""
    return (concept != anchor).cumsum(1).clamp_max(1).bool()


def random_states(old: Tensor, known: Tensor, generator: torch.Generator) -> Tensor:
    """The states, each at its own norm, turned to one random direction where the name is known; the others stay."""
    direction = torch.randn(old.shape[-1], generator=generator).to(old)
    return torch.where(known, old.norm(dim=-1, keepdim=True) * direction / direction.norm(), old)


@torch.no_grad()
def concept_pool(subject: Subject, settings: SteeringSettings, pairs: Pairs) -> Pool:
    """The concept's prompts with the states they are steered to."""
    tokens, led = tokens_of(subject, pairs.concept), tokens_of(subject, pairs.anchor)
    ids = tokens["input_ids"]
    old = subject.original(ids).last_hidden_state
    ends = with_pooled(ends_of(tokens), old)
    if settings.destination == "random":
        known = with_pooled(from_the_name_on(ids, led["input_ids"]), old)
        goal = random_states(old, known.unsqueeze(-1), subject.generator)
    else:
        goal = subject.original(led["input_ids"]).last_hidden_state
    far = (old - goal).pow(2).mean(-1)
    return Pool(ids, ends, goal, max(float(far.mean()), 1e-8), max(float(far[ends > 0].mean()), 1e-8))


@torch.no_grad()
def retain_pool(subject: Subject, texts: list[str]) -> Pool:
    """Prompts that must not move, with the states they have at the start."""
    tokens = tokens_of(subject, texts)
    kept = subject.start(tokens["input_ids"]).last_hidden_state
    return Pool(tokens["input_ids"], with_pooled(ends_of(tokens), kept), kept)


def steering_loss(subject: Subject, settings: SteeringSettings, led: Pool, held: Pool) -> Tensor:
    """Both pulls, each 1 at the start and 0 at the goal, and the hold; the encoder runs once for all prompts."""
    new = subject.encoder(torch.cat([led.ids, held.ids])).last_hidden_state
    far = (new[: len(led.ids)] - led.goal).pow(2).mean(-1)
    pull = settings.states * far.mean() / led.gap + settings.end_of_text * far[led.ends > 0].mean() / led.end_gap
    return pull + settings.retain * (new[len(led.ids) :] - held.goal).pow(2).mean()


def pools_of(subject: Subject, settings: SteeringSettings) -> tuple[dict[str, Pool], Pool]:
    """A pool for each concept by its name, and the pool of what must not move."""
    words = Words(subject, settings.neighbour_share, settings.implicit_share)

    def led(concept: Concept) -> Pool:
        return concept_pool(subject, settings, words.pairs(concept, settings.pool))

    return {c.name: led(c) for c in subject.concepts}, retain_pool(subject, words.retained(settings.retain_pool))


def steering(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Steer the concepts in turn; one checkpoint a step."""
    settings = read_settings(SteeringSettings, given)
    moving = select(subject.encoder, TrainableSet.of(settings.trainable))
    optimiser = adam(moving, settings.learning_rate)
    steps = settings.steps * len(subject.targets)
    schedule = cosine(optimiser, settings.learning_rate, steps, subject.first)
    pools, others = pools_of(subject, settings)
    for step in range(subject.first, steps + 1):
        led = pools[subject.turn(step).concept.name].some(settings.prompts, subject.generator)
        held = others.some(settings.retain_prompts, subject.generator)
        loss = steering_loss(subject, settings, led, held)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(moving, 1.0)
        optimiser.step()
        schedule.step()
        yield Checkpoint(step, steps, float(loss.detach()))
