"""The starter pair as the tests open it: once for all of them, on one thread."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from functools import cache
from typing import Any

import torch

from core.models.catalogue import family_card
from core.models.opened import Family, open_family


@cache
def starter() -> Family:
    """The family on the CPU, so that figures do not depend on the machine."""
    torch.set_num_threads(1)
    return open_family("starter")


@cache
def hurried(frames: int = 12) -> Family:
    """The starter pair on two steps, with clips of so many frames: its pictures show little, and behave like any."""
    card = family_card("starter")
    hosts = tuple(replace(host, steps=2, frames=min(host.frames, frames)) for host in card.hosts)
    return Family(replace(card, hosts=hosts))


def digest(module: Any) -> str:
    """SHA-256 over a module's parameters and buffers."""
    sha = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        sha.update(name.encode())
        sha.update(tensor.cpu().numpy().tobytes())
    return sha.hexdigest()


def disturbed(encoder: Any, amount: float = 0.3, seed: int = 0) -> Any:
    """A copy of the encoder with noise in its MLPs, `amount` of each tensor's spread."""
    moved = copy.deepcopy(encoder)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in moved.named_parameters():
            if ".mlp." in name:
                noise = torch.randn(parameter.shape, generator=generator).to(parameter)
                parameter.add_(amount * parameter.std() * noise)
    return moved
