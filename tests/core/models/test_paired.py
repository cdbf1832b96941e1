"""SDXL's two encoders as one, held against what diffusers' own pipeline makes of a prompt."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLPipeline

from core.models.architectures import build
from core.models.clip_words import clip_tokenizer
from core.models.opened import Family
from core.models.paired import PairedDenoiser, PairedEncoder, packed, pooled_width, unpacked
from core.models.recipe import recipe
from tests.models import registered, write_base

PROMPTS = ["a photo of a cat", "a fox, in the snow " * 30]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Family:
    root = tmp_path_factory.mktemp("pair")
    return Family(registered(root / "models", write_base(root / "base", "sdxl")))


@pytest.fixture(scope="module")
def pipeline(opened: Family) -> Any:
    """diffusers' own, of the same files."""
    return StableDiffusionXLPipeline.from_pretrained(opened.card.source("unet").path.parent, use_safetensors=True)


def states_of(opened: Family, prompts: list[str]) -> torch.Tensor:
    ids = opened.tokenizer(prompts, padding="max_length", truncation=True, return_tensors="pt").input_ids
    return opened.encoder(ids).last_hidden_state


@torch.no_grad()
def test_the_states_are_those_of_diffusers_pipeline(opened: Family, pipeline: Any) -> None:
    states, _, pooled, _ = pipeline.encode_prompt(PROMPTS, do_classifier_free_guidance=False)
    mine = states_of(opened, PROMPTS)
    assert mine.shape == (2, 78, 16 + 24)
    text, vector = unpacked(mine, 24)
    torch.testing.assert_close(text, states)
    torch.testing.assert_close(vector, pooled)
    assert not mine[:, -1, 24:].any()


@torch.no_grad()
def test_the_denoiser_predicts_what_the_unet_does(opened: Family, pipeline: Any) -> None:
    states, _, pooled, _ = pipeline.encode_prompt(PROMPTS, do_classifier_free_guidance=False)
    noisy, times = torch.randn(2, 4, 8, 16, generator=torch.Generator().manual_seed(0)), torch.tensor([10, 900])
    sizes = torch.tensor([[64.0, 128.0, 0.0, 0.0, 64.0, 128.0]] * 2)
    given = {"text_embeds": pooled, "time_ids": sizes}
    wanted = pipeline.unet(noisy, times, encoder_hidden_states=states, added_cond_kwargs=given).sample
    torch.testing.assert_close(opened.denoiser(noisy, times, states_of(opened, PROMPTS)).sample, wanted)


def test_gradients_reach_both_encoders_through_the_denoiser() -> None:
    pair = PairedEncoder(build("clip-vit-l", "tiny"), build("openclip-vit-bigg", "tiny"))
    pair.requires_grad_(True)
    denoiser = PairedDenoiser(build("sdxl-unet", "tiny"))
    ids = clip_tokenizer()(PROMPTS, padding="max_length", truncation=True, return_tensors="pt").input_ids
    denoiser(torch.ones(2, 4, 8, 8), 500, pair(ids).last_hidden_state).sample.square().mean().backward()
    moved = {name for name, parameter in pair.named_parameters() if parameter.grad is not None and parameter.grad.any()}
    assert "text_encoder.encoder.layers.0.mlp.fc1.weight" in moved
    assert "text_encoder_2.text_model.encoder.layers.0.mlp.fc1.weight" in moved
    assert "text_encoder_2.text_projection.weight" in moved
    assert not any(parameter.grad is not None for parameter in denoiser.parameters())


def test_only_the_second_encoder_has_another_padding() -> None:
    pair = PairedEncoder(build("clip-vit-l", "tiny"), build("openclip-vit-bigg", "tiny"))
    ids = clip_tokenizer()(["a cat"], padding="max_length", return_tensors="pt").input_ids
    assert pair._padded(ids)[0].tolist() == clip_tokenizer(0)(["a cat"], padding="max_length").input_ids[0]


def test_packing_and_unpacking_are_inverse() -> None:
    first, second, pooled = torch.randn(3, 7, 4), torch.randn(3, 7, 6), torch.randn(3, 6)
    states, vector = unpacked(packed(first, second, pooled), 6)
    assert torch.equal(states, torch.cat([first, second], -1))
    assert torch.equal(vector, pooled)


def test_the_pooled_vector_is_as_wide_as_the_published_one() -> None:
    assert pooled_width(SimpleNamespace(**recipe("sdxl-unet").config)) == 1280


def test_the_modules_say_where_and_what_they_are(opened: Family) -> None:
    assert isinstance(opened.encoder, PairedEncoder)
    assert isinstance(opened.denoiser, PairedDenoiser)
    assert opened.encoder.dtype is opened.denoiser.dtype is torch.float32
    assert opened.encoder.device == opened.denoiser.device == torch.device("cpu")
    assert opened.denoiser.config is opened.unet.config


def test_the_pairs_tensors_begin_with_their_part(opened: Family) -> None:
    names = set(opened.encoder.state_dict())
    assert {name.split(".")[0] for name in names} == {"text_encoder", "text_encoder_2"}
    assert "text_encoder.final_layer_norm.weight" in names
