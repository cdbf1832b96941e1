"""Processors and their memory. torch and NVML are imported when asked for, so that listing costs a window nothing."""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import psutil

T = TypeVar("T")


@dataclass(frozen=True)
class Device:
    """A processor under torch's name for it; memory in bytes, `free_bytes` at the time of asking.

    `usable` is false for a GPU that its driver reports while the installed torch cannot reach it. `capability` is
    NVIDIA's compute capability, zeros for anything else.
    """

    id: str
    title: str
    memory_bytes: int
    free_bytes: int
    usable: bool = True
    capability: tuple[int, int] = (0, 0)


def cpu_count() -> int:
    """The cores this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def has_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 natively, by the flags that Linux lists; elsewhere taken as not."""
    listed = Path("/proc/cpuinfo")
    flags = listed.read_text("utf-8", "replace") if listed.is_file() else ""
    return "avx512_bf16" in flags or "amx_bf16" in flags


def cpu() -> Device:
    """The CPU with the machine's memory."""
    memory, cores = psutil.virtual_memory(), cpu_count()
    title = f"{platform.machine()}, {cores} core{'s' if cores > 1 else ''}"
    return Device("cpu", title, memory.total, memory.available)


def torch_gpus() -> tuple[Device, ...]:
    """The GPUs that the installed torch can use; imports torch."""
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # the driver's own order, which the window goes by
    torch = importlib.import_module("torch")
    if torch.backends.mps.is_available():
        memory = psutil.virtual_memory()
        return (Device("mps", "Apple GPU, memory shared with the CPU", memory.total, memory.available),)
    if not torch.cuda.is_available():
        return ()
    return tuple(_cuda_gpu(torch, index) for index in range(torch.cuda.device_count()))


def _cuda_gpu(torch: ModuleType, index: int) -> Device:
    free, total = torch.cuda.mem_get_info(index)
    mine = torch.cuda.memory_reserved(index)
    capability = torch.cuda.get_device_capability(index)
    return Device(f"cuda:{index}", torch.cuda.get_device_name(index), total, free + mine, capability=capability)


@dataclass(frozen=True)
class Driver:
    """NVIDIA's driver; `cuda` is the newest CUDA generation that it runs, such as 12."""

    version: str
    cuda: int


def ask_driver(ask: Callable[[ModuleType], T], otherwise: T) -> T:
    """What NVIDIA's driver answers; `otherwise` without one, or without the package that talks to it."""
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError:
        return otherwise
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return otherwise
    try:
        return ask(nvml)
    except nvml.NVMLError:
        return otherwise
    finally:
        nvml.nvmlShutdown()


def driver_gpus() -> tuple[Device, ...]:
    """The GPUs that NVIDIA's driver reports; empty without a driver. Does not import torch."""
    return ask_driver(lambda nvml: tuple(_nvml_gpu(nvml, i) for i in range(nvml.nvmlDeviceGetCount())), ())


def driver() -> Driver | None:
    """NVIDIA's driver, if it is installed and answers. Does not import torch."""
    return ask_driver(
        lambda nvml: Driver(nvml.nvmlSystemGetDriverVersion(), nvml.nvmlSystemGetCudaDriverVersion() // 1000), None
    )


def torch_cuda() -> str:
    """The CUDA version of the torch that jobs run on, empty for a build without. Does not import torch."""
    from core.hardware.pack.use import in_use  # it stands on this module

    pack = in_use()
    return pack.sheet.cuda if pack else bundled_cuda()


def bundled_cuda() -> str:
    """The CUDA version that the torch beside Lacuna was built for, empty for a build without; read from its files."""
    from core.hardware.pack.place import packs_folder

    places = [place for place in sys.path if not Path(place).is_relative_to(packs_folder())]
    found = PathFinder.find_spec("torch", places)  # not `importlib.util`: asking there puts the GPU pack in its place
    listed = Path(found.origin).with_name("version.py") if found and found.origin else None
    text = listed.read_text("utf-8") if listed and listed.is_file() else ""
    stated = re.search(r"^cuda(?::[^=]*)?\s*=\s*['\"]([\d.]+)['\"]", text, re.MULTILINE)
    return stated[1] if stated else ""


def _nvml_gpu(nvml: ModuleType, index: int) -> Device:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    capability = nvml.nvmlDeviceGetCudaComputeCapability(handle)
    name = nvml.nvmlDeviceGetName(handle)
    return Device(f"cuda:{index}", name, memory.total, memory.free, usable=False, capability=tuple(capability))


def devices() -> tuple[Device, ...]:
    """The CPU and every GPU; those that only the driver knows are marked as not usable. Imports torch."""
    return cpu(), *(torch_gpus() or driver_gpus())
