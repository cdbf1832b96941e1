"""Domain correction: a discriminator says which domain a prediction is from, and the encoder learns to pass.

After DoCo (Wu et al., arXiv 2405.15304, AAAI 2025). A patch discriminator tells the clean latents x̂₀ that the frozen
U-Net predicts for the anchor under the original encoder from those it predicts for the concept under the encoder as it
moves, both from one noisy latent. The encoder is the generator: it moves until the discriminator takes the one for the
other. The discriminator compares domains, not predictions number by number: the concept may become any member of the
anchor's domain.

Where this differs from the paper. There the generator is the U-Net's cross-attention (K and V) of SD-1.4, and 2,000
steps of 8 with 1,000 steps of warm-up use 1,000 pictures a domain; here it is the text encoder, so that every host of
the family forgets, and a few pictures and steps do. There the retaining gradient is the denoising error on the
anchor's pictures; here it is the movement of the encoder's states on prompts that must stay. There it serves surgery
alone; here it also holds, unless `hold` is off. A feature-matching term (Wang et al. 2018, pix2pixHD, eq. 4), relative
to the size of the features, ties each prompt to its own anchor and steadies the few steps; with `matching` 0 the
adversarial loss stands alone and needs more of them. That loss is least squares (Mao et al. 2017, eq. 9), whose
gradient does not fade when the discriminator is sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from core.erasure.denoising import clean_estimate, noisy_batch, predicted
from core.erasure.descent import Descent, movement
from core.erasure.method import Checkpoint, Subject, Target, read_settings
from core.erasure.words import Words
from core.models.text import text_states


@dataclass(frozen=True)
class DomainCorrectionSettings:
    """`adversarial` and `matching` weigh what the discriminator says, `retain` the hold on everything else.

    `warm_up` steps teach the discriminator alone, then it and the encoder move in turn. `spectral` bounds the
    discriminator's slope (Miyato et al. 2018). Without `hold` the retaining gradient only takes out of the forgetting
    one what works against it, as in the paper.
    """

    trainable: str = "mlp+final-attention"
    learning_rate: float = 1e-3
    discriminator_rate: float = 1e-3
    steps: int = 90
    warm_up: int = 20
    batch: int = 8
    retain_prompts: int = 48
    images: int = 4
    adversarial: float = 1.0
    matching: float = 1.0
    retain: float = 20.0
    noise_from: float = 0.4
    neighbour_share: float = 0.5
    implicit_share: float = 0.2
    spectral: bool = True
    surgery: bool = True
    hold: bool = True


class PatchDiscriminator(nn.Module):
    """Whether each patch of latents is from the anchor's domain: (batch, channels, h, w) to (batch, 1, h/4, w/4).

    PatchGAN (Isola et al. 2017, section 3.2.2) small enough for latents of any size; 1 is the anchor's, 0 is not.
    """

    def __init__(self, channels: int, width: int = 64, spectral: bool = True) -> None:
        super().__init__()
        sizes = ((channels, width, 2), (width, 2 * width, 2), (2 * width, 2 * width, 1))
        blocks = [nn.Conv2d(i, o, 3, stride, padding=1) for i, o, stride in sizes]
        self.blocks = nn.ModuleList([spectral_norm(block) if spectral else block for block in blocks])
        self.last = nn.Conv2d(2 * width, 1, 1)

    def features(self, latents: Tensor) -> list[Tensor]:
        """What each block makes of latents, the last block's last."""
        found: list[Tensor] = []
        for block in self.blocks:
            latents = functional.leaky_relu(block(latents), 0.2)
            found.append(latents)
        return found

    def forward(self, latents: Tensor) -> Tensor:
        """The verdict on each patch."""
        return self.last(self.features(latents)[-1])


def discriminator_for(subject: Subject, spectral: bool) -> PatchDiscriminator:
    """A new discriminator for the subject's latents; its weights come from the subject's generator alone."""
    clean = subject.targets[0].latents
    seed = int(torch.randint(2**31, (), generator=subject.generator))
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        return PatchDiscriminator(clean.shape[1], spectral=spectral).to(clean.device)


