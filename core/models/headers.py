"""The header of a safetensors file, read without its tensors and believed in nothing. No torch, no numpy.

A file starts with eight bytes that hold the length of a JSON object; that gives type, shape and place of every tensor
(https://github.com/huggingface/safetensors, "Format"). What is refused here the library itself would refuse later, or
load as nonsense.
"""

from __future__ import annotations

import math
import os
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from core.files import parse_object
from core.i18n import tr

HEADER_LIMIT = 32_000_000
"""Bytes; the largest known model needs a hundredth. The format allows 100 MB, which takes Python gigabytes to read."""

BYTES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 8),
}
"""The kinds of number that safetensors knows, and the bytes of each."""

_METADATA = "__metadata__"
_DIMENSIONS, _LARGEST, _NAME = 8, 1 << 48, 80


@dataclass(frozen=True)
class Held:
    """A tensor as the header gives it: kind of number, shape, and first byte and byte after the last in the file."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Header:
    """What a file holds. `size` is the file's, in bytes; the header's JSON ends at byte `begin`."""

    tensors: Mapping[str, Held]
    metadata: Mapping[str, str]
    size: int
    begin: int


def read_header(path: Path, limit: int = HEADER_LIMIT) -> Header:
    """The header of a safetensors file; ValueError says in words what is wrong with it, or what else the file is.

    A link to a file is followed, as the caches of the hub are made of them; nothing but a regular file is opened.
    """
    try:
        size = require_regular(path)
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            if length > size - 8 or not length:
                raise ValueError(_otherwise(path, start) or _lying(length, size))
            if length > limit:
                raise ValueError(tr("its header is too long"))
            text = file.read(length)
    except OSError as error:
        raise ValueError(tr("it cannot be read: {reason}", reason=error.strerror or error)) from None
    if not text.startswith(b"{"):
        raise ValueError(_otherwise(path, start) or tr("it does not begin like a safetensors file"))
    return _checked(parse_object(text, once=True), size, 8 + length)


def require_regular(path: Path) -> int:
    """The size in bytes of a regular file, or of the one that a link leads to; ValueError for anything else."""
    try:
        told = path.stat()
    except (OSError, ValueError) as error:
        if path.is_symlink():
            raise ValueError(tr("it is a link that leads nowhere")) from None
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(tr("it cannot be read: {reason}", reason=reason)) from None
    if not stat.S_ISREG(told.st_mode):
        raise ValueError(tr("it is a folder, a pipe or a device, not a file"))
    if not os.access(path, os.R_OK):
        raise ValueError(tr("your account has no right to read it"))
    if not told.st_size:
        raise ValueError(tr("it is empty"))
    return told.st_size


def _lying(length: int, size: int) -> str:
    if size < 8 or not length or length > _LARGEST:
        return tr("it does not begin like a safetensors file")
    told = tr("it is cut off: its header should have {length} bytes, the file has {size}", length=length, size=size)
    return told if length < HEADER_LIMIT else tr("it does not begin like a safetensors file")


def _checked(data: dict[str, Any], size: int, begin: int) -> Header:
    metadata = data.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(tr("its metadata are not texts"))
    held = {name: _held(name, entry, begin) for name, entry in data.items()}
    at, last = begin, ""
    for name, tensor in sorted(held.items(), key=lambda item: (item[1].start, item[1].end)):
        if tensor.start != at:
            names = (last[:_NAME], name[:_NAME])
            raise ValueError(_gap(tensor.start < at, *names))
        at, last = tensor.end, name
    if at > size:
        missing = at - size
        raise ValueError(tr("it is cut off: {missing} bytes are missing", missing=missing))
    if at < size:
        raise ValueError(tr("{count} bytes follow its last tensor", count=size - at))
    return Header(held, metadata, size, begin)


def _gap(overlap: bool, first: str, second: str) -> str:
    if overlap:
        return tr("its tensors “{first}” and “{second}” lie on each other", first=first, second=second)
    return tr("there is a gap before its tensor “{name}”", name=second)


def _held(name: str, entry: object, begin: int) -> Held:
    """A tensor's entry, with its place counted from the beginning of the file."""
    kind = entry.get("dtype") if isinstance(entry, dict) else entry
    if not isinstance(entry, dict) or not isinstance(kind, str) or kind not in BYTES:
        raise ValueError(
            tr("its tensor “{name}” is of the unknown type {kind}", name=name[:_NAME], kind=str(kind)[:20])
        )
    shape, place = entry.get("shape"), entry.get("data_offsets")
    if not _are_sizes(shape, _DIMENSIONS) or not _are_sizes(place, 2) or len(place) != 2:
        raise ValueError(tr("its tensor “{name}” has a wrong type or size", name=name[:_NAME]))
    if place[1] - place[0] != math.prod(shape) * BYTES[kind]:
        raise ValueError(tr("its tensor “{name}” has a wrong type or size", name=name[:_NAME]))
    return Held(kind, tuple(shape), begin + place[0], begin + place[1])


def _are_sizes(value: object, most: int) -> TypeGuard[list[int]]:
    return isinstance(value, list) and len(value) <= most and all(type(n) is int and 0 <= n < _LARGEST for n in value)


_BEGINNINGS = (
    (b"version ", tr("it is a Git LFS pointer, not the file itself: fetch it with “git lfs pull”")),
    (b"GGUF", tr("it is a GGUF file: Lacuna reads safetensors only")),
    (b"\x89HDF", tr("it is a Keras file: Lacuna reads safetensors only")),
    (b"\x1f\x8b", tr("it is a packed archive: unpack it first")),
    (b"7z\xbc\xaf", tr("it is a packed archive: unpack it first")),
    (b"Rar!", tr("it is a packed archive: unpack it first")),
    (b"<", tr("it is a web page, not a model")),
    (b"{", tr("it is a text file, not a model")),
)


def _otherwise(path: Path, start: bytes) -> str:
    """What a file is that is no safetensors file, in words; empty where its first eight bytes do not tell."""
    if start.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        return tr("it is a pickle: Lacuna reads safetensors only, since a pickle runs code when it is read")
    return next((told for begin, told in _BEGINNINGS if start.lstrip().startswith(begin)), "")


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        names = []
    if any(name.endswith(".pkl") for name in names):
        return tr("it is a pickle: Lacuna reads safetensors only, since a pickle runs code when it is read")
    if "lacuna.json" in names:
        return tr("it is an erasure that was passed on: import it on the Library page or with “library import”")
    return tr("it is a packed archive: unpack it first")
