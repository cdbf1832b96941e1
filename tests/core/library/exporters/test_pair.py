"""Two encoders that were erased together, as Stable Diffusion XL has them, read back by each tool's rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from core.errors import InputError
from core.library.exporters import Wish, export_encoder
from core.library.exporters.erased import Encoders, Erased
from core.library.exporters.naming import openclip
from core.models.checkpoint import plain
from tests.core.library.exporters import tools
from tests.core.library.exporters.test_exporters import assert_close, encoder, erased_from

MATRIX = "encoder.layers.1.mlp.fc1.weight"


@pytest.fixture(scope="module")
def pair() -> Encoders:
    """A narrow first encoder, and a wider second with a projection; matrices of rank 3 moved in both."""
    config = CLIPTextConfig(
        vocab_size=99,
        hidden_size=96,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=16,
        projection_dim=96,
    )
    second = CLIPTextModelWithProjection(config)
    state = {plain(name): value.numpy() for name, value in second.state_dict().items()}
    random = np.random.default_rng(1)
    change = 0.01 * random.normal(size=(128, 3)) @ random.normal(size=(3, 96))
    moved = Erased.of(config.to_dict(), state, {MATRIX: change.astype(np.float16)}, 1.0, {"title": "Pair"}, 2)
    return replace(erased_from(encoder()), place=1), moved


def test_diffusers_finds_both_encoders_and_the_second_keeps_its_projection(pair: Encoders, tmp_path: Path) -> None:
    made = Path(export_encoder(pair, "diffusers", tmp_path / "model")["path"])
    second = CLIPTextModelWithProjection.from_pretrained(made / "text_encoder_2", use_safetensors=True)
    found = {plain(name): value.numpy() for name, value in second.state_dict().items()}
    assert_close(found, pair[1].tensors, 1e-6)
    assert json.loads((made / "text_encoder/config.json").read_text())["architectures"] == ["CLIPTextModel"]


@pytest.mark.parametrize("name", ["comfyui", "forge"])
def test_comfyui_and_forge_get_a_file_for_each(pair: Encoders, tmp_path: Path, name: str) -> None:
    made = Path(export_encoder(pair, name, tmp_path / "encoders")["path"])
    assert sorted(path.name for path in made.iterdir()) == ["clip_g.safetensors", "clip_l.safetensors"]
    assert_close(tools.comfyui_encoder(made / "clip_l.safetensors"), pair[0].tensors)
    second = tools.comfyui_encoder(made / "clip_g.safetensors")
    assert_close(second, pair[1].tensors)


@pytest.mark.parametrize("name", ["change", "lora"])
def test_one_lora_file_reaches_both_by_kohya_s_prefixes(pair: Encoders, tmp_path: Path, name: str) -> None:
    made = export_encoder(pair, name, tmp_path / "both", Wish(captured=0.9999))
    path = Path(made["path"])
    assert path.suffix == ".safetensors"
    for erased in pair:
        assert_close(tools.with_lora(erased.base, path, prefix=f"lora_te{erased.place}_"), erased.tensors)
    _, header = tools.opened(path)
    assert header["modelspec.architecture"] == "stable-diffusion-xl-v1-base/lora"
    assert header["modelspec.resolution"] == "1024x1024"


def test_openclip_has_the_projection_turned_round(pair: Encoders) -> None:
    projection = pair[1].tensors["text_projection.weight"]
    assert np.array_equal(openclip(pair[1].tensors)["text_projection"], projection.T)


def test_a_model_that_is_no_folder_cannot_be_copied_as_one(pair: Encoders, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no diffusers folder"):
        export_encoder(pair, "pipeline", tmp_path / "model")
    assert list(tmp_path.iterdir()) == []
