"""Δ = θ − θ₀ as safetensors; headers are checked before the library is trusted with them, nothing is unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.files import is_plain_file
from core.i18n import tr
from core.models.headers import read_header

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADER_LIMIT = 1_000_000
"""Bytes; an encoder of some hundred tensors needs a tenth of it."""

_KINDS = ("F16", "F32")


def delta_bytes(delta: Mapping[str, NDArray[Any]]) -> bytes:
    """The tensors (float16 or float32, finite) as a safetensors file; InputError for others."""
    import numpy as np
    from safetensors.numpy import save

    for name, tensor in delta.items():
        if tensor.dtype.name not in ("float16", "float32") or not np.isfinite(tensor).all():
            what = tr("The change of “{name}” cannot be kept.", name=name)
            raise InputError(what, tr("It is not made of finite 16 or 32 bit floats."))
    return save({name: np.ascontiguousarray(tensor) for name, tensor in delta.items()})


def check_delta(path: Path) -> None:
    """Read the header only; ValueError says in words what keeps the file from being a Δ."""
    if not is_plain_file(path):
        raise ValueError(tr("it is missing or not a plain file"))
    for name, tensor in read_header(path, HEADER_LIMIT).tensors.items():
        if tensor.dtype not in _KINDS:
            raise ValueError(tr("its tensor “{name}” has a wrong type or size", name=name[:80]))


def read_delta(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors by name; ValueError if the file is not a Δ."""
    from safetensors.numpy import load_file

    check_delta(path)
    try:
        return load_file(path)
    except Exception as error:  # safetensors raises its own classes, which share no base but this
        raise ValueError(tr("its tensors cannot be read: {reason}", reason=error)) from error
