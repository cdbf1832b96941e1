"""A job runs on what the settings of its moment ask for, and says so where that cannot be."""

from __future__ import annotations

from pathlib import Path

from core.folders import settings_file
from core.hardware.plan import plan
from core.jobs.events import Event, Log, Result
from core.jobs.runner import run_safely
from core.jobs.spec import GenerateSpec
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
