"""Single-file checkpoints: where the original releases keep each tensor of each part; no torch.

The names are those of the code that the models were released with: LDM (github.com/CompVis/stable-diffusion, `unet`
`openaimodel.py`, VAE `model.py`) for SD 1 and SD 2, SGM (github.com/Stability-AI/generative-models) for SDXL. A U-Net's
blocks are counted through from the first to the last there, so that a name depends on how many layers a block has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from core.models.openclip import PROJECTION, Tensors, from_openclip, openclip_name, to_openclip
from core.models.recipe import Recipe

TEXT_MODEL = "text_model."
"""transformers before 5.6 put it before every name of a CLIPTextModel; files still have it."""

_ENCODERS = {
    ("sd1", "text_encoder"): "cond_stage_model.transformer.text_model.",
    ("sd2", "text_encoder"): "cond_stage_model.model.",
    ("sdxl", "text_encoder"): "conditioner.embedders.0.transformer.text_model.",
    ("sdxl", "text_encoder_2"): "conditioner.embedders.1.model.",
}
_UNET, _VAE = "model.diffusion_model.", "first_stage_model."

_RESNET = {
    "norm1.": "in_layers.0.",
    "conv1.": "in_layers.2.",
    "time_emb_proj.": "emb_layers.1.",
    "norm2.": "out_layers.0.",
    "conv2.": "out_layers.3.",
    "conv_shortcut.": "skip_connection.",
}
_UNET_ENDS = {
    "time_embedding.linear_1.": "time_embed.0.",
    "time_embedding.linear_2.": "time_embed.2.",
    "add_embedding.linear_1.": "label_emb.0.0.",
    "add_embedding.linear_2.": "label_emb.0.2.",
    "conv_in.": "input_blocks.0.0.",
    "conv_norm_out.": "out.0.",
    "conv_out.": "out.2.",
}
_VAE_WORDS = (
    (re.compile(r"^(encoder|decoder)\.conv_norm_out\."), r"\1.norm_out."),
    (re.compile(r"\.down_blocks\.(\d+)\.resnets\.(\d+)\."), r".down.\1.block.\2."),
    (re.compile(r"\.down_blocks\.(\d+)\.downsamplers\.0\."), r".down.\1.downsample."),
    (re.compile(r"\.up_blocks\.(\d+)\.resnets\.(\d+)\."), r".up.\1.block.\2."),
    (re.compile(r"\.up_blocks\.(\d+)\.upsamplers\.0\."), r".up.\1.upsample."),
    (re.compile(r"\.mid_block\.attentions\.0\."), ".mid.attn_1."),
    (re.compile(r"\.mid_block\.resnets\.0\."), ".mid.block_1."),
    (re.compile(r"\.mid_block\.resnets\.1\."), ".mid.block_2."),
    (re.compile(r"\.conv_shortcut\."), ".nin_shortcut."),
    (re.compile(r"\.attn_1\.group_norm\."), ".attn_1.norm."),
    (re.compile(r"\.attn_1\.to_([qkv])\."), r".attn_1.\1."),
    (re.compile(r"\.attn_1\.to_out\.0\."), ".attn_1.proj_out."),
)
_BLOCK = re.compile(r"^(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.*)$")


def plain(name: str) -> str:
    """A text encoder's tensor without the prefix, whichever version of transformers wrote it."""
    return name.removeprefix(TEXT_MODEL)


def encoder_names(known: Recipe) -> list[str]:
    """The plain names of the tensors of a CLIP text encoder of this recipe."""
    ends = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj")
    inner = (*ends, "layer_norm1", "layer_norm2", "mlp.fc1", "mlp.fc2")
    layers = [f"encoder.layers.{k}.{name}" for k in range(known.config["num_hidden_layers"]) for name in inner]
    whole = [f"{name}.{kind}" for name in (*layers, "final_layer_norm") for kind in ("weight", "bias")]
    embeddings = [f"embeddings.{kind}_embedding.weight" for kind in ("token", "position")]
    return [*embeddings, *whole, *([PROJECTION] if known.cls.endswith("WithProjection") else [])]


