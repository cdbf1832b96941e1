"""Small models of the real families, opened once for all tests, with every host that each can have."""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from core.models.catalogue import FamilyCard
from core.models.component import Component, Role, Source
from core.models.opened import Family
from tests.models import clip_host, component, registered, write_base, write_motion_adapter, write_video

FAMILIES = ("sd1", "sd2", "sdxl")
BROUGHT = {"sd1": ("motion", "lcm", "lightning"), "sd2": ("modelscope", "zeroscope"), "sdxl": ("motion",)}
"""The hosts that components bring, beside those of the family's sheet."""


@cache
def folder() -> Path:
    """Where the models of this run lie, until it ends."""
    place = tempfile.TemporaryDirectory(prefix="lacuna-tiny-")
    atexit.register(place.cleanup)
    return Path(place.name)


def _card(family: str, prediction: str) -> FamilyCard:
    root = folder() / f"{family}-{prediction}"
    base = write_base(root / "base", family, prediction=prediction)
    return registered(root / "models", base, *_others(root, family))


def tiny(family: str, prediction: str = "epsilon") -> Family:
    """A model of the family whose denoiser predicts noise, or velocity, opened on the CPU."""
    return _opened(family, prediction)


@cache
def _opened(family: str, prediction: str) -> Family:
    torch.set_num_threads(1)
    return Family(_card(family, prediction))


def hosts(family: str) -> list[str]:
    """The hosts of a family by name."""
    zero = ("text2video_zero",) if family == "sd1" else ()
    return ["still", *zero, *BROUGHT[family]]


EVERY = [(family, host) for family in FAMILIES for host in hosts(family)]
"""Every host of every real family."""


def _others(root: Path, family: str) -> list[Component]:
    if family == "sd2":
        own = ("text_encoder", "vae", "tokenizer")
        return [
            write_video(root / "modelscope"),
            write_video(root / "zeroscope", own=own, moved=1e-4, height=128),
        ]
    motion = write_motion_adapter(root / "motion", family)
    return [motion] if family == "sdxl" else [motion, _lcm(root, motion), _lightning(motion)]


def _lightning(motion: Component) -> Component:
    host = motion.host
    assert host is not None
    euler = {"class": "EulerDiscreteScheduler", "timestep_spacing": "trailing", "beta_schedule": "linear"}
    return replace(motion, id="lightning", host=replace(host, scheduler=euler, guidance=1.0))


def _lcm(root: Path, motion: Component) -> Component:
    """AnimateLCM: a motion adapter and a LoRA beside it, in the names of its release."""
    path = root / "lcm.safetensors"
    save_file(lora(), path)
    folders = {"unet": "unet", "motion_adapter": "./motion_adapter", "lora": "./lora"}
    host = replace(
        clip_host("AnimateDiffPipeline", folders, 4),
        scheduler={"class": "LCMScheduler", "beta_schedule": "linear"},
        guidance=1.5,
    )
    sources = {**motion.sources, "lora": Source(path)}
    return replace(component(path, Role.LORA, "sd1", sources, host=host), id="lcm")


def lora(size: float = 1.0) -> dict[str, Tensor]:
    """A LoRA of rank 2 on every attention over pictures of the first block, of a tiny U-Net of 8 channels."""
    generator = torch.Generator().manual_seed(3)
    name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_{}"
    tensors: dict[str, Tensor] = {}
    for part in ("q", "k", "v"):
        layer = name.format(part)
        tensors[f"{layer}.lora_down.weight"] = size * torch.randn(2, 8, generator=generator)
        tensors[f"{layer}.lora_up.weight"] = size * torch.randn(8, 2, generator=generator)
        tensors[f"{layer}.alpha"] = torch.tensor(2.0)
    return tensors
