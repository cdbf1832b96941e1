"""Δ = θ − θ₀ as safetensors; headers are checked before the library is trusted with them, nothing is unpickled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from core.errors import InputError
from core.files import is_plain_file, parse_object
from core.i18n import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADER_LIMIT = 1_000_000
"""Bytes; an encoder of some hundred tensors needs a tenth of it."""

_BYTES = {"F16": 2, "F32": 4}


def delta_bytes(delta: Mapping[str, NDArray[Any]]) -> bytes:
    """The tensors (float16 or float32, finite) as a safetensors file; InputError for others."""
    import numpy as np
    from safetensors.numpy import save

    for name, tensor in delta.items():
        if tensor.dtype.name not in ("float16", "float32") or not np.isfinite(tensor).all():
            what = tr("The change of “{name}” cannot be kept.", name=name)
            raise InputError(what, tr("It is not made of finite 16 or 32 bit floats."))
    return save({name: np.ascontiguousarray(tensor) for name, tensor in delta.items()})


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """The header of a safetensors file and the number of bytes that follow it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(HEADER_LIMIT, size - 8):
            raise ValueError(tr("its header is too long"))
        return parse_object(file.read(length)), size - 8 - length


def _is_sound(tensor: object, room: int) -> bool:
    """Whether a tensor's entry in the header has a known type and a shape that fits its place in the file."""
    if not isinstance(tensor, dict) or tensor.get("dtype") not in _BYTES:
        return False
    shape, offsets = tensor.get("shape"), tensor.get("data_offsets")
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2 or len(shape) > 8:
        return False
    return offsets[1] <= room and offsets[1] - offsets[0] == math.prod(shape) * _BYTES[tensor["dtype"]]


def _are_sizes(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(n) is int and 0 <= n < 1 << 48 for n in value)


def check_delta(path: Path) -> None:
    """Read the header only; ValueError says in words what keeps the file from being a Δ."""
    if not is_plain_file(path):
        raise ValueError(tr("it is missing or not a plain file"))
    try:
        header, room = _header(path)
    except OSError as error:
        raise ValueError(tr("it cannot be read: {reason}", reason=error.strerror)) from None
    for name, tensor in header.items():
        if name != "__metadata__" and not _is_sound(tensor, room):
            raise ValueError(tr("its tensor “{name}” has a wrong type or size", name=name[:80]))


def read_delta(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors by name; ValueError if the file is not a Δ."""
    from safetensors.numpy import load_file

    check_delta(path)
    try:
        return load_file(path)
    except Exception as error:  # safetensors raises its own classes, which share no base but this
        raise ValueError(tr("its tensors cannot be read: {reason}", reason=error)) from error
