"""What takes less memory while an erasure learns, and is as it was afterwards."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel, UNet3DConditionModel
from torch import Tensor, nn

from core.hardware.freeing import at_work, checkpointing, free_memory
from core.hardware.memory import peak_memory, reserved_memory, reset_peak


def unet() -> UNet2DConditionModel:
    """A very small one, with the same weights each time."""
    torch.manual_seed(0)
    made = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 8),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=8,
        norm_num_groups=2,
    )
    return made.requires_grad_(False).eval()


@contextmanager
def saved(sizes: list[int]) -> Iterator[None]:
    """Bytes of what is kept for a gradient."""

    def keep(value: Tensor) -> Tensor:
        sizes.append(value.nbytes)
        return value

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value):
        yield


def gradient(denoiser: nn.Module, sizes: list[int]) -> Tensor:
    """That of a prediction by the text states."""
    states = torch.full((1, 4, 8), 0.1, requires_grad=True)
    with saved(sizes):
        made = denoiser(torch.ones(1, 4, 8, 8), torch.tensor(5), states).sample.pow(2).sum()
    return torch.autograd.grad(made, states)[0]


def test_checkpointing_keeps_less_and_gives_the_same_gradient() -> None:
    denoiser = unet()
    plain: list[int] = []
    lean: list[int] = []
    wanted = gradient(denoiser, plain)
    with checkpointing(denoiser):
        found = gradient(denoiser, lean)
    assert torch.allclose(found, wanted, atol=1e-6)
    assert sum(lean) < 0.5 * sum(plain)
    assert not denoiser.is_gradient_checkpointing


def test_a_denoiser_that_cannot_is_left_alone_and_so_is_one_that_does_already() -> None:
    cannot = UNet3DConditionModel(
        sample_size=8,
        block_out_channels=(8, 8),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock3D", "DownBlock3D"),
        up_block_types=("UpBlock3D", "CrossAttnUpBlock3D"),
        cross_attention_dim=8,
        attention_head_dim=4,
        norm_num_groups=2,
    )
    with checkpointing(cannot), checkpointing(nn.Linear(2, 2)):
        assert not cannot.is_gradient_checkpointing
    does = unet()
    with checkpointing(does):
        with checkpointing(does):
            pass
        assert does.is_gradient_checkpointing
        with checkpointing(does, wanted=False):
            assert does.is_gradient_checkpointing


class Traveller(nn.Module):
    """Remembers where it is sent: a machine without a GPU cannot have it go there."""

    def __init__(self) -> None:
        super().__init__()
        self.place = "cuda:0"

    def to(self, place: str) -> Traveller:  # type: ignore[override]
        """Go there."""
        self.place = place
        return self


def test_parts_that_work_alone_send_the_others_away_and_come_back_after_those_within() -> None:
    unet, vae, video = Traveller(), Traveller(), Traveller()

    def places() -> list[str]:
        return [part.place for part in (unet, vae, video)]

    with at_work((video,), "cuda:0", alone=True):
        assert places() == ["cuda:0"] * 3  # nothing is known of the two others yet
    with at_work((unet,), "cuda:0", alone=True):
        assert places() == ["cuda:0", "cuda:0", "cpu"]
        with at_work((unet, vae), "cuda:0", alone=True):
            assert places() == ["cuda:0", "cuda:0", "cpu"]
        assert places() == ["cuda:0", "cpu", "cpu"]
    with at_work((video,), "cuda:0", alone=False):
        assert places() == ["cuda:0", "cpu", "cuda:0"]
    with at_work((vae,), "cpu", alone=True):
        assert places() == ["cuda:0", "cpu", "cuda:0"]


def test_what_nothing_refers_to_is_freed() -> None:
    class Ring:
        """Holds itself."""

        def __init__(self) -> None:
            self.me = self

    gone = weakref.ref(Ring())
    assert gone() is not None
    free_memory()
    assert gone() is None


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux forgets a peak")
def test_the_peak_is_that_of_the_job_and_not_of_those_before() -> None:
    large = torch.ones(100_000_000, dtype=torch.uint8)
    high = peak_memory()
    del large
    gc.collect()
    reset_peak()
    assert peak_memory() < high - 80_000_000
    assert reserved_memory() == 0
