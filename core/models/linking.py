"""What ties the list of models to a person's own files: their digest, their sizes and times, and every number in them.

A digest reads a little of each file, so that gigabytes take no time; `unsound` reads all. No torch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Cancelled
from core.models.component import stamp_of
from core.models.headers import Held, read_header

Heard = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""

TEXTS = (".json", ".txt")
"""Endings of a component's files that are no weights."""
_SMALL, _PIECES, _PIECE = 2_000_000, 24, 1 << 16
_CHUNK = 1 << 24
_EXPONENT: dict[str, tuple[Any, int]] = {
    "F64": (np.uint64, 0x7FF0 << 48),
    "F32": (np.uint32, 0x7F80 << 16),
    "BF16": (np.uint16, 0x7F80),
    "F16": (np.uint16, 0x7C00),
    "F8_E5M2": (np.uint8, 0x7C),
    "F8_E4M3": (np.uint8, 0x7F),
}
"""The bits of a number that are all ones when it is NaN or infinite (IEEE 754; bfloat16 is the front of a float32)."""


def content(files: Iterable[Path], root: Path) -> str:
    """SHA-256 over the files' places below `root`, sizes and pieces: what they are, wherever they lie.

    Small files count whole, large ones by their beginning, their end and pieces between. A single file counts whatever
    its name is.
    """
    total = hashlib.sha256()
    for path in sorted(files):
        size = path.stat().st_size
        total.update(f"{path.relative_to(root).as_posix() if path != root else ''}\0{size}\0".encode())
        with path.open("rb") as file:
            for at in _places(size):
                file.seek(at)
                total.update(file.read(_SMALL if size <= _SMALL else _PIECE))
    return total.hexdigest()


def _places(size: int) -> Iterable[int]:
    return (0,) if size <= _SMALL else ((size - _PIECE) * k // (_PIECES - 1) for k in range(_PIECES))


def stamps(files: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """Size and time of every file, by its path, as `Component.files` holds them."""
    return {str(path): stamp_of(path) for path in files}


def unsound(
    files: Iterable[Path], heard: Heard = lambda _done, _total: None, cancelled: Callable[[], bool] = lambda: False
) -> list[str]:
    """The tensors that hold a number that is NaN or infinite; reads every byte of the weights.

    Weights are all but texts, whatever they are called. ValueError in words for one that is no safetensors file; raises
    Cancelled.
    """
    headers = {path: read_header(path) for path in files if path.suffix not in TEXTS}
    total, done, found = sum(header.size - header.begin for header in headers.values()), 0, list[str]()
    for path, header in headers.items():
        for name, held in header.tensors.items():
            if cancelled():
                raise Cancelled
            if not _finite(path, held):
                found.append(name)
            done += held.end - held.start
            heard(done, total)
    return found


def _finite(path: Path, held: Held) -> bool:
    if held.dtype not in _EXPONENT:
        return True
    kind, mask = _EXPONENT[held.dtype]
    width, at = np.dtype(kind).itemsize, held.start
    while at < held.end:
        bits: NDArray[Any] = np.fromfile(path, kind, min(_CHUNK, held.end - at) // width, offset=at)
        if bool(((bits & kind(mask)) == kind(mask)).any()):
            return False
        at += _CHUNK
    return True
