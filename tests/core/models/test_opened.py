"""An opened family: parts are shared and frozen, and files that changed on disk are refused in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.errors import FailureKind, InputError, LacunaError
from core.evaluation.judge import Judge
from core.models.catalogue import family_card
from core.models.opened import Family, open_family
from core.models.part import read_part, read_source
from core.models.tensors import encoder_tensors, fingerprint
from tests.core.models.pair import starter

WEIGHTS = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture
def copied(tmp_path: Path) -> Family:
    """The family, not yet loaded, on a copy of its files."""
    folder = shutil.copytree(starter().card.folder, tmp_path / "starter")
    return Family(replace(starter().card, folder=folder))


def flip_a_byte(path: Path) -> None:
    """Change the last byte, which leaves the file readable."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    """Lose the second half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def unlist(family: Family) -> None:
    """Take the checksums away, as for a family that has none."""
    (family.card.folder / "SHA256SUMS.json").unlink()


def test_hosts_share_one_encoder_one_vae_and_one_tokenizer() -> None:
    pipelines: list[Any] = [starter().host(host.name).pipeline for host in starter().card.hosts]
    assert len({id(pipeline.vae) for pipeline in pipelines}) == 1
    assert len({id(pipeline.tokenizer) for pipeline in pipelines}) == 1
    assert starter().host("still") is starter().host("still")
    assert starter().host("still").pipeline.unet is starter().unet


def test_nothing_of_a_family_asks_for_gradients_or_drops_out() -> None:
    pipelines: list[Any] = [starter().host(host.name).pipeline for host in starter().card.hosts]
    modules = [starter().encoder, starter().vae, *(pipeline.unet for pipeline in pipelines)]
    assert not any(parameter.requires_grad for module in modules for parameter in module.parameters())
    assert not any(module.training for module in modules)
    places = {parameter.device.type for module in modules for parameter in module.parameters()}
    assert places == {torch.device(starter().device).type}


def test_the_tokenizer_and_the_encoder_agree_on_the_length() -> None:
    assert starter().tokenizer.model_max_length == starter().card.tokens
    encoder: Any = starter().encoder
    assert encoder.config.max_position_embeddings == starter().card.tokens


def test_the_fingerprint_is_the_encoders(copied: Family) -> None:
    unlist(copied)
    assert Family(copied.card).fingerprint == starter().fingerprint == fingerprint(encoder_tensors(copied.card))
    flip_a_byte(copied.card.folder / "text_encoder" / "model.safetensors")
    assert copied.fingerprint == fingerprint(encoder_tensors(copied.card)) != starter().fingerprint


def test_an_unknown_host_or_family_is_refused() -> None:
    with pytest.raises(InputError, match="no host “cinema”"):
        starter().host("cinema")
    with pytest.raises(InputError, match="no model “nobody”"):
        open_family("nobody")


@pytest.mark.parametrize("damage", [flip_a_byte, truncate, Path.unlink])
def test_weights_that_changed_on_disk_are_refused_in_words(copied: Family, damage: Callable[[Path], None]) -> None:
    damage(copied.card.folder / WEIGHTS)
    with pytest.raises(LacunaError, match=f"“unet” of the model “Starter”.*{WEIGHTS}.*Restore") as caught:
        copied.host("animatediff")
    assert caught.value.kind is FailureKind.DAMAGED


@pytest.mark.parametrize(
    ("part", "host"),
    [
        ("text_encoder", "still"),
        ("tokenizer", "still"),
        ("vae", "still"),
        ("scheduler", "still"),
        ("motion_adapter", "animatediff"),
        ("video_unet", "text2video"),
    ],
)
def test_a_lost_part_is_refused_by_name(copied: Family, part: str, host: str) -> None:
    shutil.rmtree(copied.card.folder / part)
    with pytest.raises(LacunaError, match=f"“{part}”") as caught:
        copied.host(host)
    assert caught.value.kind is FailureKind.DAMAGED


def test_truncated_weights_are_refused_without_a_list_too(copied: Family) -> None:
    unlist(copied)
    truncate(copied.card.folder / WEIGHTS)
    with pytest.raises(LacunaError, match="“unet”") as caught:
        copied.host("still")
    assert caught.value.kind is FailureKind.DAMAGED


def test_a_damaged_judge_is_refused_in_words(copied: Family) -> None:
    flip_a_byte(copied.card.folder / "judge" / "model.safetensors")
    with pytest.raises(LacunaError, match=r"“judge”.*has changed") as caught:
        read_part(copied.card, "judge", Judge.load)
    assert caught.value.kind is FailureKind.DAMAGED


def test_a_sound_part_opens_after_the_damage_is_mended(copied: Family) -> None:
    flip_a_byte(copied.card.folder / WEIGHTS)
    with pytest.raises(LacunaError):
        copied.host("still")
    flip_a_byte(copied.card.folder / WEIGHTS)
    assert copied.host("still").card.name == "still"


def test_a_want_of_memory_is_not_called_damage() -> None:
    def load(_source: object) -> None:
        raise RuntimeError("unable to mmap 13808216 bytes from file <x>: Cannot allocate memory (12)")

    with pytest.raises(RuntimeError, match="mmap"):
        read_source(family_card("starter"), "unet", load)
