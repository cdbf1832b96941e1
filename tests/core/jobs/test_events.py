"""Events go through JSON unchanged; only a result or a failure is the end."""

from __future__ import annotations

import json

import pytest

from core.jobs.events import Event, Failure, Log, Metric, Preview, Progress, Result, Stage, ends, from_dict, to_dict

EVENTS: list[Event] = [
    Stage("erase", 2, 4),
    Progress(3, 40, 12.5),
    Progress(0, 1),
    Preview("iVBORw0KGgo=", "“Pipwick” in a meadow"),
    Metric("loss", 7, 0.125),
    Log("warning", "two\nlines"),
    Result("erase", {"entry": "x", "seconds": {"total": 41.0}}),
    Failure("engine", "It stopped.", "Code -9.", "Start it again.", "Traceback …"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
def test_an_event_returns_from_json_as_it_went(event: Event) -> None:
    data = json.loads(json.dumps(to_dict(event)))
    assert data["event"] == event.event
    assert from_dict(data) == event


def test_a_field_of_a_newer_version_is_dropped() -> None:
    assert from_dict({**to_dict(EVENTS[0]), "colour": "red"}) == EVENTS[0]


def test_only_results_and_failures_end_a_job() -> None:
    assert [type(event) for event in EVENTS if ends(event)] == [Result, Failure]
