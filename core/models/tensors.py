"""A text encoder's tensors and configuration read without torch, for what only copies or compares them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from core.errors import FailureKind, LacunaError
from core.files import read_object
from core.i18n import tr
from core.models.catalogue import FamilyCard
from core.models.part import read_part

FOLDER = "text_encoder"


def encoder_config(card: FamilyCard, part: str = FOLDER) -> dict[str, Any]:
    """The encoder's `config.json`; LacunaError(DAMAGED) if it cannot be read."""
    return read_part(card, part, lambda folder: read_object(folder / "config.json"))


def encoder_tensors(card: FamilyCard) -> dict[str, NDArray[Any]]:
    """θ₀ by name, from files that agree with their checksums; LacunaError(DAMAGED) if they are not as shipped."""
    return read_part(card, FOLDER, _loaded)


def fingerprint(tensors: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over the tensors as float32, in the order of their names, as an opened family gives it."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
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


def _loaded(folder: Path) -> dict[str, NDArray[Any]]:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ValueError(tr("it has no safetensors file"))
    return {name: tensor for path in files for name, tensor in load_file(path).items()}
