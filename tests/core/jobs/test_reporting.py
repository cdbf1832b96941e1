"""Reports: stages in order with their seconds, progress, previews that are pictures, and a cancel that is heard."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from core.errors import Cancelled
from core.jobs.events import Log, Metric, Preview, Progress, Stage
from core.jobs.reporting import Report
from tests.core.jobs.recorder import Recorder

WEIGHTS = {"Open": 1.0, "Work": 3.0}


def test_stages_are_counted_and_timed() -> None:
    recorder = Recorder()
    report = Report(recorder, recorder.cancelled, WEIGHTS)
    for name in WEIGHTS:
        with report.stage(name):
            report.log(f"in {name}")
    assert recorder.of(Stage) == [Stage("Open", 1, 2), Stage("Work", 2, 2)]
    assert recorder.of(Log) == [Log("info", "in Open"), Log("info", "in Work")]
    assert set(report.seconds) == set(WEIGHTS)


def test_the_end_of_a_stage_is_always_told() -> None:
    recorder = Recorder()
    report = Report(recorder, recorder.cancelled, WEIGHTS)
    with report.stage("Open"):
        for done in range(1, 101):
            report.progress(done, 100)
    told = recorder.of(Progress)
    assert told[-1].done == told[-1].total == 100
    assert [p.done for p in told] == sorted({p.done for p in told})


def test_a_cancel_is_heard_at_the_next_progress_and_the_next_stage() -> None:
    recorder = Recorder(until=Metric)
    report = Report(recorder, recorder.cancelled, WEIGHTS)
    report.metric("loss", 1, 2.0)
    with pytest.raises(Cancelled):
        report.progress(1, 2)
    with pytest.raises(Cancelled), report.stage("Work"):
        report.log("not reached")
    assert recorder.events == [Metric("loss", 1, 2.0)]


def test_a_preview_is_the_middle_frame_as_png() -> None:
    from core.media.cv import cv2

    frames = np.zeros((1, 3, 8, 8, 3), np.uint8)
    frames[0, 1, ..., 0] = 200
    recorder = Recorder()
    Report(recorder, recorder.cancelled, WEIGHTS).preview(frames, "a red square")
    (preview,) = recorder.of(Preview)
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(preview.png), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert preview.caption == "a red square"
    assert np.array_equal(shown, frames[0, 1])
