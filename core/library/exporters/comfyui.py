"""ComfyUI: one file for `models/text_encoders`, loaded by CLIPLoader with the type `stable_diffusion`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.library.exporters.erased import Erased
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import hugging_face


def export(erased: Erased, path: Path) -> dict[str, Any]:
    """Write every tensor under the names with `text_model.`: without it ComfyUI loads a silently wrong encoder."""
    return {"bytes": write_tensors(path, hugging_face(erased.tensors), header(erased))}