def matching_loss(fake: Sequence[Tensor], real: Sequence[Tensor]) -> Tensor:
    """The mean distance of features, relative to the size of the real ones; 0 where they are the same."""
    terms = [(f - r).abs().mean() / r.abs().mean().clamp_min(1e-8) for f, r in zip(fake, real, strict=True)]
    return torch.stack(terms).mean()


class Critic:
    """The discriminator and its optimiser."""

    def __init__(self, subject: Subject, settings: DomainCorrectionSettings) -> None:
        self.judge, self.settings = discriminator_for(subject, settings.spectral), settings
        self._optimiser = torch.optim.Adam(self.judge.parameters(), lr=settings.discriminator_rate, betas=(0.5, 0.999))

    def learn(self, real: Tensor, fake: Tensor) -> None:
        """One step towards 1 on the anchor's x̂₀ and 0 on the concept's."""
        loss = (self.judge(real) - 1).square().mean() + self.judge(fake.detach()).square().mean()
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()

    def pull(self, real: Tensor, fake: Tensor) -> Tensor:
        """How far the concept's x̂₀ is from passing for the anchor's."""
        with torch.no_grad():
            wanted = self.judge.features(real)
        found = self.judge.features(fake)
        passing = (self.judge.last(found[-1]) - 1).square().mean()
        return self.settings.adversarial * passing + self.settings.matching * matching_loss(found, wanted)


def domains(
    subject: Subject, settings: DomainCorrectionSettings, words: Words, target: Target
) -> tuple[Tensor, Tensor]:
    """x̂₀ of the anchor under the original encoder, and of the concept under the moving one, from one noisy batch."""
    pairs = words.pairs(target.concept, settings.batch)
    noisy = noisy_batch(subject, target, settings.batch, settings.noise_from)
    with torch.no_grad():
        goal = text_states(subject.original, subject.tokenizer, pairs.anchor)
        real = clean_estimate(subject, noisy, predicted(subject, noisy, goal))
    new = text_states(subject.encoder, subject.tokenizer, pairs.concept)
    return real, clean_estimate(subject, noisy, predicted(subject, noisy, new))


def meet(
    subject: Subject, settings: DomainCorrectionSettings, words: Words, target: Target, critic: Critic, moves: bool
) -> Tensor:
    """Show the discriminator one batch from both domains; gives the encoder's loss, with a gradient if it `moves`."""
    with torch.set_grad_enabled(moves):
        real, fake = domains(subject, settings, words, target)
    critic.learn(real, fake)
    return critic.pull(real, fake)


def domain_correction(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Correct the concepts' domains, in turn, each against a discriminator of its own; one checkpoint a step.

    The first `warm_up` steps a concept move no encoder. A step takes one U-Net pass with a gradient, which those of the
    warm-up do not need, and one without, each of `batch` latents. A run that goes on warms its discriminators up anew.
    """
    settings = read_settings(DomainCorrectionSettings, given)
    warm_up, steps = (count * len(subject.targets) for count in (settings.warm_up, settings.steps))
    descent = Descent(
        subject,
        settings.trainable,
        settings.learning_rate,
        steps,
        surgery=settings.surgery,
        hold=settings.hold,
        first=max(subject.first - warm_up, 1),
    )
    words = Words(subject, settings.neighbour_share, settings.implicit_share)
    critics = {target.concept.name: Critic(subject, settings) for target in subject.targets}
    for step in (*range(1, warm_up + 1), *range(max(subject.first, warm_up + 1), warm_up + steps + 1)):
        target, moves = subject.turn(step), step > warm_up
        loss = meet(subject, settings, words, target, critics[target.concept.name], moves)
        if moves:
            done = descent.step(loss, settings.retain * movement(subject, words, settings.retain_prompts))
        else:
            done = float(loss.detach())
        if step >= subject.first:
            yield Checkpoint(step, warm_up + steps, done)
