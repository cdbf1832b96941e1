"""The names that other tools give to the tensors of a CLIP text encoder."""

from __future__ import annotations

import numpy as np

from core.library.exporters.erased import Tensors
from core.models.checkpoint import TEXT_MODEL
from core.models.openclip import PROJECTION, to_openclip

_LORA = {0: "lora_te_", 1: "lora_te1_", 2: "lora_te2_"}
"""kohya's prefix of a model's only encoder, and of the first and second of two."""


def hugging_face(tensors: Tensors) -> Tensors:
    """The names of a CLIPTextModel with its old prefix, which most tools recognise an encoder by."""
    return {name if name == PROJECTION else f"{TEXT_MODEL}{name}": value for name, value in tensors.items()}


def openclip(tensors: Tensors) -> Tensors:
    """The names of OpenCLIP, where the three projections of an attention are one matrix."""
    return to_openclip(tensors, np.concatenate)


def kohya(name: str, place: int = 0) -> tuple[str, str]:
    """The module's name in a LoRA file and which of its tensors is meant: `weight` or `bias`.

    The projection of a second encoder has no name of kohya's; ComfyUI takes it under the name of its own weight.
    """
    module, _, part = name.rpartition(".")
    if name == PROJECTION:
        return "text_encoders.clip_g.transformer.text_projection", part
    return _LORA[place] + f"{TEXT_MODEL}{module}".replace(".", "_"), part
