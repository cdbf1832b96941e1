"""A least-squares edit of the encoder's own output projections: many concepts at once, in seconds, without a picture.

After UCE (Gandikota et al., WACV 2024, eq. 7), which edits the denoiser's cross-attention and so reaches one host. Here
the projections that write to the encoder's stream are edited instead, so that every host is reached. For one block, W
(with its bias) is the minimum of

    w · Σ ‖W x_c − v_c‖² + Σ ‖W x_p − v_p‖² + r · ‖W − W₀‖²

over the tokens c of prompts that name a concept and p of prompts that must not move. x is what the projection reads in
the encoder as edited so far; v is what it must write for the stream to stand, after it, where the frozen encoder has it
for the prompt with the anchor (c) or for the same prompt (p). Blocks are taken in their order, and each makes up for
what those before it left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.erasure.method import Checkpoint, Subject, read_settings
from core.erasure.trainable import stacks
from core.erasure.words import Words
from core.errors import InputError
from core.i18n import tr
from core.models.text import device_of, text_states

PROJECTIONS: dict[str, str] = {"mlp": "mlp.fc2", "attention": "self_attn.out_proj"}
"""Where a block's MLP and its attention write to the stream."""

CHUNK = 64
"""Prompts that are read together; their sums add up, so memory does not grow with their number."""


@dataclass(frozen=True)
class ClosedFormSettings:
    """Needs no pictures, so it has no `images`.

    `projection` is `mlp` or `attention`, edited in the last `layers` blocks (at most all of them). `weight` (w) is how
    much a concept's token counts beside one that must not move; `ridge` (r) is a share of the inputs' mean square.
    `prompts` are read per concept, `retain_prompts` in all.
    """

    projection: str = "mlp"
    layers: int = 2
    weight: float = 1.0
    ridge: float = 3e-2
    prompts: int = 96
    retain_prompts: int = 384
    neighbour_share: float = 0.5
    implicit_share: float = 0.2

    def __post_init__(self) -> None:
        if self.projection not in PROJECTIONS:
            what = tr("There is no projection “{projection}”.", projection=self.projection)
            raise InputError(what, fix=tr("Use one of: {names}.", names=", ".join(PROJECTIONS)))


@dataclass(frozen=True)
class Wish:
    """`texts`, as the edited encoder reads them, are to have the states that `model` has for `goals`."""

    texts: list[str]
    goals: list[str]
    model: nn.Module
    weight: float

    def chunks(self) -> Iterator[Wish]:
        """The wish in parts of `CHUNK` prompts."""
        for k in range(0, len(self.texts), CHUNK):
            yield Wish(self.texts[k : k + CHUNK], self.goals[k : k + CHUNK], self.model, self.weight)


@dataclass(frozen=True)
class Trace:
    """At one projection, (tokens of all prompts, width): what it reads, the stream before its sum, and after it."""

    read: Tensor
    before: Tensor
    after: Tensor


@dataclass(frozen=True)
class Place:
    """A projection of one block; `block` is the block's name in the encoder."""

    block: str
    projection: str

    def of(self, encoder: nn.Module) -> nn.Linear:
        """The module in an encoder."""
        module = encoder.get_submodule(f"{self.block}.{PROJECTIONS[self.projection]}")
        assert isinstance(module, nn.Linear)
        return module

    def trace(self, subject: Subject, encoder: nn.Module, texts: list[str]) -> Trace:
        """Encode the texts and keep what passes here; between attention and MLP the stream goes to `layer_norm2`."""
        kept: dict[str, Tensor] = {}

        def keep_middle(_module: nn.Module, given: tuple[Tensor, ...], _out: Tensor) -> None:
            kept["middle"] = given[0].flatten(0, 1)

        def keep_sides(_module: nn.Module, given: tuple[Tensor, ...], out: Tensor) -> None:
            kept["read"], kept["written"] = given[0].flatten(0, 1), out.flatten(0, 1)

        middle = encoder.get_submodule(f"{self.block}.layer_norm2")
        hooks = [middle.register_forward_hook(keep_middle), self.of(encoder).register_forward_hook(keep_sides)]
        try:
            text_states(encoder, subject.tokenizer, texts)
        finally:
            for hook in hooks:
                hook.remove()
        if self.projection == "attention":
            return Trace(kept["read"], kept["middle"] - kept["written"], kept["middle"])
        return Trace(kept["read"], kept["middle"], kept["middle"] + kept["written"])


