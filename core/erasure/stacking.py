"""Several erasures in one: their Δ put together without training, and taken apart again by leaving one out.

Erasures made one after the other drift: after a dozen, what should stay is down to a fifth (arXiv 2511.07970). Each Δ
made alone knows nothing of the others, so here they are added as task vectors (Ilharco et al. 2023), merged by elected
signs (Yadav et al. 2023), or kept out of each other's way by projection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.erasure.trainable import Delta
from core.errors import FailureKind, InputError, LacunaError
from core.i18n import tr

Array = NDArray[Any]
"""Float32 numbers."""
Parts = list[dict[str, Array]]
"""The Δ of each entry, already times its strength, in float32."""

KEEP, SCALE = 0.5, 1.2
"""TIES: the share of a Δ that survives trimming, and the factor on the merged one.

Chosen by the text states of five erasures of the starter on validation prompts: each erasure is kept as well as by the
sum, and what should stay moves a third as far. With the paper's 0.2 and 1, 3 of 30 pictures showed again what was gone.
"""
ENERGY = 0.8
"""Projection: how much of an earlier Δ, by its squared singular values, a later one keeps clear of.

On the same states 0.5 was next to the plain sum, 0.8 moved what should stay two thirds as far, and 0.9 took nearly half
of the last erasure away.
"""


def combine(
    deltas: Sequence[Delta], strengths: Sequence[float], how: str, check: Callable[[], None] = lambda: None
) -> Delta:
    """One Δ in float32 from several of one encoder, each times its strength; `check` is called between two tensors.

    Raises InputError for a way that is not in WAYS, LacunaError(DAMAGED) where two Δ shape a tensor differently.
    """
    if how not in WAYS:
        raise InputError(
            tr("Entries cannot be stacked by “{how}”.", how=how), fix=tr("Use one of: {names}.", names=", ".join(WAYS))
        )
    pairs = zip(deltas, strengths, strict=True)
    parts = [{name: s * np.asarray(d, np.float32) for name, d in delta.items()} for delta, s in pairs]
    _refuse_misfits(parts)
    return dict(WAYS[how](parts, check))


def _refuse_misfits(parts: Parts) -> None:
    shapes: dict[str, tuple[int, ...]] = {}
    for name, value in (pair for part in parts for pair in part.items()):
        if shapes.setdefault(name, value.shape) != value.shape:
            what = tr("These erasures do not fit one text encoder.")
            raise LacunaError(
                FailureKind.DAMAGED,
                what,
                tr("They differ in the shape of “{name}”.", name=name),
                tr("Erase them again."),
            )


def _by_tensor(parts: Parts, check: Callable[[], None]) -> list[tuple[str, list[Array]]]:
    """Each tensor's changes, in the order of the entries; an entry that leaves a tensor alone has none."""
    names = dict.fromkeys(name for part in parts for name in part)
    check()
    return [(name, [part[name] for part in parts if name in part]) for name in names]


def add(parts: Parts, check: Callable[[], None]) -> dict[str, Array]:
    """Σ Δ: task arithmetic (Ilharco et al. 2023, section 2, addition)."""
    return {name: np.stack(changes).sum(0) for name, changes in _by_tensor(parts, check)}


def ties(parts: Parts, check: Callable[[], None], keep: float = KEEP, scale: float = SCALE) -> dict[str, Array]:
    """Trim, elect sign, disjoint mean (Yadav et al. 2023, section 4).

    Each Δ keeps the `keep` share of its numbers that are largest; each number's sign is that of the sum; the mean is
    over the entries that agree with it; the whole is then multiplied by `scale`.
    """
    merged: dict[str, Array] = {}
    for name, changes in _by_tensor([trimmed(part, keep) for part in parts], check):
        check()
        stack = np.stack(changes)
        agrees = (np.sign(stack) == np.sign(stack.sum(0))) & (stack != 0)
        merged[name] = scale * (stack * agrees).sum(0) / np.maximum(agrees.sum(0), 1).astype(np.float32)
    return merged


def trimmed(part: dict[str, Array], keep: float) -> dict[str, Array]:
    """The Δ with all but the `keep` share of its largest numbers, over all tensors together, set to 0."""
    sizes = np.concatenate([np.abs(value).ravel() for value in part.values()])
    count = max(1, round(keep * sizes.size))
    least = np.partition(sizes, sizes.size - count)[sizes.size - count]
    return {name: np.where(np.abs(value) >= least, value, np.float32(0)) for name, value in part.items()}


def project(parts: Parts, check: Callable[[], None], energy: float = ENERGY) -> dict[str, Array]:
    """Σ Δ, each later one without what it does to the inputs that the earlier ones act on.

    Of a matrix (outputs, inputs) the rows of the later Δ lose their component in the earlier Δs' row space: where an
    earlier erasure has something to say, it has the only say. Of a vector, the component along the earlier ones.
    """
    merged: dict[str, Array] = {}
    for name, changes in _by_tensor(parts, check):
        total, basis = np.zeros_like(changes[0]), np.zeros((0, changes[0].shape[-1]), np.float32)
        for change in changes:
            check()
            rest = change - change @ basis.T @ basis
            total = total + rest
            basis = np.concatenate([basis, row_space(rest, energy)])
        merged[name] = total
    return merged


def row_space(change: Array, energy: float) -> Array:
    """An orthonormal basis (rank, inputs) of the directions that hold `energy` of a matrix or a vector."""
    _, values, directions = np.linalg.svd(np.atleast_2d(change), full_matrices=False)
    power = np.cumsum(values**2)
    if not len(power) or power[-1] == 0:
        return directions[:0]
    return directions[: int(np.searchsorted(power, energy * power[-1])) + 1]


WAYS: dict[str, Callable[[Parts, Callable[[], None]], dict[str, Array]]] = {
    "sum": add,
    "ties": ties,
    "projection": project,
}
"""Every way to stack by name."""
