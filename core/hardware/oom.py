"""Telling a want of memory from every other failure."""

from __future__ import annotations

import errno

import torch

_WORDS = (
    " out of memory",  # CUDA, HIP, MPS, XPU
    "DefaultCPUAllocator: can't allocate memory",
    "not enough memory: you tried to allocate",  # the CPU's on Windows
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "cuDNN error: CUDNN_STATUS_NOT_SUPPORTED.",  # no workspace was left to run in
    "Cannot allocate memory (",  # safetensors and torch, as they map a file: “(os error 12)” and “(12)”
)
"""What else than torch's own class speaks of it; after accelerate 1.15, `utils.memory.should_reduce_batch_size`."""


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether a failure, or what it was raised from, is that memory of the CPU or a GPU ran out."""
    while error is not None:
        if _is_one(error):
            return True
        error = error.__cause__
    return False


def _is_one(error: BaseException) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, Exception) and any(words in str(error) for words in _WORDS)
