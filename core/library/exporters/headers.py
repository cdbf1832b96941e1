"""What stands in the header of an exported file: ModelSpec's fields and where the file comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from core.files import atomic_write_bytes
from core.library.exporters.erased import Erased, Tensors


def header(erased: Erased, kind: str = "", **more: str) -> dict[str, str]:
    """A flat map of texts (ModelSpec 1.0.1); `kind` is `lora` for changes, empty for a whole encoder."""
    return {
        "format": "pt",
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": f"{erased.architecture}/{kind or 'text-encoder'}",
        "modelspec.implementation": "diffusers",
        "modelspec.resolution": "1024x1024" if erased.place else "512x512",
        "modelspec.title": erased.facts.get("title", ""),
        "modelspec.date": erased.facts.get("created", ""),
        "modelspec.license": erased.facts.get("licence", ""),
        **{f"lacuna.{name}": text for name, text in erased.facts.items()},
        **more,
    }


def write_tensors(
    path: Path, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str], dtype: str = "float16"
) -> int:
    """Write a safetensors file whole or not at all and give its size in bytes; LacunaError(STORAGE)."""
    made: Tensors = {name: np.asarray(value, dtype, order="C") for name, value in tensors.items()}
    data = save(made, dict(metadata))
    atomic_write_bytes(path, data)
    return len(data)
