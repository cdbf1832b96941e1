"""Down the ladder: each rung once, nothing held from the attempt before, told in words, and advice at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from dataclasses import fields, replace
from pathlib import Path

import pytest
import torch

from core.errors import FailureKind, InputError, LacunaError
from core.hardware.devices import cpu
from core.hardware.estimates import Estimate
from core.hardware.plan import Plan, plan
from core.hardware.planner import Chosen
from core.hardware.verdict import Fit, Verdict
from core.jobs.ladder import descend, doubt, lowered, require_room, spare
from core.jobs.resuming import comes_again, remembering
from tests.core.jobs.limited import PICTURES

RUNGS = (Plan(stills=4, rung=1), Plan(stills=1, rung=2))


def chosen(*rungs: Plan, fit: Fit = Fit.COMFORTABLE) -> Chosen:
    """A choice with these rungs below the usual plan."""
    return Chosen(Plan(), Estimate({"weights": 1}), Verdict(fit, "It needs more.", "Have less."), cpu(), rungs)


def test_each_rung_is_tried_once_until_one_does() -> None:
    tried: list[int] = []
    told: list[str] = []

    def work() -> str:
        tried.append(plan().rung)
        if plan().rung < 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return "done"

    assert descend(work, chosen(*RUNGS), told.append) == "done"
    assert tried == [0, 1, 2]
    assert len(told) == 2
    assert "fewer pictures" in told[0]


def test_at_the_end_of_the_ladder_there_is_advice_and_the_cause_goes_to_the_log() -> None:
    tried: list[int] = []

    def work() -> None:
        tried.append(plan().rung)
        raise MemoryError("not a byte")

    with pytest.raises(LacunaError) as caught:
        descend(work, chosen(*RUNGS), lambda _told: None)
    assert tried == [0, 1, 2]
    assert caught.value.kind is FailureKind.MEMORY
    assert "Close other programs" in caught.value.fix
    assert "not a byte" in "".join(caught.value.__notes__)


def test_nothing_is_held_from_the_attempt_before() -> None:
    held: list[weakref.ref[torch.Tensor]] = []

    def work() -> bool:
        if held:
            return held[0]() is None
        large = torch.ones(10)
        held.append(weakref.ref(large))
        deeper(large)
        return False

    def deeper(large: torch.Tensor) -> None:
        raise torch.OutOfMemoryError(f"CUDA out of memory beside {large.nbytes} bytes.")

    assert descend(work, chosen(*RUNGS), lambda _told: None)


def test_another_failure_is_passed_on_at_once() -> None:
    tried: list[int] = []

    def work() -> None:
        tried.append(plan().rung)
        raise InputError("It is odd.")

    with pytest.raises(InputError):
        descend(work, chosen(*RUNGS), lambda _told: None)
    assert tried == [0]


def test_a_job_knows_whether_it_is_tried_once_more() -> None:
    known: list[bool] = []

    def work() -> None:
        try:
            raise MemoryError
        except MemoryError as error:
            known.append(comes_again(error))
            known.append(comes_again(InputError("It is odd.")))
            raise

    with remembering(), pytest.raises(LacunaError):
        descend(work, chosen(*RUNGS), lambda _told: None)
    assert known == [True, False, True, False, False, False]


def test_where_the_planner_has_no_rung_everything_is_done_in_small_pieces_once() -> None:
    (small,) = spare(Plan(memory="high"))
    assert (small.batch(1), small.batch(16), small.decode_frames, small.rung) == (1, 1, 1, 1)
    assert spare(small) == ()


def test_whatever_a_rung_changes_is_said() -> None:
    values = {"memory": "low", "device": "cuda", "optimiser": "adam8bit", "offload": "group", "dtype": "bfloat16"}
    said = {}
    for field in fields(Plan):
        value = values.get(field.name, {bool: True, int: 3, float: 0.5, str: "cpu"}[type(field.default)])
        said[field.name] = lowered(Plan(), replace(Plan(), **{field.name: value}))
    nothing = lowered(Plan(), Plan())
    assert {name for name, text in said.items() if text == nothing} == {"device", "memory", "note", "rung"}
    assert "50" in said["scale"]


def test_what_will_not_fit_is_refused_unless_it_is_to_start_anyway() -> None:
    with pytest.raises(LacunaError) as caught:
        require_room(chosen(fit=Fit.NO), anyway=False)
    assert caught.value.kind is FailureKind.MEMORY
    assert "It needs more." in str(caught.value)
    assert "Have less." in str(caught.value)
    require_room(chosen(fit=Fit.NO), anyway=True)
    require_room(chosen(fit=Fit.TIGHT), anyway=False)


def test_a_job_that_starts_although_it_will_not_fit_says_so() -> None:
    assert "probably not fit" in doubt(chosen(fit=Fit.NO))
    assert "It needs more." in doubt(chosen(fit=Fit.NO))
    assert doubt(chosen(fit=Fit.TIGHT)) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may map")
def test_a_process_that_really_runs_out_of_memory_goes_on_with_less_and_makes_all(tmp_path: Path) -> None:
    ours = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    command = [sys.executable, "-m", "tests.core.jobs.limited", str(tmp_path), "120"]
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **ours}, check=True, timeout=300)
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    logs = [event["message"] for event in events if event["event"] == "log"]
    assert [text for text in logs if "memory ran out" in text]
    assert events[-1]["event"] == "result", events[-1]
    assert len(list((tmp_path / "library" / "gallery").glob("*.png"))) == PICTURES
