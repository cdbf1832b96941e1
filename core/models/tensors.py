"""A model's text encoders read without torch, for what only copies or compares them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import FailureKind, LacunaError
from core.files import read_object
from core.i18n import tr
from core.models.catalogue import EncoderCard, FamilyCard
from core.models.checkpoint import TEXT_MODEL, encoder_names, place_of, plain, taken
from core.models.component import Layout, Source
from core.models.headers import Held, read_header
from core.models.openclip import PROJECTION
from core.models.part import read_source
from core.models.recipe import recipe

Arrays = dict[str, NDArray[Any]]

FOLDER = "text_encoder"

_WEIGHTS = re.compile(
    r"(?:model|diffusion_pytorch_model)(?:\.([A-Za-z]\w*))?(?:-\d+-of-\d+)?(?:\.([A-Za-z]\w*))?\.safetensors"
)
"""What diffusers and transformers call the weights of a part, with the name of a variant such as `fp16`."""

_KINDS = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": np.uint16}
_IGNORED = "position_ids"


def encoder_config(card: FamilyCard, part: str = FOLDER) -> dict[str, Any]:
    """An encoder's `config.json`, or the known one of a checkpoint; LacunaError(DAMAGED) if it cannot be read."""
    return read_source(card, part, _config)


def encoder_tensors(card: FamilyCard) -> Arrays:
    """θ₀ under the names that the opened encoder has; LacunaError(DAMAGED) if files are not as they were.

    The tensors of a pair begin with their part. Numbers are as stored; bfloat16, which numpy has not, as float32.
    """
    pair = len(card.encoders) > 1
    found: Arrays = {}
    for encoder in card.encoders:
        tensors = read_source(card, encoder.part, lambda source, encoder=encoder: _arrays(source, encoder, card.family))
        found |= {_named(encoder, name, pair): tensor for name, tensor in tensors.items()}
    return found


def fingerprint(tensors: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over the tensors as float32, in the order of their names, as an opened family gives it.

    The names count without transformers' `text_model.`, which some of its versions write and others do not.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted((name.replace(TEXT_MODEL, ""), tensor) for name, tensor in tensors.items()):
        digest.update(name.encode())
        digest.update(np.asarray(tensor, np.float32, order="C").tobytes())
    return digest.hexdigest()


def require_fit(delta: Mapping[str, Any], base: Mapping[str, Any]) -> None:
    """Raise LacunaError(DAMAGED) where Δ has a tensor that θ₀ has not, or has in another shape."""
    if misfits := [n for n, d in delta.items() if n not in base or tuple(d.shape) != tuple(base[n].shape)]:
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("This erasure does not fit the model's text encoder."),
            tr("The encoder has no tensors of the name and shape of: {names}.", names=", ".join(misfits[:3])),
            tr("Erase the concept again."),
        )


def weights_in(folder: Path) -> tuple[list[Path], str]:
    """The safetensors files of a part's folder, and their variant, empty for the plain ones, which go first.

    ValueError where there are none.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        if named := _WEIGHTS.fullmatch(path.name):
            found.setdefault(named[1] or named[2] or "", []).append(path)
    if not found:
        pickled = next((p.name for p in sorted(folder.glob("*")) if p.suffix in (".bin", ".ckpt", ".pt", ".pth")), "")
        raise ValueError(
            tr("it has only “{file}”, a pickle, and Lacuna reads safetensors only", file=pickled)
            if pickled
            else tr("it has no safetensors file")
        )
    variant = min(found)
    return found[variant], variant


def require_numbers(tensors: Mapping[str, Held], encoder: bool) -> None:
    """ValueError where a tensor is not stored as numbers with a fraction; an encoder's may not have 8 bits only."""
    for name, held in tensors.items():
        coarse = held.dtype.startswith("F8") and not encoder
        if held.dtype not in _KINDS and not coarse and not name.endswith(_IGNORED):
            raise ValueError(tr("“{name}” is stored as {kind}, which cannot be used here", name=name, kind=held.dtype))


def _config(source: Source) -> dict[str, Any]:
    if source.layout is Layout.FOLDER:
        return read_object((source.path / "config.json").resolve())
    known = recipe(source.architecture)
    return {"architectures": [known.cls], "model_type": "clip_text_model", **known.config}


def _named(encoder: EncoderCard, name: str, pair: bool) -> str:
    """The name in the opened encoder: transformers keeps its old prefix where an encoder has a projection."""
    if not pair:
        return name
    inner = TEXT_MODEL if _is_projected(encoder) and name != PROJECTION else ""
    return f"{encoder.part}.{inner}{name}"


def _is_projected(encoder: EncoderCard) -> bool:
    return bool(encoder.architecture) and recipe(encoder.architecture).cls.endswith("WithProjection")


def _arrays(source: Source, encoder: EncoderCard, family: str) -> Arrays:
    """An encoder's tensors by plain names."""
    if source.layout is Layout.CHECKPOINT:
        return _of_checkpoint(source, encoder.part, family)
    files = weights_in(source.path)[0] if source.layout is Layout.FOLDER else [source.path]
    tensors = {plain(name): tensor for path in files for name, tensor in read_arrays(path).items()}
    return {name: tensor for name, tensor in tensors.items() if _is_own(name, encoder)}


def _is_own(name: str, encoder: EncoderCard) -> bool:
    return not name.endswith(_IGNORED) and (name != PROJECTION or _is_projected(encoder))


def _of_checkpoint(source: Source, part: str, family: str) -> Arrays:
    known = recipe(source.architecture)
    held = read_header(source.path).tensors
    places = {name: place_of(family, part, name, known.config, held) for name in encoder_names(known)}
    stored = read_arrays(source.path, set(places.values()))
    return {name: taken(family, part, name, stored[place], ()) for name, place in places.items()}


def read_arrays(path: Path, names: Iterable[str] | None = None) -> Arrays:
    """Tensors of a safetensors file, all or those of these names. ValueError in words for a file that is not sound."""
    held = read_header(path).tensors
    if lost := sorted(set(names or ()) - set(held)):
        raise ValueError(tr("it lacks {count} tensors, among them “{name}”", count=len(lost), name=lost[0]))
    wanted = {name: held[name] for name in (held if names is None else names) if not name.endswith(_IGNORED)}
    require_numbers(wanted, encoder=True)
    with path.open("rb") as file:
        return {name: _read(file, place) for name, place in wanted.items()}


def _read(file: Any, held: Held) -> NDArray[Any]:
    file.seek(held.start)
    kind = np.dtype(_KINDS[held.dtype]).newbyteorder("<")
    numbers = np.fromfile(file, kind, (held.end - held.start) // kind.itemsize).reshape(held.shape)
    if held.dtype != "BF16":
        return numbers
    return (numbers.astype(np.uint32) << 16).view(np.float32)
