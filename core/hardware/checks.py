"""Whether this computer can do the work: a verdict each for GPU, driver, memory, disk and folder, without torch."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import LacunaError
from core.hardware.devices import Device, Driver, cpu, driver, driver_gpus, torch_cuda
from core.i18n import tr

GB = 1e9
ROOMY, TIGHT = 10 * GB, 1 * GB
"""Free bytes on the disk from which nothing need be said, and below which an erasure may not find room."""

COMFORTABLE = 8 * GB
"""Bytes of GPU memory from which the usual models run without moving parts of them out."""


class Level(StrEnum):
    """How much a finding matters: all is well, worth knowing, or in the way of the work."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True)
class Verdict:
    """What one check found; `fix` is the one thing to do, empty where nothing need be done.

    `leads` is what the settings show of it, empty where they do not.
    """

    key: str
    title: str
    level: Level
    text: str
    fix: str = ""
    leads: str = ""


def check(folder: Path) -> tuple[Verdict, ...]:
    """Every check, the library to be kept in `folder`. Takes as long as the disk and the driver do: not for a GUI."""
    gpus, told = driver_gpus(), driver()
    return (
        gpu_verdict(gpus, torch_cuda()),
        *driver_verdicts(told, torch_cuda()),
        memory_verdict(gpus),
        disk_verdict(folder),
        folder_verdict(folder),
    )


def gigabytes(count: float) -> str:
    """Bytes in whole gigabytes, or megabytes below one."""
    return f"{count / GB:.0f} GB" if count >= GB else f"{count / 1e6:.0f} MB"


def gpu_verdict(gpus: tuple[Device, ...], cuda: str) -> Verdict:
    """Whether there is a GPU that the installed torch, built for `cuda` or without, can use."""
    title = tr("Graphics card")
    if gpus and cuda:
        return Verdict("gpu", title, Level.GOOD, ", ".join(gpu.title for gpu in gpus))
    if gpus:
        what = tr("{gpu} is there, but the installed torch is the build for the CPU.", gpu=gpus[0].title)
        return Verdict("gpu", title, Level.NOTE, what, tr("The settings say how jobs can use it."), "gpu")
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return Verdict("gpu", title, Level.NOTE, tr("An Apple GPU, which can be chosen in the settings."))
    what = tr("No NVIDIA GPU was found. The starter runs on the CPU.")
    return Verdict("gpu", title, Level.NOTE, what, tr("Larger models will need a GPU."))


def driver_verdicts(found: Driver | None, cuda: str) -> tuple[Verdict, ...]:
    """Whether NVIDIA's driver is new enough for torch's `cuda`; nothing where there is no driver."""
    if found is None:
        return ()
    title = tr("Graphics driver")
    if cuda and found.cuda < int(cuda.partition(".")[0]):
        what = tr("Version {version} is too old for the installed torch.", version=found.version)
        return (Verdict("driver", title, Level.BAD, what, tr("Update NVIDIA's driver.")),)
    return (Verdict("driver", title, Level.GOOD, tr("Version {version}", version=found.version)),)


def memory_verdict(gpus: tuple[Device, ...]) -> Verdict:
    """The GPU's memory, or the computer's where no GPU is."""
    title = tr("Graphics memory") if gpus else tr("Memory")
    device = max(gpus, key=lambda gpu: gpu.memory_bytes) if gpus else cpu()
    free, whole = gigabytes(device.free_bytes), gigabytes(device.memory_bytes)
    text = tr("{free} free of {whole}", free=free, whole=whole)
    if device.memory_bytes >= (COMFORTABLE if gpus else 4 * GB):
        return Verdict("memory", title, Level.GOOD, text)
    return Verdict("memory", title, Level.NOTE, text, tr("Choose the memory setting “Low” if a job runs out of it."))


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), Path(folder.anchor or os.curdir))


def disk_verdict(folder: Path) -> Verdict:
    """How much room there is for the library."""
    title = tr("Disk space")
    try:
        free = shutil.disk_usage(_standing(folder)).free
    except OSError as error:
        return Verdict("disk", title, Level.BAD, str(error.strerror), tr("Choose another folder."))
    text = tr("{free} free", free=gigabytes(free))
    if free >= ROOMY:
        return Verdict("disk", title, Level.GOOD, text)
    fix = tr("An erased encoder of the starter takes a few megabytes; large models take several gigabytes.")
    return Verdict("disk", title, Level.NOTE if free >= TIGHT else Level.BAD, text, fix)


def folder_verdict(folder: Path) -> Verdict:
    """Whether the library's folder can be written to; it is not made yet if it is not there."""
    title = tr("Library folder")
    try:
        require_writable(folder)
    except LacunaError as error:
        return Verdict("folder", title, Level.BAD, f"{error.what} {error.why}", error.fix)
    return Verdict("folder", title, Level.GOOD, str(folder))


def require_writable(folder: Path) -> None:
    """Raise LacunaError(STORAGE) if nothing can be written into the folder, or made where it shall be."""
    from core.files import storage

    with storage(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        with tempfile.TemporaryFile(dir=_standing(folder)):
            return
