"""A whole checkpoint with the erased encoder inside, for tools that have no place for an encoder (AUTOMATIC1111).

The file that the model was added from is copied tensor by tensor; those of the text encoders are written anew in the
type they had, and everything else is the original's, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.files import storage
from core.i18n import tr
from core.library.exporters.erased import Encoders
from core.library.exporters.headers import header
from core.media.film import Tell, silent
from core.models.catalogue import FamilyCard
from core.models.checkpoint import to_checkpoint
from core.models.component import Layout
from core.models.headers import Header, Held, read_header

_CHUNK = 1 << 24
_FLOATS = {"F16": np.float16, "F32": np.float32}
_REFUSED = tr("This image model is no single checkpoint, so none can be written from it.")


def refusal(model: FamilyCard) -> str:
    """Why no checkpoint can be written of a model, empty where one can."""
    return "" if model.source("text_encoder").layout is Layout.CHECKPOINT else _REFUSED


def export(encoders: Encoders, path: Path, model: FamilyCard | None, tell: Tell = silent) -> dict[str, Any]:
    """Write the checkpoint; InputError for a model that was not added as one file."""
    if model is None or refusal(model):
        raise InputError(_REFUSED, fix=tr("Export it with its image model as a diffusers folder, or as a LoRA."))
    source = model.source("text_encoder")
    states = {erased.part: erased.tensors for erased in encoders}
    replaced = to_checkpoint(model.family, states, {}, np.concatenate)
    metadata = {**header(encoders[0]), "modelspec.architecture": encoders[0].architecture}
    with storage(path):
        return {"bytes": _copied(source.path, path, replaced, metadata, tell)}


def _copied(
    source: Path, path: Path, replaced: Mapping[str, NDArray[Any]], metadata: Mapping[str, str], tell: Tell
) -> int:
    old = read_header(source)
    ordered = sorted(old.tensors.items(), key=lambda item: item[1].start)
    head = _head(old, ordered, {**old.metadata, **metadata})
    with source.open("rb") as reading, path.open("xb") as out:
        out.write(len(head).to_bytes(8, "little") + head)
        for done, (name, held) in enumerate(ordered):
            tell(done, len(ordered))
            if name in replaced:
                out.write(_stored(name, replaced[name], held))
            else:
                _copy(reading, out, held)
        out.flush()
        return out.tell()


def _head(old: Header, ordered: list[tuple[str, Held]], metadata: Mapping[str, str]) -> bytes:
    """The header's JSON, padded to eight bytes as the format's own library does."""
    first = old.begin
    listed = {
        name: {"dtype": held.dtype, "shape": list(held.shape), "data_offsets": [held.start - first, held.end - first]}
        for name, held in ordered
    }
    text = json.dumps({"__metadata__": dict(metadata), **listed}, ensure_ascii=False, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 8)


def _stored(name: str, tensor: NDArray[Any], held: Held) -> bytes:
    """A tensor in the type and shape that the checkpoint has it in."""
    values = np.asarray(tensor, np.float32)
    if values.size != np.prod(held.shape, dtype=np.int64):
        raise InputError(tr("The checkpoint's “{name}” has another shape than the text encoder's.", name=name))
    if held.dtype == "BF16":
        return _bfloat16(values).tobytes()
    return np.ascontiguousarray(values, _FLOATS[held.dtype]).tobytes()


def _bfloat16(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The upper half of each float32, rounded to nearest, ties to even."""
    bits = np.ascontiguousarray(values).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def _copy(reading: BinaryIO, out: BinaryIO, held: Held) -> None:
    reading.seek(held.start)
    left = held.end - held.start
    while left:
        data = reading.read(min(_CHUNK, left))
        if not data:
            raise OSError(0, tr("the checkpoint ends too early"))
        out.write(data)
        left -= len(data)
