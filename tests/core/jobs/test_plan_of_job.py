"""A job runs on what the settings of its moment ask for, and says so where that cannot be."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from core.folders import settings_file
from core.hardware.plan import Plan, plan, using
from core.jobs.events import Event, Log, Result
from core.jobs.runner import run_safely
from core.jobs.spec import GenerateSpec
from core.jobs.workshop import family, let_go
from core.settings import change


def test_a_device_that_is_gone_is_said_and_the_cpu_does_the_job(tmp_path: Path) -> None:
    events: list[Event] = []
    spec = GenerateSpec("Pipwick", host="still", steps=1, library=str(tmp_path), out=str(tmp_path / "out.png"))
    change(device="cuda:77", memory="low")
    try:
        last = run_safely(spec, events.append)
    finally:
        settings_file().unlink()
    assert isinstance(last, Result)
    warnings = [event.message for event in events if isinstance(event, Log) and event.level == "warning"]
    assert any("cuda:77" in text for text in warnings)
    assert plan().note == ""


def test_a_warm_engine_opens_the_model_anew_after_a_plan_that_took_it_apart() -> None:
    """`meta` stands for a GPU. By the same plan, and on the CPU where nothing moves, the model stays open."""
    plain, lean = Plan("meta", dtype="bfloat16"), Plan("meta", dtype="bfloat16", free_vae=True)
    found = []
    for one in (plain, plain, lean, lean, plain, replace(plain, dtype="float32")):
        with using(one):
            found.append(family("starter"))
    assert [after is before for before, after in pairwise(found)] == [True, False, True, False, False]
    with using(Plan()):
        opened = family("starter")
    with using(Plan(free_vae=True)):
        assert family("starter") is opened
    let_go()
