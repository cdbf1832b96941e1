"""How much memory a job took."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import psutil
import torch

_RESET = "/proc/self/clear_refs"
"""Linux forgets the peak of a process when a 5 is written here (proc(5))."""


def reset_peak() -> None:
    """Begin to measure anew, where the system can: a job's peak is then its own and not that of those before."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    elif sys.platform == "linux":
        try:
            Path(_RESET).write_text("5")
        except OSError:
            return


def peak_memory() -> int:
    """Peak bytes since `reset_peak`: allocated on the GPU where one is used, else resident in this process."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    if sys.platform == "linux":
        return _resident_peak()
    return int(importlib.import_module("resource").getrusage(0).ru_maxrss)


def reserved_memory() -> int:
    """Peak bytes that torch held of the GPU, its cache included; 0 without one."""
    return int(torch.cuda.max_memory_reserved()) if torch.cuda.is_available() else 0


def _resident_peak() -> int:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024
