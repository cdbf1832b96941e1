"""The rungs of the ladder: ever leaner ways to do the same work, the fastest first. No torch."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from core.hardware.devices import Device
from core.hardware.plan import Plan

_AMPERE = (8, 0)
"""NVIDIA's first compute capability that multiplies bfloat16."""

_STILLS = {"low": 1, "balanced": 4, "high": 8}
"""Pictures of a large model that are sampled at once before anything is given up."""

_SHRINK = ({"scale": 0.75}, {"scale": 0.5})

_SAMPLING: tuple[Mapping[str, Any], ...] = (
    {"stills": 1},
    {"vae_slicing": True, "decode_frames": 4},
    {"decode_frames": 1, "vae_tiling": True},
    {"free_vae": True},
    {"split_guidance": True},
    {"offload": "model"},
    {"fp8": True},
    {"offload": "group", "fp8": False},
    {"offload": "sequential"},
    *_SHRINK,
)
"""What is given up one after the other while sampling; what costs least time comes first."""
CHEAP = 4
"""Rungs of sampling, the fastest among them, that differ little in time."""

_LEARNING: tuple[Mapping[str, Any], ...] = (
    {"free_vae": True},
    {"checkpointing": True},
    {"chunk": 1},
    {"optimiser": "adam8bit"},
    *_SHRINK,
)
"""The same while an erasure learns."""

_ON_GPU_ONLY = {"offload", "fp8"}
_SAMPLING_FIELDS = ("stills", "clips", "vae_slicing", "vae_tiling", "decode_frames", "split_guidance", "offload", "fp8")


@cache
def has_8bit_optimiser() -> bool:
    """Whether the package that brings 8-bit Adam is installed; it is not imported."""
    return importlib.util.find_spec("bitsandbytes") is not None


def working_dtype(device: Device) -> str:
    """What frozen parts work in: 16 bits on a GPU, bfloat16 where it is native; float32 elsewhere."""
    if not device.id.startswith("cuda"):
        return "float32"
    return "bfloat16" if device.capability >= _AMPERE else "float16"


def first_rung(device: Device, memory: str) -> Plan:
    """The fastest way for a large model."""
    return Plan(device.id, memory, dtype=working_dtype(device), stills=_STILLS[memory], clips=1)


def sampling_rungs(device: Device, memory: str) -> tuple[Plan, ...]:
    """Ways to make pictures and clips, each leaner than the one before."""
    return tuple(_down(first_rung(device, memory), _possible(device, _SAMPLING)))


def learning_rungs(device: Device, memory: str) -> tuple[Plan, ...]:
    """Ways to learn an erasure, each leaner than the one before."""
    return tuple(_down(first_rung(device, memory), _possible(device, _LEARNING)))


def _possible(device: Device, levers: tuple[Mapping[str, Any], ...]) -> Iterator[Mapping[str, Any]]:
    for lever in levers:
        needs_gpu = bool(_ON_GPU_ONLY & set(lever)) and not device.id.startswith("cuda")
        if not needs_gpu and (lever.get("optimiser") is None or (has_8bit_optimiser() and device.id != "cpu")):
            yield lever


def _down(plan: Plan, levers: Iterator[Mapping[str, Any]]) -> Iterator[Plan]:
    yield plan
    for lever in levers:
        plan = replace(plan, **lever, rung=plan.rung + 1)
        yield plan


def merged(learning: Plan, sampling: Plan) -> Plan:
    """One plan that learns as the first and samples as the second; it is as sparing and small as either."""
    kept = {name: getattr(sampling, name) for name in _SAMPLING_FIELDS}
    scale, rung = min(learning.scale, sampling.scale), learning.rung + sampling.rung
    return replace(learning, **kept, free_vae=learning.free_vae or sampling.free_vae, scale=scale, rung=rung)
