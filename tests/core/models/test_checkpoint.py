"""Single-file names: held against diffusers' own converter, and there and back without a change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from diffusers.loaders import single_file_utils as oracle

from core.models.architectures import build, empty, shapes
from core.models.checkpoint import encoder_names, plain, stored_name, taken, to_checkpoint
from core.models.openclip import to_openclip
from core.models.recipe import recipe
from tests.models import ENCODERS, FAMILIES, PICTURE, architectures

UNETS = {"sd1": "sd1-unet", "sd2": "sd2-unet", "sdxl": "sdxl-unet"}
PUBLISHED = {
    "sd1": {
        "model.diffusion_model.time_embed.0.weight": (1280, 320),
        "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, 768),
        "model.diffusion_model.input_blocks.3.0.op.weight": (320, 320, 3, 3),
        "model.diffusion_model.middle_block.1.proj_in.weight": (1280, 1280, 1, 1),
        "model.diffusion_model.output_blocks.2.1.conv.weight": (1280, 1280, 3, 3),
        "model.diffusion_model.output_blocks.5.2.conv.weight": (1280, 1280, 3, 3),
        "model.diffusion_model.out.2.bias": (4,),
        "first_stage_model.decoder.up.3.block.0.conv1.weight": (512, 512, 3, 3),
        "first_stage_model.encoder.mid.attn_1.q.weight": (512, 512, 1, 1),
        "first_stage_model.decoder.norm_out.weight": (128,),
        "first_stage_model.post_quant_conv.weight": (4, 4, 1, 1),
        "cond_stage_model.transformer.text_model.encoder.layers.11.mlp.fc1.weight": (3072, 768),
        "cond_stage_model.transformer.text_model.final_layer_norm.bias": (768,),
    },
    "sd2": {
        "model.diffusion_model.input_blocks.1.1.proj_in.weight": (320, 320),
        "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, 1024),
        "cond_stage_model.model.transformer.resblocks.22.attn.in_proj_weight": (3072, 1024),
        "cond_stage_model.model.positional_embedding": (77, 1024),
        "cond_stage_model.model.ln_final.weight": (1024,),
    },
    "sdxl": {
        "model.diffusion_model.label_emb.0.0.weight": (1280, 2816),
        "model.diffusion_model.input_blocks.4.1.transformer_blocks.1.attn2.to_k.weight": (640, 2048),
        "model.diffusion_model.input_blocks.8.1.transformer_blocks.9.ff.net.0.proj.weight": (10240, 1280),
        "model.diffusion_model.output_blocks.2.2.conv.weight": (1280, 1280, 3, 3),
        "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight": (49408, 768),
        "conditioner.embedders.1.model.transformer.resblocks.31.mlp.c_fc.weight": (5120, 1280),
        "conditioner.embedders.1.model.text_projection": (1280, 1280),
    },
}
"""Names and shapes in the published files."""


def whole(family: str) -> dict[str, dict[str, torch.Tensor]]:
    """Every part of a family at its real size, without memory."""
    return {part: dict(empty(name).to("meta").state_dict()) for part, name in architectures(family).items()}


def checkpoint_of(family: str, parts: dict[str, dict[str, torch.Tensor]]) -> dict[str, Any]:
    configs = {part: recipe(name).config for part, name in PICTURE[family].items()}
    return to_checkpoint(family, parts, configs, torch.cat)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_checkpoint_has_the_published_names_and_shapes(family: str) -> None:
    made = checkpoint_of(family, whole(family))
    assert {name: tuple(made[name].shape) for name in PUBLISHED[family]} == PUBLISHED[family]


@pytest.mark.parametrize("family", FAMILIES)
def test_diffusers_reads_the_unet_and_the_vae_as_they_were(family: str) -> None:
    parts = whole(family)
    made = checkpoint_of(family, parts)
    unet, vae = (dict(recipe(PICTURE[family][part]).config) for part in ("unet", "vae"))
    unet.setdefault("class_embed_type", None)
    unet.setdefault("addition_embed_type", None)
    found = oracle.convert_ldm_unet_checkpoint(dict(made), unet)
    assert all(found[name] is tensor for name, tensor in parts["unet"].items())
    assert set(found) == set(parts["unet"])
    decoded = oracle.convert_ldm_vae_checkpoint(dict(made), vae)
    assert {name: tuple(t.shape) for name, t in decoded.items()} == shapes(PICTURE[family]["vae"])


@pytest.mark.parametrize(
    ("name", "prefix"), [("openclip-vit-h", "cond_stage_model.model."), ("openclip-vit-bigg", "m.")]
)
def test_diffusers_reads_an_openclip_encoder_as_it_was(name: str, prefix: str) -> None:
    encoder = build(name, "tiny")
    named = {plain(key): tensor for key, tensor in encoder.state_dict().items()}
    made = {prefix + key: tensor for key, tensor in to_openclip(named, torch.cat).items()}
    found = oracle.convert_open_clip_checkpoint(encoder, made, prefix=prefix)
    assert {plain(key) for key in found} == set(named)
    assert all(torch.equal(named[plain(key)], tensor) for key, tensor in found.items())


@pytest.mark.parametrize("family", FAMILIES)
def test_tiny_parts_come_back_without_a_change(family: str) -> None:
    named = architectures(family)
    parts = {part: build(name, "tiny", seed=1).state_dict() for part, name in named.items()}
    configs = {part: recipe(f"{name}/tiny").config for part, name in named.items()}
    made = to_checkpoint(family, parts, configs, torch.cat)
    for part, tensors in parts.items():
        for name, tensor in tensors.items():
            stored = made[stored_name(family, part, name, configs[part])]
            assert torch.equal(taken(family, part, name, stored, tensor.shape), tensor), name


@pytest.mark.parametrize("family", ["sd1", "sd2"])
def test_a_real_encoder_comes_back_without_a_change(family: str) -> None:
    architecture = ENCODERS[family]["text_encoder"]
    tensors = build(architecture, "real", torch.bfloat16).state_dict()
    made = to_checkpoint(family, {"text_encoder": tensors}, {}, torch.cat)
    for name, tensor in tensors.items():
        stored = made[stored_name(family, "text_encoder", name, recipe(architecture).config)]
        assert torch.equal(taken(family, "text_encoder", name, stored, tensor.shape), tensor), name


@pytest.mark.parametrize("name", ["clip-vit-l", "openclip-vit-h", "openclip-vit-bigg"])
def test_an_encoders_names_are_known_without_torch(name: str) -> None:
    assert set(encoder_names(recipe(name))) == {plain(key) for key in shapes(name)}


def test_numpy_arrays_are_cut_as_tensors_are() -> None:
    stored = np.arange(12).reshape(6, 2)
    name = "encoder.layers.0.self_attn.k_proj.weight"
    assert taken("sd2", "text_encoder", name, stored, ()).tolist() == [[4, 5], [6, 7]]


def test_a_part_or_tensor_that_no_checkpoint_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no text_encoder_2"):
        stored_name("sd1", "text_encoder_2", "final_layer_norm.bias", {})
    with pytest.raises(ValueError, match="no name for visual"):
        stored_name("sd2", "text_encoder", "visual.weight", {})
