"""How much memory a job took."""

from __future__ import annotations

import importlib
import sys

import psutil
import torch


def peak_memory() -> int:
    """Peak bytes so far: allocated on the GPU where one is used, else resident in this process."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    peak = importlib.import_module("resource").getrusage(0).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
