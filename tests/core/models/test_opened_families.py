"""Every real family opened from every layout, small: the same model, whichever files it lies in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file, save_file

from core.errors import InputError
from core.hardware.plan import Plan, using
from core.models.architectures import build
from core.models.catalogue import FamilyCard
from core.models.component import Component, Layout, Role, Source
from core.models.opened import Family
from core.models.recipe import recipe
from core.models.tensors import encoder_config, encoder_tensors, fingerprint
from tests.models import (
    FAMILIES,
    component,
    registered,
    write_base,
    write_checkpoint,
    write_motion_adapter,
    write_video,
)

PROMPTS = ["a photo of a cat!"]
TEXT = "text_encoder/model.safetensors"


def ids_of(opened: Family) -> torch.Tensor:
    return opened.tokenizer(PROMPTS, padding="max_length", truncation=True, return_tensors="pt").input_ids


@torch.no_grad()
def outputs(opened: Family) -> tuple[torch.Tensor, ...]:
    """What the encoder, the denoiser and the VAE say."""
    states = opened.encoder(ids_of(opened)).last_hidden_state
    noisy = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    predicted = opened.denoiser(noisy, torch.tensor([500]), states).sample
    return states, predicted, opened.vae.decode(noisy).sample


@pytest.mark.parametrize("family", FAMILIES)
def test_a_checkpoint_is_the_model_that_the_folder_is(tmp_path: Path, family: str) -> None:
    folder = Family(registered(tmp_path / "a", write_base(tmp_path / "base", family)))
    single = Family(registered(tmp_path / "b", write_checkpoint(tmp_path / "one.safetensors", family)))
    torch.testing.assert_close(outputs(folder), outputs(single))
    for part in ("unet", "vae"):
        one, other = folder.part(part).state_dict(), single.part(part).state_dict()
        assert all(torch.equal(one[name], other[name]) for name in one)
        assert set(one) == set(other)
    assert folder.fingerprint == single.fingerprint
    assert type(folder.scheduler) is type(single.scheduler)
    assert folder.scheduler.config.prediction_type == single.scheduler.config.prediction_type


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("layout", ["folder", "checkpoint"])
def test_what_torch_opens_and_what_is_read_without_it_agree(tmp_path: Path, family: str, layout: str) -> None:
    card = registered(tmp_path / "models", written(tmp_path, family, layout))
    arrays, state = encoder_tensors(card), Family(card).encoder.state_dict()
    assert {name: array.shape for name, array in arrays.items()} == {n: tuple(t.shape) for n, t in state.items()}
    assert fingerprint(arrays) == Family(card).fingerprint
    for encoder in card.encoders:
        assert (
            encoder_config(card, encoder.part)["hidden_size"]
            == recipe(f"{encoder.architecture}/tiny").config["hidden_size"]
        )


def written(root: Path, family: str, layout: str, dtype: torch.dtype = torch.float32) -> Component:
    if layout == "folder":
        return write_base(root / "base", family, dtype=dtype)
    return write_checkpoint(root / "one.safetensors", family, dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("layout", ["folder", "checkpoint"])
def test_an_encoder_in_16_bits_is_opened_in_32(tmp_path: Path, layout: str, dtype: torch.dtype) -> None:
    card = registered(tmp_path / "models", written(tmp_path, "sd1", layout, dtype))
    opened = Family(card)
    assert {parameter.dtype for parameter in opened.encoder.parameters()} == {torch.float32}
    assert opened.fingerprint == fingerprint(encoder_tensors(card))
    assert {parameter.dtype for parameter in opened.unet.parameters()} == {torch.float32}


@pytest.mark.parametrize(("family", "vae"), [("sd1", torch.float16), ("sdxl", torch.float32)])
def test_frozen_parts_are_as_the_plan_says_and_an_overflowing_vae_is_not(
    tmp_path: Path, family: str, vae: torch.dtype
) -> None:
    opened = Family(registered(tmp_path / "models", write_base(tmp_path / "base", family)))
    with using(Plan(dtype="float16")):
        assert opened.unet.dtype is torch.float16
        assert opened.vae.dtype is vae
        assert next(opened.encoder.parameters()).dtype is torch.float32


def test_a_folder_may_hold_the_16_bit_files_alone(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", "sd1", dtype=torch.float16, variant="fp16")
    card = registered(tmp_path / "models", base)
    assert (card.source("unet").path / "diffusion_pytorch_model.fp16.safetensors").is_file()
    assert Family(card).fingerprint == fingerprint(encoder_tensors(card))
    assert all(torch.isfinite(told).all() for told in outputs(Family(card)))


def test_the_plain_files_go_before_a_variant(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", "sd1")
    own = load_file(tmp_path / "base" / TEXT)
    save_file({n: t.half() + 1 for n, t in own.items()}, tmp_path / "base" / TEXT.replace(".safe", ".fp16.safe"))
    opened = Family(registered(tmp_path / "models", base))
    state = opened.encoder.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in own.items())


def test_the_old_prefix_of_transformers_makes_no_difference(tmp_path: Path) -> None:
    base, plain = write_base(tmp_path / "base", "sd1"), write_base(tmp_path / "plain", "sd1")
    own = load_file(tmp_path / "base" / TEXT)
    save_file({f"text_model.{n}": t for n, t in own.items()}, tmp_path / "base" / TEXT, {"format": "pt"})
    old, new = (registered(tmp_path / c.id, stamped(c, tmp_path / c.id)) for c in (base, plain))
    assert Family(old).fingerprint == Family(new).fingerprint == fingerprint(encoder_tensors(old))
    assert set(encoder_tensors(old)) == set(own)


def stamped(found: Component, place: Path) -> Component:
    """The component with its files as they are now."""
    return replace(found, files=component(place, Role.BASE, found.family, dict(found.sources)).files)


def test_a_merged_checkpoint_may_lack_that_prefix(tmp_path: Path) -> None:
    path = tmp_path / "one.safetensors"
    card = registered(tmp_path / "models", write_checkpoint(path, "sd1"))
    wanted = Family(card).fingerprint
    save_file({name.replace(".text_model.", "."): tensor for name, tensor in load_file(path).items()}, path)
    merged = replace(card, files={})
    assert Family(merged).fingerprint == wanted == fingerprint(encoder_tensors(merged))


@pytest.mark.parametrize(("family", "pad"), [("sd1", 49407), ("sd2", 0)])
@pytest.mark.parametrize("layout", ["folder", "checkpoint"])
def test_prompts_are_padded_as_the_family_does_whatever_the_files_say(
    tmp_path: Path, family: str, pad: int, layout: str
) -> None:
    """A download of SD 2 without `special_tokens_map.json` pads like SD 1, and reads “!” as padding."""
    base = written(tmp_path, family, layout)
    card = registered(tmp_path / "models", base)
    if layout == "folder":
        told = tmp_path / "base" / "tokenizer" / "tokenizer_config.json"
        told.write_text(json.dumps(json.loads(told.read_text("utf-8")) | {"pad_token": "<|endoftext|>"}))
    ids = ids_of(Family(replace(card, files={})))[0].tolist()
    assert ids == [49406, 320, 1125, 539, 320, 2368, 256, 49407] + [pad] * 69


def test_velocity_is_told_by_the_schedule_or_by_what_was_found(tmp_path: Path) -> None:
    told = registered(tmp_path / "a", write_base(tmp_path / "base", "sd2", prediction="v_prediction"))
    found = registered(tmp_path / "b", write_checkpoint(tmp_path / "one.safetensors", "sd2", prediction="v_prediction"))
    asked = replace(found, sources={**found.sources, "scheduler": Source(Path(), Layout.CHECKPOINT, "sd-scheduler")})
    for card in (told, found, asked):
        assert Family(card).scheduler.config.prediction_type == "v_prediction"


def test_a_model_is_made_of_components_and_their_own_parts(tmp_path: Path) -> None:
    base, video = (
        write_base(tmp_path / "base", "sd2"),
        write_video(tmp_path / "scope", ("text_encoder", "vae", "tokenizer")),
    )
    opened = Family(registered(tmp_path / "models", base, video))
    kinds = {key: type(opened.part(f"scope/{key}")).__name__ for key in ("unet", "vae", "text_encoder", "tokenizer")}
    assert list(kinds.values()) == ["UNet3DConditionModel", "AutoencoderKL", "CLIPTextModel", "CLIPTokenizer"]
    assert opened.part("scope/unet") is opened.part("scope/unet")
    assert opened.part("scope/tokenizer").pad_token_id == 0
    with pytest.raises(InputError, match="has no “scope/lora”"):
        opened.part("scope/lora")


@pytest.mark.parametrize("names", ["diffusers", "original"])
def test_a_motion_adapter_is_read_from_one_file_in_either_kind_of_names(tmp_path: Path, names: str) -> None:
    adapter = build("motion-adapter-v1-5-2", "tiny", seed=7)
    state = adapter.state_dict() if names == "diffusers" else as_released(adapter.state_dict())
    save_file({name: tensor.clone() for name, tensor in state.items()}, tmp_path / "motion.safetensors")
    card = registered(
        tmp_path / "models", write_base(tmp_path / "base", "sd1"), write_motion_adapter(tmp_path / "motion")
    )
    source = Source(tmp_path / "motion.safetensors", Layout.FILE, "motion-adapter-v1-5-2/tiny")
    loaded = Family(with_source(card, "motion/motion_adapter", source)).part("motion/motion_adapter").state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in adapter.state_dict().items())


def with_source(card: FamilyCard, part: str, source: Source) -> FamilyCard:
    return replace(card, sources={**card.sources, part: source})


def as_released(state: dict[str, torch.Tensor]) -> dict[str, Any]:
    """AnimateDiff's own names: the same modules, one level deeper, and each attention with a table of positions."""
    words = {".attn1": ".attention_blocks.0", ".attn2": ".attention_blocks.1", ".norm3": ".ff_norm"}
    words |= {
        ".transformer_blocks.0.norm1": ".transformer_blocks.0.norms.0",
        ".transformer_blocks.0.norm2": ".transformer_blocks.0.norms.1",
    }
    made = {}
    for name, tensor in state.items():
        head, number, rest = name.partition("motion_modules.")[0], *name.partition("motion_modules.")[2].split(".", 1)
        released = f"module.{head}motion_modules.{number}.temporal_transformer.{rest}"
        for new, old in words.items():
            released = released.replace(new, old)
        made[released.replace(".pos_embed.", ".attention_blocks.0.pos_encoder.")] = tensor
    return made


def test_diffusers_opens_what_the_tests_write(tmp_path: Path) -> None:
    write_base(tmp_path / "base", "sd1")
    pipeline = StableDiffusionPipeline.from_pretrained(tmp_path / "base", use_safetensors=True, safety_checker=None)
    assert pipeline.unet.config.cross_attention_dim == pipeline.text_encoder.config.hidden_size
