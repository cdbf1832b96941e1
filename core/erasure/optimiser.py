"""The optimiser of every method, by the job's plan: Adam, or Adam whose moments are kept in 8 bits."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from core.errors import InputError
from core.hardware.plan import plan
from core.i18n import tr


def adam(
    moving: Iterable[nn.Parameter],
    rate: float,
    betas: tuple[float, float] = (0.9, 0.98),
    epsilon: float = 1e-6,
    weight_decay: float = 0.0,
    *,
    fused: bool = False,
) -> torch.optim.Optimizer:
    """Adam over the tensors that move; the defaults are those of Fuchi & Takagi 2024.

    Its two moments take 8 bytes a parameter, or 2 with the plan's `adam8bit` (Dettmers et al., ICLR 2022). InputError
    where bitsandbytes, which keeps them so, is not installed.
    """
    if plan().optimiser == "adam8bit":
        cls = _bitsandbytes().optim.Adam8bit
        return cls(list(moving), lr=rate, betas=betas, eps=epsilon, weight_decay=weight_decay)
    return torch.optim.Adam(moving, lr=rate, betas=betas, eps=epsilon, weight_decay=weight_decay, fused=fused or None)


def cosine(optimiser: torch.optim.Optimizer, rate: float, steps: int, first: int = 1) -> Any:
    """A schedule from `rate` to a tenth of it in `steps`, standing where it does before step `first`."""
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, rate * 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch expects a step of the optimiser before: it was taken in an earlier run
        for _ in range(1, first):
            schedule.step()
    return schedule


def _bitsandbytes() -> Any:
    try:
        return importlib.import_module("bitsandbytes")
    except ImportError as error:
        raise InputError(
            tr("Adam in 8 bits needs the package bitsandbytes, which is not installed."),
            fix=tr("Install bitsandbytes, or let Lacuna choose how to save memory."),
        ) from error
