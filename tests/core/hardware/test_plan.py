"""The plan of a job, and that a job keeps to it."""

from __future__ import annotations

import torch

from core.hardware.devices import cpu, torch_gpus
from core.hardware.plan import Plan, make_plan, plan, using
from core.settings import Settings


def test_without_a_wish_the_plan_suits_the_machine() -> None:
    made = make_plan(Settings())
    assert made.device == next((gpu.id for gpu in torch_gpus() if gpu.id != "mps"), "cpu")
    assert made.memory in ("low", "balanced", "high")
    assert made.note == ""
    assert cpu().memory_bytes < 8 * 1024**3 or made.memory != "low"


def test_a_device_that_is_gone_gives_way_to_the_cpu_and_is_said() -> None:
    made = make_plan(Settings(device="cuda:77"))
    assert made.device == "cpu"
    assert "“cuda:77”" in made.note


def test_more_memory_makes_more_at_once() -> None:
    low, balanced, high = (make_plan(Settings(device="cpu", memory=memory)) for memory in ("low", "balanced", "high"))
    assert low.batch(1) < balanced.batch(1) < high.batch(1)
    assert low.batch(16) < balanced.batch(16) < high.batch(16)


def test_a_low_plan_leaves_cores_to_others_while_it_lasts() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    with using(Plan(memory="low")):
        assert torch.get_num_threads() == 2
        assert plan().memory == "low"
    assert torch.get_num_threads() == 4
    assert plan() == make_plan(Settings())
    torch.set_num_threads(before)
