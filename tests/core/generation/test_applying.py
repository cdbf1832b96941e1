"""A plan changes how pictures and clips are made and not what they show, and leaves every part as it was."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import nn

from core.generation import precision
from core.generation.applying import applied, feeding_in_chunks, halved, offloaded, stored_in_8_bits
from core.generation.sample import Frames, Sampling, sample
from core.hardware.plan import Plan, using
from core.models.hosts import Host
from core.models.opened import Family
from tests.core.models.pair import digest, starter
from tests.models import registered, write_base

HOSTS = ("still", "animatediff", "text2video")
USUAL = Plan()
LEAN = Plan(
    vae_slicing=True, decode_frames=1, split_guidance=True, free_vae=True, offload="model", stills=1, clips=1, rung=5
)


@pytest.fixture(autouse=True)
def in_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor without bfloat16, whose rounding depends on how a batch is cut."""
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)


def made(name: str, plan: Plan = USUAL, count: int = 1, frames: int = 3) -> Frames:
    """`count` pictures or clips of few steps, by a plan."""
    with using(plan):
        return sample(
            starter().host(name), starter().encoder, ["Pipwick"] * count, list(range(count)), Sampling(2, frames=frames)
        )


def furthest(one: Frames, other: Frames) -> int:
    """The largest difference of a colour, of 255."""
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def parts(host: Host) -> dict[str, nn.Module]:
    """The host's modules."""
    return {name: part for name, part in host.pipeline.components.items() if isinstance(part, nn.Module)}


def traces(host: Host) -> dict[str, Any]:
    """All that could betray a plan that was not taken back."""
    return {name: (digest(part), vars(part).get("forward"), *_switches(part)) for name, part in parts(host).items()}


def _switches(part: nn.Module) -> list[Any]:
    names = ("use_slicing", "use_tiling", "_chunk_size", "_chunk_dim", "_hf_hook", "decode")
    hooks = [len(module._forward_pre_hooks) for module in part.modules()]
    return [*hooks, *(vars(module).get(name) for module in part.modules() for name in names)]


@pytest.mark.parametrize("name", HOSTS)
def test_a_lean_plan_makes_the_same_but_for_rounding_and_leaves_no_trace(name: str) -> None:
    host = starter().host(name)
    plain, before = made(name, count=2), traces(host)
    assert furthest(made(name, LEAN, count=2), plain) <= 1
    assert traces(host) == before


