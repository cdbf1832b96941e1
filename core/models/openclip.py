"""OpenCLIP's names for the tensors of a CLIP text encoder, in which SD 2 and SDXL were released; no torch.

OpenCLIP (github.com/mlfoundations/open_clip, `transformer.py`) keeps the three projections of an attention in one
matrix, rows of q, then k, then v, and multiplies the pooled vector by its projection from the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Tensors = dict[str, Any]
"""Tensors by name, of numpy or of torch: here they are only cut, joined and turned."""

PROJECTION = "text_projection.weight"
"""(width of the pooled vector, hidden size); it stands outside of the text model."""

_NAMES = (
    (re.compile(r"^embeddings\.token_embedding\.weight$"), "token_embedding.weight"),
    (re.compile(r"^embeddings\.position_embedding\.weight$"), "positional_embedding"),
    (re.compile(r"^final_layer_norm\."), "ln_final."),
    (re.compile(r"^encoder\.layers\.(\d+)\.layer_norm([12])\."), r"transformer.resblocks.\1.ln_\2."),
    (re.compile(r"^encoder\.layers\.(\d+)\.mlp\.fc1\."), r"transformer.resblocks.\1.mlp.c_fc."),
    (re.compile(r"^encoder\.layers\.(\d+)\.mlp\.fc2\."), r"transformer.resblocks.\1.mlp.c_proj."),
    (re.compile(r"^encoder\.layers\.(\d+)\.self_attn\.out_proj\."), r"transformer.resblocks.\1.attn.out_proj."),
    (re.compile(r"^text_projection\.weight$"), "text_projection"),
)
_PART = re.compile(r"^encoder\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)$")


def openclip_name(name: str) -> str:
    """OpenCLIP's name of the tensor that holds `name`; ValueError for what a CLIP text encoder does not have."""
    if part := _PART.match(name):
        return f"transformer.resblocks.{part[1]}.attn.in_proj_{part[3]}"
    for pattern, replacement in _NAMES:
        if pattern.match(name):
            return pattern.sub(replacement, name)
    raise ValueError(f"OpenCLIP has no name for {name}")


def to_openclip(tensors: Mapping[str, Any], join: Callable[[list[Any]], Any]) -> Tensors:
    """Tensors under plain names, without `text_model.`, in OpenCLIP's form; `join` concatenates along rows."""
    made: Tensors = {}
    for name, value in tensors.items():
        if not (part := _PART.match(name)):
            made[openclip_name(name)] = value.T if name == PROJECTION else value
        elif part[2] == "q":
            made[openclip_name(name)] = join([tensors[name.replace(".q_proj.", f".{q}_proj.")] for q in "qkv"])
    return made


def from_openclip(name: str, stored: Any) -> Any:
    """The tensor that transformers calls `name`, from the one that OpenCLIP keeps it in."""
    if part := _PART.match(name):
        rows, place = len(stored) // 3, "qkv".index(part[2])
        return stored[place * rows : (place + 1) * rows]
    return stored.T if name == PROJECTION else stored
