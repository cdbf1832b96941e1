"""How other tools read what is exported: their rules, written out, so that a test loads a file as they would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

Tensors = dict[str, NDArray[Any]]

LAYER = "encoder.layers.0.mlp.fc1.weight"


def opened(path: Path) -> tuple[Tensors, dict[str, str]]:
    """The tensors of a file in float32, and its header's texts."""
    with safe_open(path, "np") as file:
        names = list(file.keys())
        return {name: file.get_tensor(name).astype(np.float32) for name in names}, file.metadata()


def comfyui_encoder(path: Path) -> Tensors:
    """CLIPLoader: an encoder is recognised by `text_model.encoder.layers.…`; the prefix is then taken off."""
    tensors, _ = opened(path)
    assert f"text_model.{LAYER}" in tensors
    return {name.removeprefix("text_model."): value for name, value in tensors.items()}


def lora_names(base: Mapping[str, NDArray[Any]], prefix: str = "lora_te_") -> dict[str, str]:
    """The table that readers of LoRA files build: `lora_te_text_model_…` to the weight's own name."""
    modules = {name.rpartition(".")[0] for name in base}
    return {prefix + f"text_model.{module}".replace(".", "_"): module for module in modules}


def with_lora(base: Tensors, path: Path, weight: float = 1.0, prefix: str = "lora_te_") -> Tensors:
    """The encoder after a LoRA: W + weight · (alpha / r) · up · down, or + weight · diff; every key must be known.

    With the prefix of one of two encoders, the keys of the other are left to it.
    """
    tensors, _ = opened(path)
    if prefix != "lora_te_":
        tensors = {name: value for name, value in tensors.items() if name.startswith(prefix)}
    names = lora_names(base, prefix)
    made, used = {name: value.copy() for name, value in base.items()}, set[str]()
    for module_name, module in names.items():
        up, down = f"{module_name}.lora_up.weight", f"{module_name}.lora_down.weight"
        if up in tensors:
            scale = float(tensors[f"{module_name}.alpha"]) / tensors[down].shape[0]
            made[f"{module}.weight"] += weight * scale * (tensors[up] @ tensors[down])
            used |= {up, down, f"{module_name}.alpha"}
        for suffix, part in ((".diff", "weight"), (".diff_b", "bias")):
            if module_name + suffix in tensors:
                made[f"{module}.{part}"] += weight * tensors[module_name + suffix]
                used.add(module_name + suffix)
    assert used == set(tensors), f"no tool would read {sorted(set(tensors) - used)[:3]}"
    return made


def checkpoint_encoder(path: Path) -> Tensors:
    """The text tower of an SD 2 checkpoint, `cond_stage_model.model.…`, with its projections taken apart again."""
    tensors, _ = opened(path)
    made: Tensors = {}
    for long_name, value in tensors.items():
        name = long_name.removeprefix("cond_stage_model.model.")
        assert name != long_name
        if found := re.fullmatch(r"transformer\.resblocks\.(\d+)\.attn\.in_proj_(weight|bias)", name):
            for which, rows in zip("qkv", np.split(value, 3), strict=True):
                made[f"encoder.layers.{found[1]}.self_attn.{which}_proj.{found[2]}"] = rows
        else:
            made[_from_openclip(name)] = value
    return made


def _from_openclip(name: str) -> str:
    whole = {
        "token_embedding.weight": "embeddings.token_embedding.weight",
        "positional_embedding": "embeddings.position_embedding.weight",
        "ln_final.weight": "final_layer_norm.weight",
        "ln_final.bias": "final_layer_norm.bias",
    }
    if name in whole:
        return whole[name]
    parts = {"ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}
    layer, rest = name.removeprefix("transformer.resblocks.").split(".", 1)
    module, _, part = rest.rpartition(".")
    attention = f"self_attn.{module.removeprefix('attn.')}"
    return f"encoder.layers.{layer}.{parts.get(module, attention)}.{part}"
