"""The stacking job on the starter pair: what it makes, keeps, refuses and leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.erasure.trainable import Delta, delta_between, parameters_of
from core.errors import LacunaError
from core.evaluation.scorecard import Sizes
from core.jobs.events import Failure, Progress, Stage
from core.jobs.keeping import halved
from core.jobs.parts import parts_of
from core.jobs.reporting import Report
from core.jobs.runner import run_safely
from core.jobs.scoring import score_all
from core.jobs.spec import StackSpec
from core.jobs.stacking import WEIGHTS, Stacking
from core.jobs.validate import validate
from core.jobs.workshop import entry_encoder
from core.library.entry import problems
from core.library.store import Library
from core.media.clip import read_clip
from tests.core.jobs.recorder import Recorder
from tests.core.library.samples import SCORECARD, manifest
from tests.core.models.pair import digest, disturbed, hurried, starter

FRAMES = 4
SIZES = Sizes({"direct": 2}, {"direct": 1})


def moved(seed: int, amount: float = 0.1) -> Delta:
    """A change as an erasure would leave it."""
    base = starter().encoder
    return halved(delta_between(parameters_of(disturbed(base, amount, seed)), parameters_of(base)))


def filled(root: Path, **changes: Any) -> Library:
    """A library with an erasure of a character and one of an object."""
    library = Library(root)
    for seed, (name, kind) in enumerate((("Pipwick", "character"), ("car", "object"))):
        made = manifest(name, concept=name, kind=kind, **{"base": starter().fingerprint, **changes})
        library.add(made, moved(seed), SCORECARD, {})
    return library


def prepare(library: Library, folder: Path, recorder: Recorder, **given: Any) -> Stacking:
    """The job at the end of its first stage, on hosts that take few steps."""
    spec = validate(StackSpec(("Pipwick", "car"), library=str(library.root), **given))
    assert isinstance(spec, StackSpec)
    job = Stacking(spec, Report(recorder, recorder.cancelled, WEIGHTS), folder)
    with job.report.stage("Open the entries"):
        job.open()
        job.opened = hurried(FRAMES)
    return job


@dataclass
class Done:
    """A finished job, what it said and what it gave."""

    job: Stacking
    recorder: Recorder
    data: dict[str, Any]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The whole job with very few prompts."""
    folder, recorder = tmp_path_factory.mktemp("stacking"), Recorder()
    job = prepare(filled(folder / "library"), folder, recorder, how="sum", name="Both")
    for name, step in (("Stack", job.stack), ("Make the clips", job.film)):
        with job.report.stage(name):
            step()
    with job.report.stage("Judge"):
        hosts = score_all(job.opened, job.erased, job.concepts, SIZES, 0, job.report)
    with job.report.stage("Keep"):
        data = job.keep({"schema": 1, "hosts": hosts})
    return Done(job, recorder, data)


def test_the_stack_is_a_whole_entry_that_says_what_it_is_made_of(done: Done) -> None:
    entry = done.job.library.get(done.data["entry"])
    made = entry.manifest
    assert problems(entry) == []
    assert made is not None
    assert (made.name, made.method, made.preset, made.strength) == ("Both", "stack", "", 1.0)
    assert made.gone == ("Pipwick", "car")
    assert made.base == starter().fingerprint
    assert [(part.name, part.strength) for part in parts_of(made)] == [("Pipwick", 0.9), ("car", 0.9)]
    assert made.settings["how"] == "sum"
    assert entry.thumbnail is not None
    assert entry.scorecard == done.data["scorecard"]


def test_the_kept_change_is_the_weighted_sum_and_the_encoder_that_was_shown(done: Done) -> None:
    library = done.job.library
    entry = library.get(done.data["entry"])
    total, parts = library.load_delta(entry.id), [moved(0), moved(1)]
    for name, value in total.items():
        wanted = 0.9 * sum(np.asarray(part[name], np.float32) for part in parts)
        assert np.allclose(value, wanted, atol=2e-3)
    assert digest(entry_encoder(hurried(), library, entry)) == digest(done.job.erased) != digest(starter().encoder)


def test_it_is_shown_before_and_after_on_the_asked_host_alone(done: Done) -> None:
    entry = done.job.library.get(done.data["entry"])
    assert set(entry.previews) == {"before-animatediff", "after-animatediff"}
    labels = [read_clip(Path(done.data[column])).metadata["encoder"] for column in ("before", "after")]
    assert labels[0] == "original"
    assert labels[1].startswith("Pipwick, car stacked by sum, strength 1, sha256:")
    assert len(done.recorder.pictures()) == 2


def test_a_person_sees_what_happens(done: Done) -> None:
    assert [stage.name for stage in done.recorder.of(Stage)] == list(WEIGHTS)
    assert set(done.data["scorecard"]["seconds"]) == {"generation", "erasure", "evaluation"}


def test_the_scorecard_is_about_everything_that_is_gone(done: Done) -> None:
    facts = done.job._facts()
    assert (facts["concepts"], facts["method"]) == (["Pipwick", "car"], "stack")
    assert facts["settings"] == done.job.settings
    assert facts["artifact_bytes"] == sum(value.nbytes for value in done.job.delta.values())


def test_strengths_that_no_encoder_can_hold_are_refused_in_words(tmp_path: Path) -> None:
    library = filled(tmp_path / "library")
    huge = {name: np.full(value.shape, 6e4, np.float16) for name, value in moved(0).items()}
    for name in ("A", "B"):
        library.add(manifest(name, base=starter().fingerprint, concept="star"), huge, SCORECARD, {})
    recorder = Recorder()
    ended = run_safely(StackSpec(("A", "B"), how="sum", library=str(library.root)), recorder)
    assert isinstance(ended, Failure)
    assert "beyond what an encoder can hold" in ended.why
    assert len(library.entries()) == 4


def test_entries_of_another_encoder_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    library = filled(tmp_path / "library", base="ab" * 32)
    with pytest.raises(LacunaError, match="another text encoder"):
        prepare(library, tmp_path, Recorder())


def test_a_stopped_stack_leaves_nothing_in_the_library(tmp_path: Path) -> None:
    library, recorder = filled(tmp_path / "library"), Recorder(until=Progress)
    torch.manual_seed(0)
    spec = StackSpec(("Pipwick", "car"), library=str(library.root))
    ended = run_safely(spec, recorder, recorder.cancelled)
    assert isinstance(ended, Failure)
    assert ended.kind == "cancelled"
    assert len(library.entries()) == 2
    assert list(library.root.rglob("*.part")) == []
