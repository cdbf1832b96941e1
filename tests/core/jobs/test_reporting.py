"""Reports: stages in order with their seconds, progress, previews that are pictures, and a cancel that is heard."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch

from core.errors import Cancelled
from core.jobs.events import Log, Metric, Preview, Progress, Stage
from core.jobs.reporting import Report
from core.models.catalogue import family_card
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


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def left(recorder: Recorder) -> float | None:
    """The time left that was told last."""
    return recorder.of(Progress)[-1].seconds_left


STAGES = {"Open": 2.0, "Film": 10.0, "Judge": 800.0}


def test_no_time_left_is_told_before_the_computer_was_timed_and_opening_does_not_count() -> None:
    recorder, clock = Recorder(), Clock()
    report = Report(recorder, recorder.cancelled, STAGES, clock=clock)
    with report.stage("Open"):
        clock.now += 0.01
    with report.stage("Film"):
        clock.now += 0.6
        report.progress(3, 10)
        assert left(recorder) is None
        clock.now += 4.4
        report.progress(5, 10)
        assert left(recorder) == pytest.approx(5.0 + 800.0), "half of the film took 5 of 10 seconds: as fast as planned"
        clock.now += 1.0
        report.progress(10, 10)
    with report.stage("Judge"):
        clock.now += 1.0
        report.progress(2, 1000)
    assert left(recorder) == pytest.approx(499.0)


def test_a_faster_computer_is_given_less_time() -> None:
    recorder, clock = Recorder(), Clock()
    report = Report(recorder, recorder.cancelled, STAGES, clock=clock)
    with report.stage("Film"):
        clock.now += 1.0
        report.progress(8, 10)
    assert left(recorder) == pytest.approx(0.25 + 100.0, rel=0.01)


def test_pieces_of_unlike_length_are_told_by_their_share() -> None:
    recorder, clock = Recorder(), Clock()
    report = Report(recorder, recorder.cancelled, {"Open": 1.0, "Judge": 10.0}, clock=clock)
    with report.stage("Judge"):
        clock.now += 5.0
        report.progress(90, 100, share=0.5)
    assert left(recorder) == pytest.approx(5.0)


def test_glimpses_are_few() -> None:
    recorder, clock, card = Recorder(), Clock(), family_card("starter")
    report = Report(recorder, recorder.cancelled, WEIGHTS, clock=clock)
    for _ in range(20):
        clock.now += 0.05
        report.glimpse(torch.zeros(1, 8, 16, 16), card, "taking shape")
    assert 3 <= len(recorder.of(Preview)) <= 4


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
