"""Gradients that work against each other, and how one gives way."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.erasure.method import Subject
from core.models.text import text_states


def combine(forget: tuple[Tensor, ...], keep: tuple[Tensor, ...], surgery: bool) -> list[Tensor]:
    """The sum of both gradients; with `surgery`, the part of `forget` that works against `keep` is taken out first."""
    combined: list[Tensor] = []
    for f, k in zip(forget, keep, strict=True):
        clash = (f * k).sum()
        if surgery and clash < 0:
            f = f - clash / k.pow(2).sum().clamp_min(1e-12) * k
        combined.append(f + k)
    return combined


def project_out(gradient: Sequence[Tensor], directions: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """The gradient without its components along the span of the directions (Gram-Schmidt).

    All tensors count as one long vector: a step along what is left moves, to first order, none of what the directions
    stand for, and gives up only one dimension for each. Tensor by tensor it would give up one in every tensor for the
    same promise. Directions that are nothing, or lie in the span of those before, change nothing.
    """
    left = flat(gradient)
    for base in basis_of(directions):
        left = left - (left @ base) * base
    return unflat(left, gradient)


def basis_of(directions: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """An orthonormal basis of the span, each a long vector of all tensors; orthogonal in float32 too."""
    basis: list[Tensor] = []
    for direction in directions:
        whole = flat(direction)
        left = whole
        for base in (*basis, *basis):
            left = left - (left @ base) * base
        if left.norm() > 1e-5 * whole.norm():
            basis.append(left / left.norm())
    return basis


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """All tensors as one long vector."""
    return torch.cat([tensor.reshape(-1) for tensor in tensors])


def unflat(whole: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
    """The long vector cut into tensors of the shapes of `like`."""
    parts = whole.split([tensor.numel() for tensor in like])
    return [part.view_as(tensor) for part, tensor in zip(parts, like, strict=True)]


def pull_on(subject: Subject, moving: list[nn.Parameter], texts: list[str], heading: Tensor) -> list[Tensor]:
    """How the weights would have to move for the states of `texts` to go along `heading` (tokens, width).

    The gradient of ⟨h(texts), heading⟩ by each of the moving tensors, h being the mean of the last states.
    """
    states = text_states(subject.encoder, subject.tokenizer, texts).mean(0)
    return list(torch.autograd.grad((states * heading).sum(), moving))
