"""What a job runs on: the processor that was asked for if it is there, and how many pictures are made at once."""

from __future__ import annotations

import importlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from core.hardware.devices import Device, cpu, torch_gpus
from core.i18n import tr
from core.settings import Settings

GIB = 1024**3
SMALL, LARGE = 8 * GIB, 24 * GIB
"""Memory of a device below which `auto` means low, and of a GPU from which it means high."""

_BATCHES = {"low": (4, 1), "balanced": (16, 2), "high": (48, 6)}
"""Stills and clips that are sampled at once."""


@dataclass(frozen=True)
class Plan:
    """How a job uses its device; the usual values are those of a small model on any processor.

    `device` is torch's name, `memory` low, balanced or high; `note` says why it is not what was asked for.

    `dtype` is what frozen hosts work in (the encoder that learns stays float32). Learning: `checkpointing` of the
    U-Net, `chunk` pictures through it together (0: as the method says), `optimiser` adam or adam8bit, `free_vae` once
    the latents are known. Sampling: `offload` none, model, group or sequential, `fp8` storage of the denoiser,
    `vae_slicing`, `vae_tiling`, `decode_frames` at once (0: all), `split_guidance` in two passes, `stills` and `clips`
    at once (0: by `memory`). `judge` is where the judge works (empty: on `device`), the CPU to leave a GPU its memory.
    `scale` shrinks pictures and clips. `rung` counts the steps taken down the ladder.
    """

    device: str = "cpu"
    memory: str = "balanced"
    note: str = ""
    dtype: str = "float32"
    checkpointing: bool = False
    chunk: int = 0
    optimiser: str = "adam"
    free_vae: bool = False
    offload: str = "none"
    fp8: bool = False
    vae_slicing: bool = False
    vae_tiling: bool = False
    decode_frames: int = 0
    split_guidance: bool = False
    stills: int = 0
    clips: int = 0
    judge: str = ""
    scale: float = 1.0
    rung: int = 0

    @property
    def sparing(self) -> bool:
        """Whether parts of a model that are not at work leave the device."""
        return self.free_vae or self.offload != "none"

    def batch(self, frames: int) -> int:
        """How many stills, or clips of several frames, to sample at once."""
        stills, clips = _BATCHES[self.memory]
        return (self.stills or stills) if frames == 1 else (self.clips or clips)


_PLAN: ContextVar[Plan | None] = ContextVar("plan", default=None)


def make_plan(settings: Settings) -> Plan:
    """The plan for these settings on this machine as it is now, for work without a large model; imports torch."""
    gpus = {device.id: device for device in torch_gpus()}
    device, note = named(settings.device, gpus)
    return Plan(device, level(settings.memory, gpus.get(device, cpu())), note)


def named(wanted: str, gpus: Mapping[str, Device]) -> tuple[str, str]:
    """The device that the settings mean, and a note where it is not there.

    `auto` and `cuda` alone mean the NVIDIA GPU with the most memory free, the first of those that have the same.
    """
    nvidia = [gpu for name, gpu in gpus.items() if name.startswith("cuda") and gpu.usable]
    best = max(nvidia, key=lambda gpu: gpu.free_bytes).id if nvidia else "cpu"
    if wanted == "auto":
        return best, ""
    if wanted == "cpu" or wanted in gpus:
        return wanted, ""
    if wanted == "cuda" and best != "cpu":
        return best, ""
    what = tr("The device “{device}” that the settings ask for is not there.", device=wanted)
    return "cpu", f"{what} {tr('The CPU does the work; choose another device in the settings.')}"


def level(memory: str, device: Device) -> str:
    """Low, balanced or high: what was set, and for `auto` what suits the device."""
    if memory != "auto":
        return memory
    if device.memory_bytes < SMALL:
        return "low"
    return "high" if device.id != "cpu" and device.memory_bytes >= LARGE else "balanced"


def plan() -> Plan:
    """The plan of the job that runs; outside of one, what suits this machine."""
    return _PLAN.get() or _usual()


@cache
def _usual() -> Plan:
    return make_plan(Settings())


@contextmanager
def using(chosen: Plan) -> Generator[None]:
    """Work by a plan meanwhile; a low one leaves half of the CPU's cores to other programs."""
    torch = importlib.import_module("torch")
    token, threads = _PLAN.set(chosen), torch.get_num_threads()
    if chosen.memory == "low":
        torch.set_num_threads(max(1, threads // 2))
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        _PLAN.reset(token)