def wishes_of(subject: Subject, settings: ClosedFormSettings) -> tuple[list[Wish], Wish]:
    """A wish for each concept's prompts to be read as its anchor's, and one for the rest to stay."""
    words = Words(subject, settings.neighbour_share, settings.implicit_share)
    pairs = [words.pairs(concept, settings.prompts) for concept in subject.concepts]
    held = words.retained(settings.retain_prompts)
    led = [Wish(pair.concept, pair.anchor, subject.original, settings.weight) for pair in pairs]
    return led, Wish(held, held, subject.start, 1.0)


def ridge_solution(gram: Tensor, cross: Tensor, ridge: float) -> Tensor:
    """D = (G + r · I)⁻¹ C, the least-squares change for G = Σ w x xᵀ and C = Σ w x missᵀ, in their own float64.

    r is `ridge` times the mean of G's diagonal, so that it means the same for inputs of any size and number.
    """
    slack = max(ridge * float(gram.diagonal().mean()), 1e-12)
    return torch.linalg.solve(gram + slack * torch.eye(len(gram), dtype=gram.dtype, device=gram.device), cross)


def sums_of(subject: Subject, place: Place, wish: Wish) -> tuple[Tensor, Tensor]:
    """A wish's part of the normal equations: Σ w x xᵀ and Σ w x (v − W x)ᵀ, x with a 1 for the bias."""
    gram = cross = torch.zeros((), device=device_of(subject.encoder))
    for part in wish.chunks():
        now, goal = (place.trace(subject, e, t) for e, t in ((subject.encoder, part.texts), (part.model, part.goals)))
        read = nn.functional.pad(now.read, (0, 1), value=1.0).double()
        gram = gram + wish.weight * read.T @ read
        cross = cross + wish.weight * read.T @ (goal.after - now.after).double()
    return gram, cross


@torch.no_grad()
def edit(subject: Subject, place: Place, wishes: list[Wish], ridge: float) -> None:
    """Put the least-squares solution for all wishes into the encoder's projection."""
    sums = [sums_of(subject, place, wish) for wish in wishes]
    gram, cross = (torch.stack(parts).sum(0) for parts in zip(*sums, strict=True))
    change = ridge_solution(gram, cross, ridge)
    projection = place.of(subject.encoder)
    projection.weight.add_(change[:-1].T.to(projection.weight))
    projection.bias.add_(change[-1].to(projection.bias))


@torch.no_grad()
def residual(subject: Subject, led: list[Wish]) -> float:
    """How far the concepts' last states are from their anchors', as a share of how far they were: 1 before, 0 done."""
    left = was = 0.0
    for part in (part for wish in led for part in wish.chunks()):
        goal = text_states(part.model, subject.tokenizer, part.goals)
        left += float((text_states(subject.encoder, subject.tokenizer, part.texts) - goal).pow(2).sum())
        was += float((text_states(subject.original, subject.tokenizer, part.texts) - goal).pow(2).sum())
    return left / max(was, 1e-8)


def places_of(subject: Subject, settings: ClosedFormSettings) -> list[Place]:
    """The projections of the last blocks that hosts read, in the order of editing; a pair's first encoder first."""
    return [
        Place(f"{stack}{block}", settings.projection)
        for stack, last in stacks(subject.encoder).items()
        for block in range(max(last + 1 - settings.layers, 0), last + 1)
    ]


def closed_form(subject: Subject, given: dict[str, Any]) -> Iterator[Checkpoint]:
    """Edit one projection after the other for all concepts together; one checkpoint each."""
    settings = read_settings(ClosedFormSettings, given)
    places = places_of(subject, settings)
    led, held = wishes_of(subject, settings)
    for step, place in enumerate(places[subject.first - 1 :], subject.first):
        edit(subject, place, [*led, held], settings.ridge)
        yield Checkpoint(step, len(places), residual(subject, led))
