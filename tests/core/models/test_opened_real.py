"""Every family at its real size with random weights: written as it is published, opened, and run once.

In 16 bits the largest takes 5 GB of memory and 7 GB of disk; where there is less, it is taken at the tiny width.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from core.hardware.plan import Plan, using
from core.models.architectures import build
from core.models.catalogue import sheet
from core.models.hosts import motion_unet
from core.models.opened import Family
from core.models.recipe import Width, recipe, sizes
from tests.models import architectures, clip_host, registered, write_base, write_checkpoint

GIB = 1 << 30
NEEDS = {"sd1": 6 * GIB, "sd2": 8 * GIB, "sdxl": 14 * GIB}
"""Memory that must be free, in bytes; the disk must have as much."""

WRITERS: dict[str, Any] = {"sd1": write_base, "sd2": write_checkpoint, "sdxl": write_base}
PLACES = {"sd1": "base", "sd2": "one.safetensors", "sdxl": "base"}
ROWS = {"sd1": (77, 768), "sd2": (77, 1024), "sdxl": (78, 2048)}
BF16 = torch.bfloat16


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder for gigabytes, emptied at once."""
    yield tmp_path
    shutil.rmtree(tmp_path)
    gc.collect()


def width_for(family: str, room: Path) -> Width:
    """The real one wherever it fits."""
    fits = min(psutil.virtual_memory().available, shutil.disk_usage(room).free) >= NEEDS[family]
    return "real" if fits else "tiny"


def opened_at(family: str, width: Width, room: Path) -> Family:
    base = WRITERS[family](room / PLACES[family], family, width, BF16)
    return Family(registered(room / "models", base))


def numbers(module: Any) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@torch.no_grad()
@pytest.mark.parametrize("family", WRITERS)
def test_a_family_of_the_real_size_opens_and_computes(family: str, room: Path) -> None:
    width = width_for(family, room)
    opened = opened_at(family, width, room)
    with using(Plan(dtype="bfloat16")):
        states = read(opened)
        predicted = opened.denoiser(noise(), torch.tensor([500]), states.to(BF16)).sample
        decoded = opened.vae.decode(noise()).sample
    assert predicted.shape == (1, 4, 8, 8)
    assert decoded.shape == (1, 3, 64, 64)
    assert all(torch.isfinite(told).all() for told in (states, predicted, decoded))
    if width == "real":
        assert states.shape[1:] == ROWS[family]
        for part, name in architectures(family).items():
            assert numbers(opened.part(part)) == sizes()[name]["parameters"]


def read(opened: Family) -> torch.Tensor:
    """The states of a prompt, in float32."""
    words = opened.tokenizer(["a photo of a cat"], padding="max_length", truncation=True, return_tensors="pt")
    states = opened.encoder(words.input_ids).last_hidden_state
    assert states.dtype is torch.float32
    return states


def noise() -> torch.Tensor:
    return torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0)).to(BF16)


class Held:
    """A family whose parts are in memory."""

    def __init__(self, parts: dict[str, Any]) -> None:
        self.card, self.encoder, self.tokenizer, self._parts = sheet("sd1"), parts["unet"], None, parts

    def part(self, key: str) -> Any:
        return self._parts[key]


@torch.no_grad()
def test_a_real_motion_adapter_moves_a_real_unet(room: Path) -> None:
    """Two frames of 8 x 8 latents through SD 1.5's U-Net with AnimateDiff's modules between its layers."""
    names = {"unet": "sd1-unet", "motion_adapter": "motion-adapter-v1-5-2"}
    width = width_for("sd1", room)
    parts = Held({part: build(name, width, BF16, seed=k) for k, (part, name) in enumerate(names.items())})
    unet = motion_unet(parts, clip_host("AnimateDiffPipeline", {part: part for part in names}, 2))
    latents = torch.stack([noise()[0], noise()[0].flip(-1)], 1)[None]
    states = torch.zeros(2, 77, unet.config.cross_attention_dim, dtype=BF16)
    moved = unet(latents, torch.tensor([500]), states).sample
    assert moved.shape == (1, 4, 2, 8, 8)
    assert torch.isfinite(moved).all()


@torch.no_grad()
def test_a_real_video_unet_predicts_frames(room: Path) -> None:
    """ModelScope's: two frames of 8 x 8 latents."""
    width = width_for("sd1", room)
    unet = build("modelscope-unet3d", width, BF16)
    name = "modelscope-unet3d" if width == "real" else "modelscope-unet3d/tiny"
    states = torch.zeros(1, 77, recipe(name).config["cross_attention_dim"], dtype=BF16)
    predicted = unet(noise()[:, :, None].repeat(1, 1, 2, 1, 1), 500, states).sample
    assert predicted.shape == (1, 4, 2, 8, 8)
    assert torch.isfinite(predicted).all()
