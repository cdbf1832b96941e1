"""Hardening: rounds of attack and defence, so that the erased concept cannot be called back by an unusual prompt.

After AdvUnlearn (Zhang et al., NeurIPS 2024) in its fast variant. In each round an attacker takes a few signed
gradient steps (after Madry et al. 2018, PGD) in the space of prompts, towards the U-Net predicting under the moving
encoder what it predicts for the concept under the original one. Then the encoder takes one step that leads the attacked
prompts, and the plain ones, to the anchor. A retain term holds the encoder still on what must stay, and the forgetting
gradient gives way where the two disagree.

The attacker writes `prefix_tokens` free vectors behind the start token: the space in which UnlearnDiffAtk, P4D and
Ring-A-Bell look for tokens and concept inversion for vectors. Half of its prompts name the concept and half the anchor
alone, as concept inversion needs no name. A prefix goes on from round to round, so that it grows stronger than one
round's steps would make it; a share `restart` of them begins anew from tokens drawn at random.

Where this differs from the paper. There the attack tries to denoise the concept's pictures and the encoder is led away
from what the original predicts (ESD); here both have a prediction of the original encoder to reach, the concept's and
the anchor's. There 1,000 rounds of a 30-step attack take 40 GB; here a few dozen rounds do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.erasure.denoising import Noisy, noisy_batch, predicted
from core.erasure.descent import Descent, movement
from core.erasure.guarded import states_loss, states_of
from core.erasure.method import Checkpoint, Subject, Target, read_settings
from core.erasure.words import Pairs, Words
from core.errors import InputError
from core.i18n import tr
from core.models.text import states_from_embeddings, text_states, token_embeddings, token_ids, token_table


@dataclass(frozen=True)
class AdversarialSettings:
    """`plain` and `hardened` weigh the pull on plain and on attacked prompts, `retain` the hold on everything else.

    `attack` is `prefix` (free vectors, `prefix_tokens` of them) or `embedding` (the prompt's own embeddings, each
    number moved by `radius` at most). `attack_size`, a step's, and `radius` are in units of the embeddings' spread.
    """

    trainable: str = "mlp+final-attention"
    learning_rate: float = 1e-3
    steps: int = 60
    batch: int = 4
    prompts: int = 16
    retain_prompts: int = 48
    images: int = 4
    attack: str = "prefix"
    prefix_tokens: int = 4
    attack_steps: int = 3
    attack_size: float = 0.3
    radius: float = 1.0
    restart: float = 0.2
    plain: float = 1.0
    hardened: float = 1.0
    states: float = 1.0
    retain: float = 20.0
    noise_from: float = 0.4
    neighbour_share: float = 0.5
    implicit_share: float = 0.2
    surgery: bool = True

    def __post_init__(self) -> None:
        if self.attack not in ("prefix", "embedding"):
            raise InputError(
                tr("There is no attack “{attack}”.", attack=self.attack), fix=tr("Use one of: prefix, embedding.")
            )


@dataclass(frozen=True)
class Round:
    """What one round is about: prompts with their goals, and noisy latents for the first of them.

    `pairs` are plain; `called` (batch) are the prompts that the attacker starts from. `wanted` is what the U-Net
    predicts for the concept, `goal` for the anchor, both under the original encoder.
    """

    pairs: Pairs
    called: list[str]
    noisy: Noisy
    wanted: Tensor
    goal: Tensor

    @property
    def gap(self) -> Tensor:
        """How far apart concept and anchor were: the unit of every distance between predictions."""
        return (self.wanted - self.goal).pow(2).mean().clamp_min(1e-8)


def begun(subject: Subject, settings: AdversarialSettings, words: Words, target: Target) -> Round:
    """Write a round's prompts and see what they gave before anything moved."""
    pairs = words.pairs(target.concept, max(settings.prompts, settings.batch))
    noisy = noisy_batch(subject, target, settings.batch, settings.noise_from)
    concept, anchor = pairs.concept[: settings.batch], pairs.anchor[: settings.batch]
    with torch.no_grad():
        wanted, goal = (
            predicted(subject, noisy, text_states(subject.original, subject.tokenizer, texts))
            for texts in (concept, anchor)
        )
    called = [pair[k % 2] for k, pair in enumerate(zip(concept, anchor, strict=True))]
    return Round(pairs, called, noisy, wanted, goal)


