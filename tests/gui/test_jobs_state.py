"""A job takes in its events."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from core.jobs.events import Event, Failure, Log, Metric, Preview, Progress, Result, Stage
from core.jobs.spec import EraseSpec, GenerateSpec, IdentifySpec, JobSpec, ProbeSpec, ScoreSpec, StackSpec
from gui.state.jobs import LOG_LINES, Job, JobState


def told(*events: Event) -> Job:
    """A running job that has heard these events, the first at second 10, each a second after the one before."""
    job = Job(EraseSpec(concept="Pipwick"))
    job.start(9.0)
    for second, event in enumerate(events, start=10):
        job.apply(event, float(second))
    return job


def test_progress_is_counted_in_its_stage() -> None:
    job = told(Stage("Erase", 2, 4), Progress(30, 60, 12.0))
    assert job.fraction == pytest.approx((1 + 0.5) / 4)
    assert job.pace(20.0) == "30 of 60 · 3.0 a second · about 12 seconds left"
    assert job.status() == "Erase · 12 seconds left"


def test_a_slow_pace_is_told_by_the_piece_and_an_unknown_rest_not_at_all() -> None:
    job = told(Stage("Judge", 1, 1), Progress(2, 8))
    assert job.pace(20.0) == "2 of 8 · 5.0 seconds each"


def test_a_new_stage_starts_at_nothing() -> None:
    job = told(Stage("Erase", 1, 2), Progress(60, 60), Stage("Judge", 2, 2))
    assert (job.done, job.total, job.fraction) == (0, 0, 0.5)


def test_curves_previews_and_log_are_kept() -> None:
    png = base64.b64encode(b"picture").decode()
    job = told(Metric("loss", 1, 0.5), Metric("loss", 2, 0.25), Preview(png, "before"), Log("warning", "slow"))
    assert job.metrics == {"loss": [(1, 0.5), (2, 0.25)]}
    assert (job.preview, job.preview_caption) == (b"picture", "before")
    assert job.log == ["warning: slow"]


def test_a_result_ends_the_job_and_names_its_entry() -> None:
    job = told(Result("erase", {"entry": "20260101-pipwick-abcdef"}))
    assert (job.state, job.over, job.fraction) == (JobState.DONE, True, 1.0)
    assert job.entry == "20260101-pipwick-abcdef"
    assert job.status() == "Done in a second"


@pytest.mark.parametrize(("kind", "state"), [("memory", JobState.FAILED), ("cancelled", JobState.CANCELLED)])
def test_a_failure_ends_the_job_in_words(kind: str, state: JobState) -> None:
    job = told(Failure(kind, "what", "why", "fix", "line 1\nline 2"))
    assert (job.state, job.entry) == (state, "")
    assert job.failure is not None
    assert job.failure.fix == "fix"
    assert job.log == ["line 1", "line 2"]


@pytest.mark.parametrize(
    ("spec", "about", "title", "subtitle"),
    [
        (EraseSpec("Pipwick", also=("car", "star")), "", "Erase Pipwick, car and star", "Starter · Guarded"),
        (EraseSpec("Pipwick", start="x", preset="adversarial"), "", "Harden Pipwick", "Starter · Hardened"),
        (ProbeSpec("x", ("direct", "own")), "My entry", "Probe My entry", "By name, Your prompts"),
        (IdentifySpec(), "", "Ask what the model knows", "Starter · 12 pictures of each concept"),
        (StackSpec(("x", "y"), how="ties"), "", "Stack 2 entries", "Stacked by ties"),
        (ScoreSpec("x"), "", "Score an entry", ""),
    ],
)
def test_every_kind_of_job_says_what_it_does(spec: JobSpec, about: str, title: str, subtitle: str) -> None:
    job = Job(spec, about)
    assert (job.title, job.subtitle) == (title, subtitle)


@pytest.mark.parametrize(
    ("spec", "data", "place"),
    [
        (EraseSpec("Pipwick"), {"entry": "x"}, "compare"),
        (StackSpec(("x", "y")), {"entry": "x"}, "compare"),
        (ProbeSpec("x"), {"entry": "x"}, "probe"),
        (IdentifySpec(), {"concepts": []}, "erase"),
        (GenerateSpec("a hill"), {}, ""),
    ],
)
def test_a_result_is_shown_where_it_belongs(spec: JobSpec, data: dict[str, Any], place: str) -> None:
    job = Job(spec)
    assert job.place == ""
    job.apply(Result("", data), 1.0)
    assert job.place == place


def test_a_silent_engine_is_told_in_place_of_a_time_left() -> None:
    job = told(Stage("Judge", 1, 1), Progress(2, 8, 30.0))
    assert "nothing heard" not in job.pace(60.0)
    assert job.pace(191.0).endswith("nothing heard for 3 minutes")


def test_a_waiting_job_knows_its_place_in_the_line() -> None:
    job = Job(EraseSpec("Pipwick"))
    job.line = 3
    assert job.status() == "Queued #3"
    job.start(1.0)
    assert job.status() == "Starting"


def test_a_clock_that_goes_backwards_gives_no_negative_time() -> None:
    job = Job(EraseSpec("Pipwick"))
    job.start(100.0)
    job.apply(Result("erase", {"entry": "x"}), 50.0)
    assert job.seconds == 0.0
    assert job.status() == "Done in a second"


def test_the_log_is_kept_to_its_last_lines() -> None:
    job = told(*(Log("info", str(line)) for line in range(LOG_LINES + 5)))
    assert len(job.log) == LOG_LINES
    assert job.log[0] == "5"
    assert job.logged == LOG_LINES + 5


@pytest.mark.parametrize(
    "event",
    [Result("erase", {"entry": "x", "scorecard": {"big": 1}}), Failure("memory", "what", "why", "fix", "trace")],
)
def test_what_became_of_a_job_outlives_the_window(event: Event) -> None:
    job = told(event)
    again = Job.of(job.record())
    assert (again.state, again.title, again.place, again.status()) == (job.state, job.title, job.place, job.status())
    assert again.record() == job.record()


def test_many_concepts_are_named_in_short() -> None:
    title = Job(EraseSpec("a", also=("b", "c", "d", "e", "f"))).title
    assert title == "Erase a, b, c and 3 more"


def test_an_interrupted_job_can_be_tried_again() -> None:
    job = told(Stage("Erase", 1, 2))
    job.interrupt(20.0)
    assert (job.over, job.again, job.status()) == (True, True, "Interrupted")
