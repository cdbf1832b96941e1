"""ComfyUI: files for `models/text_encoders`, loaded by CLIPLoader, or DualCLIPLoader with the type `sdxl`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.i18n import tr
from core.library.exporters.erased import Encoders, Erased
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import hugging_face
from core.models.catalogue import FamilyCard

PAIR = {1: "clip_l.safetensors", 2: "clip_g.safetensors"}
"""What ComfyUI's users call the two encoders of Stable Diffusion XL."""


def refusal(model: FamilyCard) -> str:
    """Why ComfyUI, or Forge, could not load a model's encoders, empty where they can: they know published ones only."""
    return (
        tr("Only the text encoders of Stable Diffusion are known there, not that of the bundled pair.")
        if model.bundled
        else ""
    )


def export(encoders: Encoders, path: Path) -> dict[str, Any]:
    """Write every tensor under the names with `text_model.`: without it ComfyUI loads a silently wrong encoder.

    Two encoders are two files in a folder.
    """
    if len(encoders) == 1:
        return {"bytes": write(encoders[0], path)}
    return {"bytes": sum(write(erased, path / PAIR[erased.place]) for erased in encoders)}


def write(erased: Erased, path: Path) -> int:
    """One encoder as one file; gives its bytes."""
    return write_tensors(path, hugging_face(erased.tensors), header(erased))
