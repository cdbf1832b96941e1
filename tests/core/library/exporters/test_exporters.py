"""Every export, read back by the rules of the tool it is for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from transformers import CLIPTextConfig, CLIPTextModel

from core.errors import InputError, LacunaError
from core.library.exporters import TARGETS, Wish, export_encoder
from core.library.exporters.erased import Erased, Tensors
from core.models.catalogue import family_card
from core.models.checkpoint import plain
from tests.core.library.exporters import tools

HALF = 2e-3
"""float16 keeps eleven bits."""


def encoder(width: int = 64, layers: int = 3) -> CLIPTextModel:
    """A small CLIP text encoder with random weights."""
    torch.manual_seed(width)
    config = CLIPTextConfig(
        vocab_size=99,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=16,
    )
    return CLIPTextModel(config).eval()


def erased_from(model: CLIPTextModel, strength: float = 1.0, prefix: str = "") -> Erased:
    """A change of every kind of tensor, small as an erasure's, of rank 3 where it is a matrix of a layer."""
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    random = np.random.default_rng(0)

    def moved(name: str, value: np.ndarray) -> np.ndarray:
        if value.ndim == 2 and "layers" in name:
            return 0.01 * random.normal(size=(value.shape[0], 3)) @ random.normal(size=(3, value.shape[1]))
        return 0.01 * random.normal(size=value.shape)

    delta = {prefix + plain(name): moved(name, value).astype(np.float16) for name, value in state.items()}
    facts = {"title": "Pipwick", "created": "2026-01-01", "licence": "MIT"}
    return Erased.of(model.config.to_dict(), state, delta, strength, facts)


@pytest.fixture(scope="module")
def erased() -> Erased:
    """An erased encoder that belongs to no tool by its width."""
    return erased_from(encoder(), strength=0.8)


def assert_close(found: Tensors, wanted: Tensors, tolerance: float = HALF) -> None:
    assert set(found) == set(wanted)
    for name, value in wanted.items():
        assert np.abs(found[name] - value).max() <= tolerance * max(1.0, float(np.abs(value).max())), name


def test_strength_and_old_names_count(erased: Erased) -> None:
    old = erased_from(encoder(), strength=0.8, prefix="text_model.")
    assert_close(old.tensors, erased.tensors, 1e-6)
    whole = erased_from(encoder(), strength=1.0)
    name = "final_layer_norm.bias"
    assert np.allclose(0.8 * (whole.tensors[name] - whole.base[name]), erased.tensors[name] - erased.base[name])


def test_a_change_of_another_encoder_is_refused() -> None:
    base = {"final_layer_norm.bias": np.zeros(4)}
    with pytest.raises(LacunaError, match="does not fit"):
        Erased.of({}, base, {"final_layer_norm.bias": np.zeros(5)}, 1.0, {})


def test_diffusers_reads_the_folder(erased: Erased, tmp_path: Path) -> None:
    made = export_encoder((erased,), "diffusers", tmp_path / "encoder")
    read = CLIPTextModel.from_pretrained(made["path"], use_safetensors=True)
    assert_close({n: v.numpy() for n, v in read.state_dict().items()}, erased.tensors, 1e-6)


