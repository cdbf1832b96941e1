"""Files that are not what they say: each is a LacunaError that names the part, says why, and what to do."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import FailureKind, LacunaError
from core.models.catalogue import FamilyCard
from core.models.component import Component, Layout, Source
from core.models.opened import Family
from core.models.tensors import encoder_config, encoder_tensors
from tests.models import registered, write_base, write_checkpoint

UNET = "unet/diffusion_pytorch_model.safetensors"
TEXT = "text_encoder/model.safetensors"
CHECKPOINT = "one.safetensors"
HARMED = ("conv_in.weight", "layers.0.mlp.fc1.weight", "input_blocks.0.0.weight")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lie_about_the_length(path: Path) -> None:
    path.write_bytes((1 << 62).to_bytes(8, "little") + path.read_bytes()[8:])


def be_a_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps({"weights": [1.0] * 100}))


def be_empty(path: Path) -> None:
    path.write_bytes(b"")


def changed(change: Callable[[str, torch.Tensor], torch.Tensor | None]) -> Callable[[Path], None]:
    """Rewrite one matrix of every part in the file; None loses it."""

    def damage(path: Path) -> None:
        tensors = load_file(path)
        for name in [name for name in tensors if name.endswith(HARMED)]:
            if (new := change(name, tensors.pop(name))) is not None:
                tensors[name] = new
        save_file(tensors, path, {"format": "pt"})

    return damage


DAMAGES = {
    "truncated": (truncate, "cut off"),
    "lying": (lie_about_the_length, "does not begin like"),
    "pickle": (be_a_pickle, "pickle"),
    "empty": (be_empty, ""),
    "not a number": (changed(lambda _, tensor: tensor * float("nan")), "not finite"),
    "infinite": (changed(lambda _, tensor: tensor / 0), "not finite"),
    "whole numbers": (changed(lambda _, tensor: (tensor * 100).to(torch.int64)), "stored as I64"),
    "another shape": (changed(lambda _, tensor: tensor[:4].clone()), "shape"),
    "missing": (changed(lambda *_: None), "lacks"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Component, Component]:
    """A model as a folder and as one file."""
    root = tmp_path_factory.mktemp("sound")
    return write_base(root / "base", "sd1"), write_checkpoint(root / CHECKPOINT, "sd1")


def copied(found: Component, place: Path, root: Path) -> FamilyCard:
    """A copy that Lacuna has not stamped, so that what is wrong with it is found by reading."""
    sources = {
        part: replace(source, path=root / source.path.relative_to(place)) if place in source.path.parents else source
        for part, source in found.sources.items()
    }
    return registered(root / "models", replace(found, sources=sources, files={}))


@pytest.fixture
def folder(sound: tuple[Component, Component], tmp_path: Path) -> FamilyCard:
    place = sound[0].sources["unet"].path.parent
    shutil.copytree(place, tmp_path / place.name)
    return copied(sound[0], place.parent, tmp_path)


@pytest.fixture
def single(sound: tuple[Component, Component], tmp_path: Path) -> FamilyCard:
    place = sound[1].sources["unet"].path
    shutil.copy(place, tmp_path)
    return copied(sound[1], place.parent, tmp_path)


def refused(card: FamilyCard, part: str, words: str) -> None:
    with pytest.raises(
        LacunaError, match=f"(?s)“{part}” of the model “{card.title}”.*({words}).*Models page"
    ) as caught:
        Family(card).part(part)
    assert caught.value.kind is FailureKind.DAMAGED
    assert caught.value.why
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["unet", "text_encoder"])
def test_a_folder_whose_weights_are_not_sound_is_refused(folder: FamilyCard, part: str, damage: str) -> None:
    harm, words = DAMAGES[damage]
    harm(folder.source(part).path / Path(UNET if part == "unet" else TEXT).name)
    refused(folder, part, words)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["unet", "text_encoder"])
def test_a_checkpoint_whose_weights_are_not_sound_is_refused(single: FamilyCard, part: str, damage: str) -> None:
    harm, words = DAMAGES[damage]
    harm(single.source(part).path)
    refused(single, part, words)


@pytest.mark.parametrize(
    "damage", [name for name in DAMAGES if name not in ("not a number", "infinite", "another shape")]
)
def test_arrays_of_an_encoder_that_is_not_sound_are_refused(single: FamilyCard, damage: str) -> None:
    harm, words = DAMAGES[damage]
    harm(single.source("text_encoder").path)
    with pytest.raises(LacunaError, match=f"(?s)“text_encoder”.*({words})"):
        encoder_tensors(single)


def test_a_part_of_another_kind_is_refused(folder: FamilyCard) -> None:
    other = replace(folder, sources={**folder.sources, "unet": folder.source("vae"), "vae": folder.source("unet")})
    refused(other, "unet", "AutoencoderKL")
    refused(other, "vae", "UNet2DConditionModel")


def test_an_encoder_of_another_family_is_refused(folder: FamilyCard, tmp_path: Path) -> None:
    write_base(tmp_path / "other", "sd2", "tiny")
    told = tmp_path / "other" / "text_encoder"
    config = json.loads((told / "config.json").read_text("utf-8")) | {"hidden_size": 20, "num_attention_heads": 4}
    (told / "config.json").write_text(json.dumps(config))
    refused(replace(folder, sources={**folder.sources, "text_encoder": Source(told)}), "text_encoder", "shape")


def test_a_folder_of_pickles_is_refused_by_the_files_name(folder: FamilyCard) -> None:
    place = folder.source("unet").path
    (place / Path(UNET).name).rename(place / "diffusion_pytorch_model.bin")
    refused(folder, "unet", "“diffusion_pytorch_model.bin”, a pickle")


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder", "tokenizer", "scheduler"])
def test_a_lost_part_is_refused_by_name(folder: FamilyCard, part: str) -> None:
    shutil.rmtree(folder.source(part).path)
    refused(folder, part, "")


def test_a_lost_checkpoint_is_refused(single: FamilyCard) -> None:
    single.source("unet").path.unlink()
    refused(single, "unet", "cannot be read")


def test_a_checkpoint_that_changed_since_it_was_added_is_refused(tmp_path: Path) -> None:
    card = registered(tmp_path / "models", write_checkpoint(tmp_path / CHECKPOINT, "sd1"))
    with (tmp_path / CHECKPOINT).open("ab") as file:
        file.write(b"0")
    refused(card, "unet", f"{CHECKPOINT}” is missing or has changed")


def test_a_schedule_that_nobody_knows_is_refused(folder: FamilyCard) -> None:
    place = folder.source("scheduler").path / "scheduler_config.json"
    place.write_text(json.dumps({"_class_name": "os.system"}))
    refused(folder, "scheduler", "“os.system”")


def test_a_configuration_that_is_broken_is_refused(folder: FamilyCard) -> None:
    (folder.source("text_encoder").path / "config.json").write_text("{")
    refused(folder, "text_encoder", "line 1")
    with pytest.raises(LacunaError, match="“text_encoder”"):
        encoder_config(folder)


def test_an_encoder_in_8_bits_is_refused_and_a_denoiser_is_not(single: FamilyCard) -> None:
    path = single.source("unet").path
    tensors = load_file(path)
    for name, tensor in tensors.items():
        tensors[name] = tensor.to(torch.float8_e4m3fn) if tensor.ndim > 1 else tensor
    save_file(tensors, path)
    assert torch.isfinite(next(Family(single).unet.parameters())).all()
    refused(single, "text_encoder", "stored as F8_E4M3")


def test_a_layout_of_one_file_reads_an_encoder_too(single: FamilyCard, folder: FamilyCard) -> None:
    source = Source(folder.source("text_encoder").path / "model.safetensors", Layout.FILE, "clip-vit-l/tiny")
    card = replace(folder, sources={**folder.sources, "text_encoder": source})
    assert Family(card).fingerprint == Family(single).fingerprint
    assert set(encoder_tensors(card)) == set(encoder_tensors(folder))
