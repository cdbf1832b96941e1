"""How hosts are put together: shared weights, schedules of their own, LoRAs that do not leak, encoders that fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import FailureKind, InputError, LacunaError
from core.generation.sample import Sampling, sample
from core.models.hosts import build_host
from core.models.opened import Family
from core.models.transfer import Different, Same, Shift
from tests.core.generation.tiny import EVERY, tiny
from tests.core.models.pair import digest, disturbed, starter
from tests.models import registered, write_base, write_motion_adapter, write_video


@pytest.mark.parametrize(("family", "host"), [("sd1", "motion"), ("sd1", "lcm"), ("sdxl", "motion")])
def test_motion_modules_sit_around_the_still_weights(family: str, host: str) -> None:
    still, motion = tiny(family).unet, tiny(family).host(host).pipeline.unet
    mine = {parameter.data_ptr() for parameter in motion.parameters()}
    assert {parameter.data_ptr() for parameter in still.parameters()} <= mine
    assert not any(tensor.is_meta for tensor in motion.state_dict().values())


def test_a_motion_lora_does_not_leak() -> None:
    opened = tiny("sd1")
    before = digest(opened.unet)

    def clip(name: str) -> bytes:
        return sample(opened.host(name), opened.encoder, ["a cat"], [1], Sampling(2, frames=2)).tobytes()

    plain, still = clip("motion"), clip("still")
    assert any("lora_A" in name for name, _ in opened.host("lcm").pipeline.unet.named_parameters())
    clip("lcm")
    assert not any("lora" in name for name, _ in opened.host("motion").pipeline.unet.named_parameters())
    assert (clip("motion"), clip("still"), digest(opened.unet)) == (plain, still, before)


def test_a_lora_changes_what_is_made() -> None:
    opened = tiny("sd1")
    card = opened.card.host("lcm")
    bare = replace(card, folders={part: place for part, place in card.folders.items() if part != "lora"})
    with_it, without = (
        sample(build_host(opened, one), opened.encoder, ["a cat"], [1], Sampling(2, frames=2)) for one in (card, bare)
    )
    assert with_it.tobytes() != without.tobytes()


def test_each_host_has_a_schedule_of_its_own() -> None:
    opened = tiny("sd1")
    names = ["still", "text2video_zero", "motion", "lcm", "lightning"]
    schedules = [opened.host(name).pipeline.scheduler for name in names]
    assert len({id(schedule) for schedule in (*schedules, opened.scheduler)}) == 6
    kinds = [type(schedule).__name__ for schedule in schedules]
    assert kinds == ["PNDMScheduler", "DDIMScheduler", "DDIMScheduler", "LCMScheduler", "EulerDiscreteScheduler"]
    assert schedules[2].config.beta_schedule == "linear"
    assert schedules[4].config.timestep_spacing == "trailing"
    assert not schedules[1].config.clip_sample
    assert schedules[1].config.beta_end == opened.scheduler.config.beta_end


@pytest.mark.parametrize(("family", "host"), EVERY)
def test_nothing_of_a_host_asks_for_gradients_or_drops_out(family: str, host: str) -> None:
    unet = tiny(family).host(host).pipeline.unet
    assert not any(parameter.requires_grad for parameter in unet.parameters())
    assert not unet.training


def test_an_unknown_pipeline_or_scheduler_is_refused_in_words() -> None:
    card = starter().card.host("still")
    with pytest.raises(InputError, match="no pipeline “CinemaPipeline”"):
        build_host(starter(), replace(card, pipeline="CinemaPipeline"))
    with pytest.raises(InputError, match="no scheduler “os"):
        build_host(starter(), replace(card, scheduler={"class": "os.system"}))


def test_an_adapter_of_another_family_is_refused_in_words(tmp_path: Path) -> None:
    motion = replace(write_motion_adapter(tmp_path / "motion", "sdxl"), family="sd1")
    opened = Family(registered(tmp_path / "models", write_base(tmp_path / "base", "sd1"), motion))
    with pytest.raises(LacunaError, match="“motion” cannot be put together with the model “base”") as caught:
        opened.host("motion")
    assert caught.value.kind is FailureKind.DAMAGED


def video(tmp_path: Path, moved: float) -> Family:
    """A Stable Diffusion 2 with a video model whose text encoder is moved by this much."""
    own = write_video(tmp_path / "video", own=("text_encoder",), moved=moved)
    return Family(registered(tmp_path / "models", write_base(tmp_path / "base", "sd2"), own))


def test_an_identical_encoder_is_swapped(tmp_path: Path) -> None:
    opened = video(tmp_path, 0.0)
    host, erased = opened.host("video"), disturbed(opened.encoder)
    assert isinstance(host.match, Same)
    assert host.encoder_for(erased) is erased
    assert "takes its place" in host.reading


def test_a_close_encoder_gets_the_change(tmp_path: Path) -> None:
    opened = video(tmp_path, 1e-4)
    host, erased = opened.host("video"), disturbed(opened.encoder)
    assert isinstance(host.match, Shift)
    assert "is added" in host.reading
    assert host.own is not None
    moved = host.encoder_for(erased)
    base, after, own = (dict(one.named_parameters()) for one in (opened.encoder, erased, host.own))
    for name, tensor in moved.named_parameters():
        assert torch.allclose(tensor, own[name] + after[name] - base[name], atol=1e-6)
    assert host.encoder_for(erased) is moved
    with torch.no_grad():
        next(erased.parameters()).add_(0.5)
    assert host.encoder_for(erased) is not moved


def test_another_encoder_is_refused_with_the_tensors_that_differ(tmp_path: Path) -> None:
    opened = video(tmp_path, 0.5)
    host = opened.host("video")
    assert isinstance(host.match, Different)
    assert "no erasure" in host.reading
    with pytest.raises(LacunaError, match=r"another text encoder.*tensors differ, among them: .*embedding"):
        sample(host, opened.encoder, ["a cat"], [1], Sampling(1))