def test_diffusers_opens_the_pipeline_and_it_draws(tmp_path: Path) -> None:
    card = family_card("starter")
    base = CLIPTextModel.from_pretrained(card.folder / "text_encoder", use_safetensors=True)
    wanted = erased_from(base)
    made = export_encoder((wanted,), "pipeline", tmp_path / "model", Wish(model=card))
    pipeline = StableDiffusionPipeline.from_pretrained(made["path"], use_safetensors=True, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    assert_close({n: v.numpy() for n, v in pipeline.text_encoder.state_dict().items()}, wanted.tensors, 1e-6)
    drawn = pipeline("Pipwick", num_inference_steps=2, height=64, width=64, output_type="np").images
    assert drawn.shape == (1, 64, 64, 3)


def test_comfyui_loads_the_file(erased: Erased, tmp_path: Path) -> None:
    made = export_encoder((erased,), "comfyui", tmp_path / "encoder")
    assert_close(tools.comfyui_encoder(Path(made["path"])), erased.tensors)


def test_forge_loads_clip_l_by_its_own_names_and_openclip_h_by_the_checkpoint_s(tmp_path: Path) -> None:
    small, large = erased_from(encoder(768, 1)), erased_from(encoder(1024, 2))
    first = export_encoder((small,), "forge", tmp_path / "l.safetensors")
    assert_close(tools.comfyui_encoder(Path(first["path"])), small.tensors)
    second = export_encoder((large,), "forge", tmp_path / "h.safetensors")
    assert_close(tools.checkpoint_encoder(Path(second["path"])), large.tensors)


def test_the_exact_change_gives_the_erased_encoder(erased: Erased, tmp_path: Path) -> None:
    made = export_encoder((erased,), "change", tmp_path / "change.safetensors")
    assert_close(tools.with_lora(erased.base, Path(made["path"])), erased.tensors)


def test_a_lora_finds_the_rank_and_gives_the_erased_encoder(erased: Erased, tmp_path: Path) -> None:
    made = export_encoder((erased,), "lora", tmp_path / "small", Wish(captured=0.9999))
    assert made["rank"] == 3
    assert made["captured"] >= 0.9999
    assert_close(tools.with_lora(erased.base, Path(made["path"])), erased.tensors)
    assert made["bytes"] < export_encoder((erased,), "change", tmp_path / "whole")["bytes"]


def test_a_lora_of_less_rank_says_how_much_it_holds(erased: Erased, tmp_path: Path) -> None:
    made = export_encoder((erased,), "lora", tmp_path / "one", Wish(rank=1))
    assert 0.3 < made["captured"] < 0.9
    _, header = tools.opened(Path(made["path"]))
    assert header["ss_network_dim"] == "1"
    assert float(header["lacuna.captured"]) == pytest.approx(made["captured"], abs=1e-6)


def test_invokeai_takes_its_own_widths_only(erased: Erased, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="64 numbers wide"):
        export_encoder((erased,), "invokeai", tmp_path / "small")
    made = export_encoder((erased_from(encoder(768, 1)),), "invokeai", tmp_path / "encoder")
    config = json.loads((Path(made["path"]) / "config.json").read_text())
    assert config["architectures"] == ["CLIPTextModel"]
    assert config["hidden_size"] == 768


@pytest.mark.parametrize("name", [t.name for t in TARGETS if t.suffix and t.name != "checkpoint"])
def test_headers_say_where_a_file_comes_from(erased: Erased, tmp_path: Path, name: str) -> None:
    _, header = tools.opened(Path(export_encoder((erased,), name, tmp_path / name)["path"]))
    assert header["format"] == "pt"
    assert header["modelspec.sai_model_spec"] == "1.0.1"
    assert header["modelspec.title"] == header["lacuna.title"] == "Pipwick"
    assert header["modelspec.architecture"].startswith("lacuna-starter/")


def test_nothing_is_overwritten_and_a_failure_leaves_nothing(erased: Erased, tmp_path: Path) -> None:
    kept = tmp_path / "encoder.safetensors"
    kept.write_text("mine")
    with pytest.raises(InputError, match="already there"):
        export_encoder((erased,), "comfyui", tmp_path / "encoder")
    assert kept.read_text() == "mine"
    with pytest.raises(InputError, match="rank"):
        export_encoder((erased,), "lora", tmp_path / "bad", Wish(captured=2.0))
    with pytest.raises(LacunaError):
        export_encoder(
            (erased,),
            "pipeline",
            tmp_path / "model",
            Wish(model=replace(family_card("starter"), folder=tmp_path / "nowhere")),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["encoder.safetensors"]


def test_a_dot_in_a_name_is_part_of_it(erased: Erased, tmp_path: Path) -> None:
    assert Path(export_encoder((erased,), "comfyui", tmp_path / "v1.5")["path"]).name == "v1.5.safetensors"
    two = (replace(erased, place=1), replace(erased, place=2))
    for path in (tmp_path / "v2.1", tmp_path / "v2.2.safetensors"):
        assert Path(export_encoder(two, "comfyui", path)["path"]).name == path.name.removesuffix(".safetensors")


def test_an_unknown_tool_is_refused_with_the_list(erased: Erased, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="comfyui"):
        export_encoder((erased,), "photoshop", tmp_path / "x")
