"""Forge: files for `models/text_encoder`; it knows OpenCLIP-H in the layout of the original checkpoints only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.library.exporters import comfyui
from core.library.exporters.erased import Encoders
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import openclip

OPENCLIP_H = 1024
_CHECKPOINT = "cond_stage_model.model."


def export(encoders: Encoders, path: Path) -> dict[str, Any]:
    """Write the encoder under the names that Forge recognises its width by; two encoders as ComfyUI has them."""
    first = encoders[0]
    if first.width != OPENCLIP_H:
        return comfyui.export(encoders, path)
    tensors = {f"{_CHECKPOINT}{name}": value for name, value in openclip(first.tensors).items()}
    return {"bytes": write_tensors(path, tensors, header(first))}
