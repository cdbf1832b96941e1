"""Plans: the fastest way that fits, ever leaner ones below it, and a verdict that a person can act on."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from core.hardware.devices import Device, cpu
from core.hardware.estimates import estimated, learnt, sampled, stages
from core.hardware.ladder import first_rung, learning_rungs, sampling_rungs
from core.hardware.plan import Plan, make_plan
from core.hardware.planner import Chosen, choose, foresee, plan_for, rungs
from core.hardware.tasks import Task, Work
from core.hardware.verdict import Fit
from core.hardware.weights import parameters
from core.models.catalogue import family_card
from core.settings import Settings
from tests.core.hardware.models import ANIMATEDIFF, GB, ZEROSCOPE, gpu, model

ERASE = Task(Work.ERASE, "guarded")
USUAL = Settings()
CLIPS = Task(Work.CLIPS)


def chosen(device: Device, task: Task = ERASE, settings: Settings = USUAL, family: str = "sd1") -> Chosen:
    card = model(family)
    return choose(task, card, card.hosts[-1], device, settings)


def test_the_starter_gets_the_plan_it_always_had() -> None:
    card = family_card("starter")
    found = plan_for(ERASE, card, card.host("still"), Settings(device="cpu"))
    assert found.plan == make_plan(Settings(device="cpu"))
    assert found.rungs == ()
    assert (found.plan.dtype, found.plan.stills, found.plan.checkpointing, found.plan.scale) == ("float32", 0, False, 1)
    assert foresee(ERASE, card, card.host("still"), Settings(device="cpu")).plan == found.plan


def test_the_more_memory_a_gpu_has_the_fewer_rungs_are_taken() -> None:
    found = [chosen(gpu(size)) for size in (2, 4, 6, 8, 12, 16, 24)]
    assert [one.plan.rung for one in found] == sorted((one.plan.rung for one in found), reverse=True)
    assert found[0].fit is Fit.NO
    assert found[-1].fit is Fit.COMFORTABLE
    assert found[-1].plan == first_rung(gpu(24), "balanced")


def test_a_card_of_six_gigabytes_erases_and_makes_clips() -> None:
    found = chosen(gpu(6, 5.7))
    assert found.fit in (Fit.TIGHT, Fit.OFFLOAD)
    assert found.estimate.peak < 5.7 * GB
    assert found.plan.scale == 1
    assert set(found.stages) == {Work.LEARN, Work.PICTURES, Work.CLIPS, Work.JUDGE}


def test_the_peak_of_an_erasure_at_512_pixels_can_be_below_four_gigabytes() -> None:
    leanest = Plan("cuda:0", dtype="bfloat16", free_vae=True, checkpointing=True, chunk=1)
    assert learnt(Task(Work.LEARN, "few_shot"), model(), leanest).allocated < 4 * GB


def test_the_rungs_below_the_chosen_plan_need_ever_less_or_are_as_small() -> None:
    card, device = model(), gpu(8)
    found = chosen(device)
    needed = [max(e.peak for e in stages(ERASE, card, ANIMATEDIFF, plan).values()) for plan in found.rungs]
    assert found.rungs
    assert needed[-1] < found.estimate.peak
    assert all(after.rung > before.rung for before, after in zip(found.rungs, found.rungs[1:], strict=False))


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl"])
@pytest.mark.parametrize("work", list(Work))
def test_every_work_has_an_estimate_on_every_rung_in_milliseconds(family: str, work: Work) -> None:
    card, task = model(family), Task(work, count=4)
    host = card.hosts[-1] if work is Work.CLIPS and family != "sdxl" else card.host("still")
    plans = rungs(task, gpu(8))
    began = time.perf_counter()
    peaks = [estimated(task, card, host, plan).peak for plan in plans]
    assert time.perf_counter() - began < 0.5
    assert peaks[-1] <= peaks[0]
    assert min(peaks) > 0.3 * GB


def test_learning_keeps_to_learning_and_sampling_to_sampling() -> None:
    device = gpu(8)
    assert all(plan.offload == "none" and not plan.split_guidance for plan in learning_rungs(device, "low"))
    assert not any(plan.checkpointing or plan.chunk for plan in sampling_rungs(device, "low"))
    offloads = [plan.offload for plan in sampling_rungs(device, "low")]
    assert list(dict.fromkeys(offloads)) == ["none", "model", "group", "sequential"]


def test_a_probe_takes_the_rungs_of_its_search_and_not_those_of_an_erasure() -> None:
    probe = Task(Work.PROBE, count=8)
    for family, size in (("sd1", 6), ("sdxl", 24)):
        card = model(family)
        found = choose(probe, card, card.host("still"), gpu(size, size - 0.3), USUAL)
        assert (found.plan.scale, found.fit is not Fit.NO) == (1, True)
        assert found.plan.offload != "sequential"


@pytest.mark.parametrize("work", [Work.SCORE, Work.ERASE])
def test_what_other_stages_brought_is_counted_until_a_plan_sends_it_away(work: Work) -> None:
    """ZeroScope's U-Net stays while the model learns or draws; AnimateDiff shares the model's and adds its motion."""
    plan, task = first_rung(gpu(24), "balanced"), Task(work, count=4)
    for family, host, bare in (("sd1", ANIMATEDIFF, Task(Work.PICTURES, count=4)), ("sd2", ZEROSCOPE, CLIPS)):
        card = model(family)
        named = {name: parameters(card, name) for name in ("unet", "vae", "judge", *host.folders.values())}
        held = 2 * sum(named.values()) + 2 * named["judge"]
        found = stages(task, card, host, plan)
        assert {each.parts["weights"] for each in found.values()} == {held}
        assert sampled(bare, card, card.host("still"), plan).parts["weights"] < held
        away = stages(task, card, host, replace(plan, free_vae=True))
        assert away[Work.PICTURES].peak < found[Work.PICTURES].peak


def test_smaller_pictures_are_said_of_an_offloaded_plan_too() -> None:
    found = chosen(gpu(2, 1.7), CLIPS)
    assert (found.plan.scale, found.fit) == (0.75, Fit.OFFLOAD)
    assert "smaller than usual" in found.verdict.why
    assert "wait in the computer's memory" in found.verdict.why


def test_sixteen_bits_are_bfloat16_where_the_gpu_has_it_and_the_cpu_keeps_all_of_them() -> None:
    assert first_rung(gpu(8), "low").dtype == "bfloat16"
    assert first_rung(gpu(8, capability=(7, 5)), "low").dtype == "float16"
    assert first_rung(cpu(), "low").dtype == "float32"
    assert not any(plan.offload != "none" or plan.fp8 for plan in sampling_rungs(cpu(), "low"))


def test_every_lever_takes_less_memory_where_it_is_for() -> None:
    card = model()
    plain = Plan("cuda:0", dtype="bfloat16", clips=1, stills=4)
    many = Task(Work.PICTURES, count=4)
    sampling: tuple[dict[str, Any], ...] = ({"stills": 1}, {"vae_slicing": True}, {"fp8": True}, {"offload": "model"})
    for lever in (*sampling, {"scale": 0.5}):
        leaner = replace(plain, **lever)
        assert (
            sampled(many, card, card.host("still"), leaner).peak < sampled(many, card, card.host("still"), plain).peak
        )
    frames = Plan("cuda:0", dtype="bfloat16", clips=1, decode_frames=1)
    clip = sampled(CLIPS, card, ANIMATEDIFF, frames).peak
    assert clip < sampled(CLIPS, card, ANIMATEDIFF, plain).peak
    halves = Plan("cuda:0", dtype="bfloat16", clips=1, decode_frames=1, split_guidance=True)
    assert sampled(CLIPS, card, ANIMATEDIFF, halves).peak < clip
    learning: tuple[dict[str, Any], ...] = ({"free_vae": True}, {"checkpointing": True}, {"chunk": 1})
    for lever in (*learning, {"optimiser": "adam8bit"}):
        assert learnt(ERASE, card, replace(plain, **lever)).peak < learnt(ERASE, card, plain).peak


def test_clips_that_are_longer_or_larger_take_more() -> None:
    card, plan = model(), first_rung(gpu(24), "balanced")
    longer = sampled(Task(Work.CLIPS, frames=32), card, ANIMATEDIFF, plan)
    assert longer.peak > 1.5 * sampled(CLIPS, card, ANIMATEDIFF, plan).peak - 3 * GB


def test_low_leaves_half_of_the_free_memory_to_others() -> None:
    usual, low = chosen(gpu(12)), chosen(gpu(12), settings=Settings(memory="low"))
    assert low.estimate.peak <= 6 * GB < usual.estimate.peak


def test_memory_that_others_hold_is_named_as_the_reason() -> None:
    found = chosen(gpu(24, free=1.5))
    assert found.fit is Fit.NO
    assert found.verdict.fix == "Close other programs that use the graphics memory."
    assert chosen(gpu(2)).verdict.fix.startswith("Choose a smaller model")
    assert "1.5 GB" in found.verdict.why


def test_a_device_that_is_gone_is_said_in_the_plan_and_its_rungs() -> None:
    card = model()
    found = foresee(ERASE, card, ANIMATEDIFF, Settings(device="cuda:77"))
    assert found.device.id == "cpu"
    assert "“cuda:77”" in found.plan.note
    assert all(rung.note == found.plan.note for rung in found.rungs)


def test_the_window_plans_without_torch() -> None:
    code = (
        "import sys; from core.jobs.estimate import foreseen; from core.jobs.spec import EraseSpec;"
        "print(foreseen(EraseSpec('Pipwick')).fit, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["comfortable", "False"]


def test_a_small_model_is_not_filled_up_until_it_looks_tighter_than_a_large_one() -> None:
    card, order = model("sd2"), list(Fit)
    still = card.hosts[0]
    for free in range(4, 25):
        small, large = (
            choose(Task(Work.PICTURES), card, replace(still, size=pixels), gpu(free), USUAL) for pixels in (512, 768)
        )
        assert order.index(small.fit) <= order.index(large.fit), f"{free} GB"
