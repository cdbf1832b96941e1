"""Forge: one file for `models/text_encoder`; it knows OpenCLIP-H in the layout of the original checkpoints only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.library.exporters.erased import Erased
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import hugging_face, openclip

OPENCLIP_H = 1024
_CHECKPOINT = "cond_stage_model.model."


def export(erased: Erased, path: Path) -> dict[str, Any]:
    """Write the encoder under the names that Forge recognises its width by."""
    if erased.width == OPENCLIP_H:
        tensors = {f"{_CHECKPOINT}{name}": value for name, value in openclip(erased.tensors).items()}
    else:
        tensors = hugging_face(erased.tensors)
    return {"bytes": write_tensors(path, tensors, header(erased))}
