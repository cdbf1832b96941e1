"""Giving memory back, and what takes less of it while an erasure learns."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

import torch
from torch import nn

_KNOWN: WeakSet[nn.Module] = WeakSet()
"""Every large part that was ever at work."""
_AT_WORK: ContextVar[tuple[nn.Module, ...]] = ContextVar("at work", default=())


def free_memory() -> None:
    """Collect what nothing refers to any more, and give the cached blocks of the GPU back to other programs."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.ipc_collect()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


@contextmanager
def checkpointing(unet: nn.Module, wanted: bool = True) -> Generator[None]:
    """Meanwhile the denoiser computes its activations again for the gradient instead of keeping them.

    A denoiser that cannot, such as UNet3DConditionModel, is left as it is; so is one that does already.
    """
    if not wanted or not getattr(unet, "_supports_gradient_checkpointing", False) or unet.is_gradient_checkpointing:
        yield
        return
    unet.enable_gradient_checkpointing()  # pyright: ignore[reportCallIssue]
    try:
        yield
    finally:
        unet.disable_gradient_checkpointing()  # pyright: ignore[reportCallIssue]


@contextmanager
def forgetful(encoder: nn.Module, wanted: bool = True) -> Generator[None]:
    """Meanwhile a text encoder computes its layers again for the gradient: most of what many prompts would hold.

    transformers does so only in training mode, which changes nothing else in CLIP, whose dropout is 0. Encoders that
    cannot are left as they are.
    """
    able: list[Any] = [part for part in encoder.modules() if getattr(part, "supports_gradient_checkpointing", False)]
    for part in able if wanted else ():
        part.train().gradient_checkpointing_enable({"use_reentrant": False})
    try:
        yield
    finally:
        for part in able if wanted else ():
            part.eval().gradient_checkpointing_disable()


@contextmanager
def at_work(parts: Iterable[nn.Module], device: str, *, alone: bool) -> Generator[None]:
    """Meanwhile these parts are on the device; when they work `alone`, all others that ever worked wait on the CPU.

    Nested, the inner parts take the place of the outer ones, which come back at its end. A part that is on the device
    already is not touched; on the CPU nothing moves at all.
    """
    before, mine = _AT_WORK.get(), tuple(parts)
    token = _AT_WORK.set(mine)
    _settle(mine, device, alone)
    try:
        yield
    finally:
        _AT_WORK.reset(token)
        if before:
            _settle(before, device, alone)


def _settle(parts: tuple[nn.Module, ...], device: str, alone: bool) -> None:
    _KNOWN.update(parts)
    if torch.device(device).type == "cpu":
        return
    if alone:
        for other in set(_KNOWN) - set(parts):
            other.to("cpu")
        free_memory()
    for part in parts:
        part.to(device)
