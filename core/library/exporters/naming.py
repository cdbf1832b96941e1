"""The names that other tools give to the tensors of a CLIP text encoder."""

from __future__ import annotations

import re

import numpy as np

from core.library.exporters.erased import PREFIX, Tensors

_OPENCLIP = (
    (re.compile(r"^embeddings\.token_embedding\.weight$"), "token_embedding.weight"),
    (re.compile(r"^embeddings\.position_embedding\.weight$"), "positional_embedding"),
    (re.compile(r"^final_layer_norm\."), "ln_final."),
    (re.compile(r"^encoder\.layers\.(\d+)\.layer_norm([12])\."), r"transformer.resblocks.\1.ln_\2."),
    (re.compile(r"^encoder\.layers\.(\d+)\.mlp\.fc1\."), r"transformer.resblocks.\1.mlp.c_fc."),
    (re.compile(r"^encoder\.layers\.(\d+)\.mlp\.fc2\."), r"transformer.resblocks.\1.mlp.c_proj."),
    (re.compile(r"^encoder\.layers\.(\d+)\.self_attn\.out_proj\."), r"transformer.resblocks.\1.attn.out_proj."),
)
TEXT_PROJECTION = "text_projection.weight"
"""(width of the pooled vector, hidden size); it stands outside of the text model, and OpenCLIP has it turned round."""

_LORA = {0: "lora_te_", 1: "lora_te1_", 2: "lora_te2_"}
"""kohya's prefix of a model's only encoder, and of the first and second of two."""

_PROJECTION = re.compile(r"^encoder\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)$")


def hugging_face(tensors: Tensors) -> Tensors:
    """The names of a CLIPTextModel with its old prefix, which most tools recognise an encoder by."""
    return {name if name == TEXT_PROJECTION else f"{PREFIX}{name}": value for name, value in tensors.items()}


def openclip(tensors: Tensors) -> Tensors:
    """The names of OpenCLIP, where the three projections of an attention are one matrix: rows of q, then k, then v."""
    made: Tensors = {}
    for name, value in tensors.items():
        if name == TEXT_PROJECTION:
            made["text_projection"] = value.T
        elif not _PROJECTION.match(name):
            made[_renamed(name)] = value
    for layer, part in sorted({(m[1], m[3]) for name in tensors if (m := _PROJECTION.match(name))}):
        rows = [tensors[f"encoder.layers.{layer}.self_attn.{which}_proj.{part}"] for which in "qkv"]
        made[f"transformer.resblocks.{layer}.attn.in_proj_{part}"] = np.concatenate(rows)
    return made


def _renamed(name: str) -> str:
    for pattern, replacement in _OPENCLIP:
        if pattern.match(name):
            return pattern.sub(replacement, name)
    raise ValueError(f"OpenCLIP has no name for {name}")


def kohya(name: str, place: int = 0) -> tuple[str, str]:
    """The module's name in a LoRA file and which of its tensors is meant: `weight` or `bias`.

    The projection of a second encoder has no name of kohya's; ComfyUI takes it under the name of its own weight.
    """
    module, _, part = name.rpartition(".")
    if name == TEXT_PROJECTION:
        return "text_encoders.clip_g.transformer.text_projection", part
    return _LORA[place] + f"{PREFIX}{module}".replace(".", "_"), part
