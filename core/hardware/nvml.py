"""NVIDIA's GPUs as the driver sees them, with who else uses them: what the window plans by. Never imports torch."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from types import ModuleType

import psutil

from core.hardware.devices import Device, ask_driver, driver, driver_gpus, torch_cuda


@dataclass(frozen=True)
class User:
    """A program that holds memory of a GPU; `bytes` is None where the driver does not say, as on Windows."""

    pid: int
    name: str
    bytes: int | None


def window_gpus() -> tuple[Device, ...]:
    """The GPUs that a job could use, what Lacuna's own processes hold counted as free.

    `usable` says whether the installed torch, by the version it was built for, can reach them. `CUDA_VISIBLE_DEVICES`
    is heeded, as torch does: its GPUs get new numbers.
    """
    ready = driver_fits(torch_cuda())
    found = visible(driver_gpus())
    return tuple(
        replace(gpu, id=f"cuda:{place}", usable=ready, free_bytes=gpu.free_bytes + own_bytes(gpu.id))
        for place, gpu in enumerate(found)
    )


def driver_fits(cuda: str) -> bool:
    """Whether the driver runs programs that were built for this version of CUDA; empty is a build without."""
    found = driver()
    return bool(cuda) and found is not None and found.cuda >= int(cuda.partition(".")[0])


def visible(gpus: tuple[Device, ...]) -> tuple[Device, ...]:
    """Those of the driver's GPUs that the environment lets programs see, in the order in which it lists them."""
    listed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if listed is None or "-" in listed.strip().lstrip("-"):  # names of GPUs or of parts of one
        return gpus
    places = [part.strip() for part in listed.split(",")]
    return tuple(gpus[int(place)] for place in places if place.isdigit() and int(place) < len(gpus))


def users(device: str) -> tuple[User, ...]:
    """The programs that use a GPU by the driver's number, those that hold most first; empty where none is known."""
    index = int(device.partition(":")[2] or 0)
    found = ask_driver(lambda nvml: _users(nvml, index), {})
    listed = (User(pid, _name(pid), held) for pid, held in found.items())
    return tuple(sorted(listed, key=lambda user: (-(user.bytes or 0), user.pid)))


def other_users(device: str) -> tuple[User, ...]:
    """The programs on a GPU that are no part of Lacuna."""
    own = _own()
    return tuple(user for user in users(device) if user.pid not in own)


def own_bytes(device: str) -> int:
    """Bytes that Lacuna's own processes hold of a GPU: a warm engine gives them back before the next job needs them."""
    own = _own()
    return sum(user.bytes or 0 for user in users(device) if user.pid in own)


def _users(nvml: ModuleType, index: int) -> dict[int, int | None]:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    running = (nvml.nvmlDeviceGetGraphicsRunningProcesses, nvml.nvmlDeviceGetComputeRunningProcesses)
    return {process.pid: process.usedGpuMemory for ask in running for process in ask(handle)}


def _own() -> set[int]:
    me = psutil.Process()
    return {me.pid, *(child.pid for child in me.children(recursive=True))}


def _name(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return str(pid)
