"""A want of memory is told from every other failure, whoever speaks of it."""

from __future__ import annotations

import errno

import pytest
import torch

from core.errors import FailureKind, LacunaError
from core.hardware.oom import is_out_of_memory


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried to"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9.07 GB)."),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("unable to mmap 13808216 bytes from file <model.safetensors>: Cannot allocate memory (12)"),
    ],
    ids=str,
)
def test_memory_that_ran_out_is_known_by_its_class_or_words(error: Exception) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"),
        OSError(errno.ENOSPC, "No space left on device"),
        LacunaError(FailureKind.INPUT, "It is odd."),
        None,
    ],
    ids=str,
)
def test_other_failures_are_not(error: Exception | None) -> None:
    assert not is_out_of_memory(error)


def test_a_real_allocation_that_is_too_large_is_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


def test_what_it_became_on_its_way_is_seen_through() -> None:
    told = LacunaError(FailureKind.DAMAGED, "The part cannot be used.")
    told.__cause__ = RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
    assert is_out_of_memory(told)