@pytest.mark.parametrize("name", HOSTS)
def test_guidance_takes_two_passes_of_half_the_batch(name: str) -> None:
    unet = starter().host(name).pipeline.unet
    sizes: list[int] = []
    watched = unet.conv_in.register_forward_hook(lambda _conv, given, _out: sizes.append(len(given[0])))
    try:
        made(name)
        made(name, Plan(split_guidance=True))
    finally:
        watched.remove()
    whole = 2 if name == "still" else 6
    assert sizes == [whole] * 2 + [whole // 2] * 4


def test_an_odd_batch_goes_through_whole() -> None:
    unet = starter().unet
    noisy, states = torch.zeros(3, unet.config.in_channels, 16, 16), torch.zeros(3, 77, unet.config.cross_attention_dim)
    with torch.no_grad(), halved(unet):
        assert unet(noisy, torch.tensor(5), states).sample.shape == noisy.shape


def test_all_that_belongs_to_the_batch_is_halved_and_nothing_else() -> None:
    heard: list[Any] = []

    class Denoiser(nn.Module):
        attn_processors: ClassVar[dict[str, Any]] = {}

        def forward(self, noisy: torch.Tensor, step: torch.Tensor, **given: Any) -> tuple[torch.Tensor]:
            heard.append((len(noisy), step.shape, *(len(value) for value in given["added"].values())))
            return (noisy,)

    denoiser, noisy = Denoiser(), torch.arange(4.0)
    given = {"text_embeds": torch.zeros(12, 2), "time_ids": torch.zeros(4, 6), "one": torch.zeros(3)}
    with halved(denoiser):
        assert torch.equal(denoiser(noisy, torch.tensor(5), added=given)[0], noisy)
    assert heard == [(2, torch.Size(()), 6, 2, 3)] * 2


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_frames_are_decoded_so_many_at_a_time(frames: int) -> None:
    counts: list[int] = []
    watched = starter().vae.decoder.register_forward_hook(lambda _vae, given, _out: counts.append(len(given[0])))
    try:
        assert furthest(made("text2video", Plan(decode_frames=frames)), made("text2video")) <= 1
    finally:
        watched.remove()
    assert counts == {1: [1, 1, 1], 2: [2, 1], 5: [3]}[frames] + [3]


def test_tiles_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    vae = starter().vae
    seen: list[bool] = []
    monkeypatch.setattr(vae, "use_tiling", False)
    with applied(starter().host("still"), Plan(vae_tiling=True)):
        seen.append(vae.use_tiling)
    assert [*seen, vae.use_tiling] == [True, False]


def test_8_bit_storage_takes_a_quarter_changes_little_and_is_taken_back() -> None:
    host = starter().host("text2video")
    unet, before = host.pipeline.unet, traces(host)
    whole = sum(value.nbytes for value in unet.parameters())
    with stored_in_8_bits(unet):
        assert sum(value.nbytes for value in unet.parameters()) < 0.3 * whole
        assert unet.dtype == torch.float32
    plain, stored = made("text2video"), made("text2video", Plan(fp8=True))
    assert 0 < np.abs(plain.astype(int) - stored.astype(int)).mean() < 12
    after = traces(host)
    assert {name: kept[0] for name, kept in after.items()} == {name: kept[0] for name, kept in before.items()}
    assert furthest(made("text2video"), plain) == 0


@pytest.mark.parametrize("how", ["model", "group"])
def test_an_offloaded_pipeline_makes_the_same_and_comes_back(how: str) -> None:
    """On the CPU as its own accelerator: hooks bring parts to where they are, and compute there."""
    host, plain = starter().host("animatediff"), made("animatediff")
    before = {name: digest(part) for name, part in parts(host).items()}
    with offloaded(host.pipeline, how, "cpu"):
        assert _hooked(host)
        assert furthest(made("animatediff"), plain) <= 1
    assert not _hooked(host)
    assert {name: digest(part) for name, part in parts(host).items()} == before
    assert furthest(made("animatediff"), plain) == 0


def test_sequential_offloading_takes_every_weight_away_and_gives_it_back() -> None:
    host = starter().host("animatediff")
    before = {name: digest(part) for name, part in parts(host).items()}
    with offloaded(host.pipeline, "sequential", "cpu"):
        assert {value.device.type for value in host.pipeline.unet.parameters()} == {"meta"}
    assert not _hooked(host)
    assert {name: digest(part) for name, part in parts(host).items()} == before


def _hooked(host: Host) -> list[nn.Module]:
    """The layers that something else runs before."""
    return [m for part in parts(host).values() for m in part.modules() if hasattr(m, "_hf_hook") or _groups(m)]


def _groups(module: nn.Module) -> bool:
    registry: Any = getattr(module, "_diffusers_hook", None)
    return bool(registry and registry.get_hook("group_offloading"))


@pytest.mark.parametrize("name", ["animatediff", "text2video"])
def test_feed_forward_layers_take_no_more_than_a_frame_or_a_pixel_at_once(name: str) -> None:
    unet = starter().host(name).pipeline.unet
    lengths: list[int] = []
    layers = [part for part in unet.modules() if type(part).__name__ == "FeedForward"]
    watched = [
        part.register_forward_pre_hook(lambda _part, given: lengths.append(min(given[0].shape[:2]))) for part in layers
    ]
    context: AbstractContextManager[None] = feeding_in_chunks(unet)
    try:
        with context:
            made(name)
    finally:
        for handle in watched:
            handle.remove()
    assert lengths
    assert set(lengths) == {1}


def test_a_failure_inside_takes_the_plan_back_as_well() -> None:
    host = starter().host("text2video")
    before = traces(host)
    with pytest.raises(RuntimeError, match="no more"), applied(host, Plan(split_guidance=True, vae_slicing=True)):
        raise RuntimeError("no more")
    assert traces(host) == before


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Family]:
    """A small copy of each large family, with every host that needs no more than its text-to-image model."""
    folder = tmp_path_factory.mktemp("large")
    names = ("sd1", "sdxl")
    return {name: Family(registered(folder / name, write_base(folder / f"{name}-base", name))) for name in names}


@pytest.mark.parametrize(("family", "name"), [("sd1", "still"), ("sd1", "text2video_zero"), ("sdxl", "still")])
def test_large_families_make_the_same_by_a_lean_plan(large: dict[str, Family], family: str, name: str) -> None:
    opened = large[family]
    host = opened.host(name)

    def film(plan: Plan) -> Frames:
        with using(plan):
            return sample(host, opened.encoder, ["a hill"], [7], Sampling(4, guidance=4.0))

    plain, before = film(USUAL), traces(host)
    assert furthest(film(LEAN), plain) <= 1
    assert traces(host) == before
    assert np.ptp(plain) > 0
