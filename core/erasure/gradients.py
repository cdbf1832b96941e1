"""Gradients that work against each other, and how one gives way."""

from __future__ import annotations

from torch import Tensor


def combine(forget: tuple[Tensor, ...], keep: tuple[Tensor, ...], surgery: bool) -> list[Tensor]:
    """The sum of both gradients; with `surgery`, the part of `forget` that works against `keep` is taken out first."""
    combined: list[Tensor] = []
    for f, k in zip(forget, keep, strict=True):
        clash = (f * k).sum()
        if surgery and clash < 0:
            f = f - clash / k.pow(2).sum().clamp_min(1e-12) * k
        combined.append(f + k)
    return combined
