"""The exact change as a LoRA file of full rank (`.diff`, `.diff_b`), for ComfyUI and AUTOMATIC1111."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.library.exporters.erased import Encoders, Tensors
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import kohya

SUFFIXES = {"weight": "diff", "bias": "diff_b"}


def differences(tensors: Tensors, place: int = 0) -> Tensors:
    """Changes under a LoRA's names; they are added as they are, whatever the tensor."""
    named = {kohya(name, place): value for name, value in tensors.items()}
    return {f"{module}.{SUFFIXES[part]}": value for (module, part), value in named.items()}


def export(encoders: Encoders, path: Path) -> dict[str, Any]:
    """Write α · Δ of every tensor that moved, in one file; at weight 1 the result is the erased encoder, or both."""
    made = header(encoders[0], "lora", ss_network_module="lacuna.full_change")
    changes = {name: v for erased in encoders for name, v in differences(erased.change, erased.place).items()}
    return {"bytes": write_tensors(path, changes, made), "captured": 1.0}
