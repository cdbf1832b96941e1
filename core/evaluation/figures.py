"""Figures with their sample size and interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Figure = dict[str, float | int]
_Z = 1.959964


def rate(hits: float, n: int, independent: int | None = None) -> Figure:
    """A share with its 95 % Wilson interval (Wilson 1927).

    `independent` is the sample size for the interval where the n are not independent, such as the frames of a clip.
    """
    if n == 0:
        return {"value": 0.0, "n": 0, "low": 0.0, "high": 1.0}
    p, m = hits / n, independent or n
    centre = (p + _Z**2 / (2 * m)) / (1 + _Z**2 / m)
    half = _Z / (1 + _Z**2 / m) * math.sqrt(p * (1 - p) / m + _Z**2 / (4 * m * m))
    return {"value": p, "n": n, "low": max(0.0, centre - half), "high": min(1.0, centre + half)}


def mean(values: Sequence[float], seed: int = 0) -> Figure:
    """The mean with its 95 % bootstrap interval of 2,000 draws (Efron 1979); ValueError where there is nothing to mean.

    A single value shows no spread, so its interval is the value itself: read it with its n.
    """
    array = np.asarray(values, float)
    if not array.size:
        raise ValueError("There are no values to take the mean of.")
    draws = np.random.default_rng(seed).integers(array.size, size=(2000, array.size))
    low, high = np.percentile(array[draws].mean(1), [2.5, 97.5])
    return {"value": float(array.mean()), "n": array.size, "low": float(low), "high": float(high)}


def difference(one: Figure, other: Figure) -> Figure:
    """The first rate less the second, both with Wilson intervals and unpaired; n is the smaller of the two.

    The interval is the hybrid score one (Newcombe 1998, method 10), which stays inside -1..1 for few samples too.
    """
    value = one["value"] - other["value"]
    below = math.hypot(one["value"] - one["low"], other["high"] - other["value"])
    above = math.hypot(one["high"] - one["value"], other["value"] - other["low"])
    return {"value": value, "n": min(one["n"], other["n"]), "low": value - below, "high": value + above}


def retained(after: Sequence[float], before: Sequence[float], seed: int = 0) -> Figure:
    """Accuracy after as a share of accuracy before, paired by prompt; interval by 2,000 bootstrap draws.

    Draws in which the original has no hit define no share and are left out.
    """
    a, b = np.asarray(after, float), np.asarray(before, float)
    if not len(b) or b.sum() == 0:
        return {"value": 0.0, "n": len(b), "low": 0.0, "high": 1.0}
    draws = np.random.default_rng(seed).integers(len(b), size=(2000, len(b)))
    hits = b[draws].sum(1)
    ratios = a[draws].sum(1)[hits > 0] / hits[hits > 0]
    low, high = np.percentile(ratios, [2.5, 97.5])
    return {"value": float(a.sum() / b.sum()), "n": len(b), "low": float(low), "high": float(high)}