class Attacker:
    """Searches the space of prompts for what still calls the concept, and remembers how far it got.

    `moves` by concept: free vectors (batch, prefix_tokens, width), or what was added to embeddings (batch, tokens,
    width).
    """

    def __init__(self, subject: Subject, settings: AdversarialSettings) -> None:
        self.subject, self.settings = subject, settings
        if settings.prefix_tokens > (most := subject.tokenizer.model_max_length - 2):
            what = tr(
                "A prefix of {count} tokens leaves no room for the prompt.",
                count=settings.prefix_tokens,
            )
            raise InputError(what, fix=tr("Use {most} at most.", most=most))
        self.table = token_table(subject.original).detach()
        self.spread = float(self.table.std())
        self.moves: dict[str, Tensor] = {}

    def _fresh(self, embeddings: Tensor) -> Tensor:
        generator = self.subject.generator
        if self.settings.attack == "embedding":
            noise = torch.rand(embeddings.shape, generator=generator).to(embeddings)
            return (2 * noise - 1) * self.settings.radius * self.spread
        drawn = torch.randint(len(self.table), (len(embeddings), self.settings.prefix_tokens), generator=generator)
        return self.table[drawn.to(self.table.device)]

    def _begin(self, target: Target, embeddings: Tensor) -> Tensor:
        fresh = self._fresh(embeddings)
        kept = self.moves.get(target.concept.name, fresh)
        again = torch.rand(len(fresh), 1, 1, generator=self.subject.generator).to(fresh) < self.settings.restart
        return torch.where(again, fresh, kept)

    def placed(self, embeddings: Tensor, move: Tensor) -> Tensor:
        """The prompt's embeddings (batch, tokens, width) under attack; a prefix pushes the prompt's end out."""
        if self.settings.attack == "embedding":
            return embeddings + move
        return torch.cat((embeddings[:, :1], move, embeddings[:, 1 : embeddings.shape[1] - move.shape[1]]), dim=1)

    def _step(self, move: Tensor, gradient: Tensor) -> Tensor:
        moved = move - self.settings.attack_size * self.spread * gradient.sign()
        limit = self.settings.radius * self.spread
        return moved.clamp(-limit, limit) if self.settings.attack == "embedding" else moved

    def attack(self, target: Target, now: Round) -> Tensor:
        """Attacked embeddings (batch, tokens, width) of the round's called prompts, without a gradient."""
        subject = self.subject
        ids = token_ids(subject.encoder, subject.tokenizer, now.called)
        embeddings = token_embeddings(subject.encoder, ids).detach()
        move = self._begin(target, embeddings)
        for _ in range(self.settings.attack_steps):
            move = move.detach().requires_grad_()
            states = states_from_embeddings(subject.encoder, self.placed(embeddings, move))
            miss = (predicted(subject, now.noisy, states) - now.wanted).pow(2).mean()
            move = self._step(move, torch.autograd.grad(miss, move)[0]).detach()
        self.moves[target.concept.name] = move
        return self.placed(embeddings, move).detach()


def plain_loss(subject: Subject, settings: AdversarialSettings, now: Round) -> Tensor:
    """Distance of the plain prompts from the anchor's, in predictions and in states, relative to what it was."""
    states = states_of(subject, now.pairs)
    reached = predicted(subject, now.noisy, states.first(settings.batch).new)
    return settings.states * states_loss(states) + (reached - now.goal).pow(2).mean() / now.gap


def hardened_loss(subject: Subject, now: Round, attacked: Tensor) -> Tensor:
    """Distance of the attacked prompts' predictions from the anchor's, relative to the concept's."""
    reached = predicted(subject, now.noisy, states_from_embeddings(subject.encoder, attacked))
    return (reached - now.goal).pow(2).mean() / now.gap


def adversarial(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Attack and defend, concept by concept in turn; one checkpoint a round.

    A round takes two U-Net passes without a gradient and `attack_steps` + 2 with one, each of `batch` latents.
    """
    settings = read_settings(AdversarialSettings, given)
    steps = settings.steps * len(subject.targets)
    descent = Descent(subject, settings.trainable, settings.learning_rate, steps, settings.surgery, first=subject.first)
    words = Words(subject, settings.neighbour_share, settings.implicit_share)
    attacker = Attacker(subject, settings)
    for step in range(subject.first, steps + 1):
        target = subject.turn(step)
        now = begun(subject, settings, words, target)
        attacked = attacker.attack(target, now)
        forget = settings.hardened * hardened_loss(subject, now, attacked)
        forget = forget + settings.plain * plain_loss(subject, settings, now)
        keep = settings.retain * movement(subject, words, settings.retain_prompts)
        yield Checkpoint(step, steps, descent.step(forget, keep))
