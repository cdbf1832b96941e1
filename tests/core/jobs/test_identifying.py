"""The scan as a job: what it says on the way, gives, keeps, and leaves when it is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.concepts import world
from core.errors import InputError, LacunaError
from core.jobs.events import Failure, Metric, Preview, Progress, Result
from core.jobs.runner import run_safely
from core.jobs.spec import IdentifySpec
from core.jobs.validate import validate
from core.library.knowledge import knowledge_file, read_knowledge
from tests.core.jobs.recorder import Recorder


def test_a_scan_tells_each_concept_as_it_goes_and_keeps_what_it_found(tmp_path: Path) -> None:
    recorder = Recorder()
    spec = IdentifySpec(("an automobile", "Vello Harn"), pictures=4, library=str(tmp_path))
    ended = run_safely(spec, recorder)
    assert isinstance(ended, Result)
    assert [(metric.name, metric.step) for metric in recorder.of(Metric)] == [("car", 1), ("Vello Harn", 2)]
    assert len(recorder.of(Preview)) == 2
    assert recorder.of(Progress)[-1].done == recorder.of(Progress)[-1].total == 8
    found = {known["name"]: known for known in ended.data["concepts"]}
    values = {metric.name: metric.value for metric in recorder.of(Metric)}
    assert {name: known["rate"]["value"] for name, known in found.items()} == values
    assert found["car"]["chance"] < found["Vello Harn"]["chance"] == 0.2
    assert found["car"]["verdict"] == "known"
    kept = read_knowledge(tmp_path, "starter")
    assert kept == {name: {**known, "seed": 0} for name, known in found.items()}


def test_a_stopped_scan_keeps_nothing(tmp_path: Path) -> None:
    recorder = Recorder(until=Metric)
    spec = IdentifySpec(("car", "star"), pictures=4, library=str(tmp_path))
    ended = run_safely(spec, recorder, recorder.cancelled)
    assert isinstance(ended, Failure)
    assert ended.kind == "cancelled"
    assert len(recorder.of(Metric)) == 1
    assert not knowledge_file(tmp_path, "starter").exists()


def test_no_concept_means_all_of_them_and_synonyms_are_named_once() -> None:
    every = validate(IdentifySpec())
    assert isinstance(every, IdentifySpec)
    assert every.concepts == tuple(concept.name for concept in world("starter").concepts)
    some = validate(IdentifySpec(("car", "an automobile")))
    assert isinstance(some, IdentifySpec)
    assert some.concepts == ("car",)


@pytest.mark.parametrize(
    "spec", [IdentifySpec(("Pipwok",)), IdentifySpec(("",)), IdentifySpec(pictures=3), IdentifySpec(family="none")]
)
def test_refused(spec: IdentifySpec) -> None:
    with pytest.raises((InputError, LacunaError)):
        validate(spec)
