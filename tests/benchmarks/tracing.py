"""The exact peak of tensors that a computation holds, at any size, without a GPU, weights, memory or time.

Tensors are fake: they have shapes, dtypes and storages of a size, and no numbers. Every storage that an operation makes
counts from then on until it is dropped, in blocks of 512 bytes as torch's allocator for CUDA hands them out. What a
GPU's kernels take beside their results (workspaces of cuDNN and cuBLAS) and what falls between blocks is not seen.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from core.models.architectures import empty

_BLOCK = 512


class Meter(TorchDispatchMode):
    """Counts the bytes of the storages alive: `live` now, and `peak` since the last `reset`.

    A number that is asked of a fake tensor is 1: no branch of a method then goes where nothing is kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.live = self.peak = 0
        self._known: set[int] = set()

    def reset(self) -> int:
        """Forget the peak so far; gives what is alive."""
        self.peak = self.live
        return self.live

    def hold(self, tensor: Tensor) -> None:
        """Count a tensor's storage, once, until it is dropped."""
        storage = tensor.untyped_storage()
        key = id(storage)
        if key in self._known:
            return
        size = -(-storage.nbytes() // _BLOCK) * _BLOCK
        self._known.add(key)
        weakref.finalize(storage, self._drop, key, size)
        self.live += size
        self.peak = max(self.peak, self.live)

    def _drop(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.live -= size

    def __torch_dispatch__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Do the operation and count what it made."""
        if func is torch.ops.aten._local_scalar_dense.default:
            return 1.0 if args[0].dtype.is_floating_point else 1
        if func is torch.ops.aten.index.Tensor and args[1][0] is not None and args[1][0].dtype is torch.bool:
            mask = args[1][0]  # as many as it has rows: how many it picks is a question of numbers
            args = (args[0].flatten(0, mask.ndim - 1), [torch.zeros(len(mask), dtype=torch.long)])
        made = func(*args, **(kwargs or {}))
        for found in tree_flatten(made)[0]:
            if isinstance(found, Tensor):
                self.hold(found)
        return made


@contextmanager
def metered() -> Iterator[Meter]:
    """Meanwhile tensors are fake and counted."""
    with FakeTensorMode(allow_non_fake_inputs=True), Meter() as meter:
        yield meter


def module_of(name: str, dtype: torch.dtype = torch.float32) -> Any:
    """A frozen module of an architecture with fake weights; call it inside `metered`."""
    return faked(empty(name), dtype).eval().requires_grad_(False)


def faked(module: nn.Module, dtype: torch.dtype) -> Any:
    """The module with fake tensors on the CPU in the place of all that it has, its numbers in `dtype`."""
    for owner in module.modules():
        for key, tensor in list(owner.named_parameters(recurse=False)):
            owner.register_parameter(key, nn.Parameter(torch.empty(tensor.shape, dtype=dtype), False))
        for key, tensor in list(owner.named_buffers(recurse=False)):
            like = dtype if tensor.is_floating_point() else tensor.dtype
            owner.register_buffer(key, torch.empty(tensor.shape, dtype=like), persistent=False)
    return module
