"""After an out-of-memory a job goes on from what it had done: nothing that was made or judged is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from core.errors import Cancelled
from core.hardware.devices import cpu
from core.hardware.estimates import Estimate
from core.hardware.plan import Plan, plan
from core.hardware.planner import Chosen
from core.hardware.verdict import Fit, Verdict
from core.jobs.choosing import Chooser
from core.jobs.erasing import Erasure
from core.jobs.estimate import WEIGHTS
from core.jobs.events import Log, Metric, Progress, Result
from core.jobs.ladder import descend
from core.jobs.reporting import Report
from core.jobs.resuming import Notes, notes, remembering, workplace
from core.jobs.runner import run, run_safely
from core.jobs.spec import EraseSpec, ShootSpec
from core.jobs.validate import validate
from core.library.gallery import Gallery
from tests.core.jobs.recorder import Recorder, picture_folder
from tests.core.models.pair import hurried

SETTINGS = {"steps": 2, "batch": 2, "prompts": 4, "retain_prompts": 8}
RUNGS = (Plan(stills=4, rung=1), Plan(stills=1, rung=2))


@contextmanager
def full(module: nn.Module, is_full: Callable[[], bool]) -> Iterator[list[int]]:
    """A module that runs out of memory on its next pass whenever that is so; gives the rungs on which it did."""
    failed: list[int] = []

    def hook(_module: nn.Module, _given: object) -> None:
        if is_full():
            failed.append(plan().rung)
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    handle = module.register_forward_pre_hook(hook)
    try:
        yield failed
    finally:
        handle.remove()


class Job:
    """An erasure on the bundled pair with few steps, up to the clips after it, attempt by attempt."""

    def __init__(self, tmp_path: Path) -> None:
        self.recorder, self.attempts = Recorder(), 0
        images = str(picture_folder(tmp_path / "mine"))
        spec = EraseSpec("Pipwick", library=str(tmp_path / "library"), settings=SETTINGS, images=images)
        checked = validate(spec)
        assert isinstance(checked, EraseSpec)
        self.spec = checked

    def __call__(self) -> Erasure:
        self.attempts += 1
        with workplace() as folder:
            job = Erasure(self.spec, Report(self.recorder, self.recorder.cancelled, WEIGHTS), folder)
            with job.report.stage("Open the model"):
                job.open()
                job.opened = hurried(4)
            stages = (job.picture, job.before, job.erase, job.after)
            for name, stage in zip(list(WEIGHTS)[1:], stages, strict=False):
                with job.report.stage(name):
                    stage()
            return job

    def done(self) -> Erasure:
        """The job at its end, by three rungs at most."""
        chosen = Chosen(Plan(), Estimate({}), Verdict(Fit.TIGHT, ""), cpu(), RUNGS)
        return descend(self, chosen, lambda told: self.recorder(Log("warning", told)))

    def steps(self, name: str) -> list[int]:
        """At which steps a figure was told."""
        return [metric.step for metric in self.recorder.of(Metric) if metric.name == name]


def test_an_erasure_goes_on_from_what_was_made_and_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory runs out in the second step, and on the next rung in the clips after.

    One strength is tried, on few pictures, for speed.
    """
    monkeypatch.setattr("core.jobs.erasing.STRENGTHS", (0.8,))
    monkeypatch.setattr("core.jobs.erasing.Chooser", partial(Chooser, count=4, steps=4))
    job, hosts = Job(tmp_path), ("animatediff", "text2video")

    def in_step_two() -> bool:
        return plan().rung == 0 and torch.is_grad_enabled() and job.steps("seen") == [1]

    def after() -> bool:
        return plan().rung == 1 and job.steps("loss") == [1, 2]

    still, video = hurried(4).unet, hurried(4).host("text2video").pipeline.unet
    with remembering(), full(still, in_step_two) as first, full(video, after) as second:
        done = job.done()
        columns = ("before", "negative", "after")
        assert set(done.reel.clips) == {f"{column}-{host}" for column in columns for host in hosts}
        assert all(path.is_file() for path in done.reel.previews().values())
    assert (first, second, job.attempts) == ([0], [1], 3)
    assert job.steps("loss") == job.steps("seen") == job.steps("kept") == [1, 2]
    logs = [log.message for log in job.recorder.of(Log)]
    assert sum("memory ran out" in text for text in logs) == 2
    assert [text for text in logs if "goes on after step" in text] == [
        "The erasure goes on after step 1.",
        "The erasure goes on after step 2.",
    ]
    shown = [preview.caption.partition(":")[0] for preview in job.recorder.pictures()]
    assert [shown.count(one) for one in ("Pipwick, as the model draws it", "before", "after")] == [1, 1, 1]
    assert all(value > 0 for value in done.report.seconds.values())


def test_the_takes_that_are_kept_are_not_made_again(tmp_path: Path) -> None:
    """With the model that the job opens itself, which its hook is put on when the first take is there."""
    seeds, recorder, hooks, failed = tuple(range(20)), Recorder(), [], []
    gallery = Gallery(tmp_path)

    def emit(event: Any) -> None:
        recorder(event)
        from core.jobs.workshop import family

        if isinstance(event, Progress) and event.done == 16 and not failed and not hooks:
            hooks.append(family("starter").unet.register_forward_pre_hook(fail))

    def fail(_unet: nn.Module, _given: object) -> None:
        failed.append(plan().rung)
        raise torch.OutOfMemoryError("CUDA out of memory.")

    spec = ShootSpec(("a car",), seeds=seeds, host="still", steps=1, library=str(tmp_path))
    ended = run_safely(spec, emit)
    assert isinstance(ended, Result)
    assert failed == [0]
    takes = gallery.takes()
    assert sorted(take.seed or 0 for take in takes) == list(seeds)
    assert len({take.group for take in takes}) == 1
    places = {str(take.path): take.whole("order") for take in takes}
    assert [places[path] for path in ended.data["takes"]] == list(range(20))


def test_a_cancel_between_two_attempts_is_heard(tmp_path: Path) -> None:
    recorder = Recorder()

    def emit(event: Any) -> None:
        recorder(event)
        if isinstance(event, Progress):
            raise MemoryError

    spec = ShootSpec(("a car",), host="still", steps=1, library=str(tmp_path))
    with pytest.raises(Cancelled):
        run(spec, emit, lambda: any("memory ran out" in log.message for log in recorder.of(Log)))


def test_notes_are_made_once_and_belong_to_one_job() -> None:
    with remembering() as kept:
        assert notes() is kept
        assert notes().once("pictures", lambda: [1]) is notes().once("pictures", lambda: [2])
        notes().put("step", 5)
        assert notes().get("step", int) == 5
        assert notes().get("step", str) is None
        with workplace() as folder:
            (folder / "clip.webm").write_bytes(b"clip")
        with workplace() as again:
            assert (again / "clip.webm").is_file()
    assert not folder.exists()
    assert notes().once("pictures", lambda: [2]) == [2]
    with workplace() as alone:
        assert alone.is_dir()
    assert not alone.exists()
    assert Notes().seconds == {}