def stored_name(family: str, part: str, name: str, config: Mapping[str, Any]) -> str:
    """Where a checkpoint of a family keeps the tensor that diffusers calls `name` in `part`, built by `config`.

    ValueError for a part or a tensor that such checkpoints do not have.
    """
    if part == "unet":
        return _UNET + _unet_name(name, config)
    if part == "vae":
        return _VAE + _vae_name(name, len(config["block_out_channels"]))
    if (family, part) not in _ENCODERS:
        raise ValueError(f"a checkpoint of {family} has no {part}")
    prefix = _ENCODERS[family, part]
    return prefix + (openclip_name(plain(name)) if _is_openclip(prefix) else plain(name))


def place_of(family: str, part: str, name: str, config: Mapping[str, Any], held: Container[str]) -> str:
    """As `stored_name`, in a file that holds tensors of these names: some merged ones lack `text_model.`."""
    place = stored_name(family, part, name, config)
    short = place.replace(f".{TEXT_MODEL}", ".")
    return short if place not in held and short in held else place


def taken(family: str, part: str, name: str, stored: Any, shape: Sequence[int]) -> Any:
    """The tensor that diffusers calls `name`, from what is stored: a part of a matrix, turned, or without 1 x 1.

    The VAE's attention was released as convolutions of one pixel, SD 2's projections sometimes too.
    """
    if part.startswith("text_encoder"):
        return from_openclip(plain(name), stored) if _is_openclip(_ENCODERS[family, part]) else stored
    if len(shape) == 2 and stored.ndim == 4 and tuple(stored.shape[2:]) == (1, 1):
        return stored[:, :, 0, 0]
    return stored


def to_checkpoint(
    family: str,
    parts: Mapping[str, Mapping[str, Any]],
    configs: Mapping[str, Mapping[str, Any]],
    join: Callable[[list[Any]], Any],
) -> Tensors:
    """The tensors of whole parts, by part and diffusers' names, as one checkpoint; `join` concatenates along rows."""
    made: Tensors = {}
    for part, tensors in parts.items():
        if part.startswith("text_encoder"):
            made |= _encoder_to(_ENCODERS[family, part], tensors, join)
            continue
        for name, value in tensors.items():
            attention = part == "vae" and ".attentions." in name and value.ndim == 2
            stored = value[:, :, None, None] if attention else value
            made[stored_name(family, part, name, configs[part])] = stored
    return made


def _encoder_to(prefix: str, tensors: Mapping[str, Any], join: Callable[[list[Any]], Any]) -> Tensors:
    named = {plain(name): value for name, value in tensors.items()}
    named = to_openclip(named, join) if _is_openclip(prefix) else named
    return {prefix + name: value for name, value in named.items()}


def _is_openclip(prefix: str) -> bool:
    return prefix.endswith(".model.")


def _unet_name(name: str, config: Mapping[str, Any]) -> str:
    if place := _BLOCK.match(name):
        return _block_name(place, config)
    if name.startswith("mid_block."):
        kind, number, rest = name.removeprefix("mid_block.").split(".", 2)
        return f"middle_block.{1 if kind == 'attentions' else 2 * int(number)}.{_replaced(rest, _RESNET)}"
    return _replaced(name, _UNET_ENDS)


def _block_name(place: re.Match[str], config: Mapping[str, Any]) -> str:
    """A block's name; a level has a place for each layer, and one more for changing the size."""
    side, level, kind, number, rest = place[1], int(place[2]), place[3], int(place[4]), place[5]
    layers = config["layers_per_block"] + 1
    if kind == "downsamplers":
        return f"input_blocks.{(level + 1) * layers}.0.op.{rest.removeprefix('conv.')}"
    if kind == "upsamplers":
        attended = config["up_block_types"][level].startswith("CrossAttn")
        return f"output_blocks.{level * layers + layers - 1}.{2 if attended else 1}.{rest}"
    count = level * layers + number + (1 if side == "down" else 0)
    blocks = "input_blocks" if side == "down" else "output_blocks"
    return f"{blocks}.{count}.{0 if kind == 'resnets' else 1}.{_replaced(rest, _RESNET)}"


def _vae_name(name: str, levels: int) -> str:
    """The decoder's levels are counted from the picture's side in the original."""
    for pattern, replacement in _VAE_WORDS:
        name = pattern.sub(replacement, name)
    return re.sub(r"^decoder\.up\.(\d+)\.", lambda found: f"decoder.up.{levels - 1 - int(found[1])}.", name)


def _replaced(name: str, starts: Mapping[str, str]) -> str:
    for start, other in starts.items():
        if name.startswith(start):
            return other + name.removeprefix(start)
    return name
