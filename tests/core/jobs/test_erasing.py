"""The main job on the starter pair, stage by stage and in small: what it makes, keeps, refuses and leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.concepts import world
from core.errors import Cancelled, FailureKind, InputError
from core.evaluation.scorecard import Sizes
from core.jobs.erasing import Erasure
from core.jobs.estimate import WEIGHTS
from core.jobs.events import Failure, Log, Metric, Preview, Progress, Stage
from core.jobs.reporting import Report
from core.jobs.runner import run_safely
from core.jobs.scoring import score_all
from core.jobs.spec import EraseSpec
from core.jobs.validate import validate
from core.jobs.workshop import entry_encoder
from core.library.entry import problems
from core.library.naming import clean_name
from core.library.store import Library
from core.media.clip import read_clip
from tests.core.jobs.recorder import Recorder, picture_folder
from tests.core.models.pair import digest, hurried

FRAMES = 4

SETTINGS = {"steps": 2, "batch": 2, "prompts": 4, "retain_prompts": 8}
SIZES = Sizes({"direct": 1, "neighbours": 1}, {"direct": 1})


@dataclass
class Done:
    """A finished job, what it said and what it gave."""

    job: Erasure
    recorder: Recorder
    data: dict[str, Any]


def prepare(tmp_path: Path, recorder: Recorder, **given: Any) -> Erasure:
    """The job at the end of its first stage, on hosts that take few steps."""
    usual = {"concept": "Pipwick", "library": str(tmp_path / "library"), "settings": SETTINGS}
    wanted = EraseSpec(**{**usual, **given})
    spec = validate(wanted)
    assert isinstance(spec, EraseSpec)
    folder = tmp_path / "work"
    folder.mkdir()
    job = Erasure(spec, Report(recorder, recorder.cancelled, WEIGHTS), folder)
    with job.report.stage("Open the model"):
        job.open()
        job.opened = hurried(FRAMES)
    return job


def through(job: Erasure, *names: str) -> None:
    """The named stages."""
    stages = zip(WEIGHTS, (job.open, job.picture, job.before, job.erase, job.after), strict=False)
    for name, stage in stages:
        if name in names:
            with job.report.stage(name):
                stage()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The whole job with the person's own pictures and very few prompts."""
    tmp_path, recorder = tmp_path_factory.mktemp("erasing"), Recorder()
    job = prepare(tmp_path, recorder, images=str(picture_folder(tmp_path / "mine")), synonyms=("Pip",))
    through(job, *list(WEIGHTS)[1:5])
    with job.report.stage("Judge"):
        hosts = score_all(job.opened, job.erased, job.concepts, SIZES, job.spec.seed, job.report)
    with job.report.stage("Keep"):
        data = job.keep({"schema": 1, "hosts": hosts})
    return Done(job, recorder, data)


def test_the_entry_is_whole_and_says_how_it_was_made(done: Done) -> None:
    entry = done.job.library.get(done.data["entry"])
    assert problems(entry) == []
    assert entry.manifest is not None
    assert (entry.manifest.concept, entry.manifest.kind, entry.manifest.method) == ("Pipwick", "character", "guarded")
    assert entry.manifest.base == hurried().fingerprint
    assert entry.manifest.settings == SETTINGS
    assert entry.scorecard == done.data["scorecard"]
    assert entry.thumbnail is not None


def test_the_kept_encoder_is_the_one_that_was_shown_and_judged(done: Done) -> None:
    entry = done.job.library.get(done.data["entry"])
    assert digest(entry_encoder(hurried(), done.job.library, entry)) == digest(done.job.erased)
    assert digest(done.job.erased) != digest(hurried().encoder)
    assert digest(entry_encoder(hurried(), done.job.library, entry, strength=0.0)) == digest(hurried().encoder)


def test_each_video_host_shows_before_after_and_the_negative_prompt(done: Done) -> None:
    entry = done.job.library.get(done.data["entry"])
    columns, hosts = ("before", "negative", "after"), ("animatediff", "text2video")
    assert set(entry.previews) == {f"{column}-{host}" for column in columns for host in hosts}
    clips = {name: read_clip(path) for name, path in entry.previews.items()}
    assert {clip.frames.shape[0] for clip in clips.values()} == {FRAMES}
    assert {clip.metadata["seed"] for clip in clips.values()} == {0}
    assert clips["before-text2video"].metadata["encoder"] == "original"
    assert clips["after-text2video"].metadata["encoder"].startswith("Pipwick erased by ")
    assert "sha256:" in clips["after-text2video"].metadata["encoder"]
    assert clips["after-text2video"].metadata["base"] == hurried().fingerprint
    assert clips["negative-animatediff"].metadata["negative_prompt"] == "Pipwick"
    assert Path(done.data["before"]) == entry.previews["before-animatediff"]
    assert Path(done.data["after"]) == entry.previews["after-animatediff"]


def test_a_person_sees_what_happens(done: Done) -> None:
    assert [stage.name for stage in done.recorder.of(Stage)] == list(WEIGHTS)
    assert {metric.name for metric in done.recorder.of(Metric)} == {"loss", "seen", "kept"}
    assert next(metric.step for metric in done.recorder.of(Metric) if metric.name == "loss") == 1
    assert len(done.recorder.pictures()) == 5  # the pictures, before, two looks, after
    assert set(done.data["seconds"]) == {*WEIGHTS} - {"Keep"}
    assert set(done.data["scorecard"]["seconds"]) == {"generation", "erasure", "evaluation"}


def test_given_names_and_pictures_are_used(done: Done) -> None:
    assert "Pip" in done.job.concepts[0].synonyms
    assert len(done.job.targets[0].latents) == 3


def test_without_choosing_the_last_checkpoint_is_kept_as_it_is(tmp_path: Path) -> None:
    images = str(picture_folder(tmp_path / "mine"))
    job = prepare(tmp_path, Recorder(), preset="paper", settings={"epochs": 1}, images=images)
    through(job, "Make the pictures", "Erase")
    assert (job.kept.step, job.kept.strength) == (2, 1.0)
    assert {value.dtype for value in job.half().values()} == {np.dtype(np.float16)}


def test_the_same_spec_learns_from_the_same(tmp_path: Path) -> None:
    images, jobs = str(picture_folder(tmp_path / "mine")), []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        jobs.append(prepare(tmp_path / name, Recorder(), images=images))
        through(jobs[-1], "Make the pictures")
    assert torch.equal(jobs[0].targets[0].latents, jobs[1].targets[0].latents)
    assert torch.equal(jobs[0].generator.get_state(), jobs[1].generator.get_state())


def test_a_cancel_in_mid_erasure_leaves_nothing_in_the_library(tmp_path: Path) -> None:
    recorder = Recorder(until=Metric)
    job = prepare(tmp_path, recorder, images=str(picture_folder(tmp_path / "mine")))
    with pytest.raises(Cancelled):
        through(job, "Make the pictures", "Erase")
    assert [metric.name for metric in recorder.of(Metric)] == ["loss"]
    assert job.library.entries() == []


def test_a_cancelled_job_ends_with_that_word_and_keeps_nothing(tmp_path: Path) -> None:
    recorder = Recorder(until=Progress)
    images, library = str(picture_folder(tmp_path / "mine")), tmp_path / "library"
    spec = EraseSpec("Pipwick", library=str(library), settings=SETTINGS, images=images)
    ended = run_safely(spec, recorder, recorder.cancelled)
    assert isinstance(ended, Failure)
    assert ended.kind == "cancelled"
    assert recorder.events[-1] is ended
    assert Library(library).entries() == []
    assert list(library.rglob("*.part")) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"speed": 1}, "no setting “speed”"), ({"images": "four"}, "“images” cannot be"), ({"steps": 0}, "1 or more")],
)
def test_wrong_settings_are_refused_before_anything_is_made(
    tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    recorder = Recorder()
    spec = EraseSpec("Pipwick", library=str(tmp_path), settings=settings)
    ended = run_safely(spec, recorder)
    assert isinstance(ended, Failure)
    assert ended.kind == FailureKind.INPUT
    assert words in f"{ended.what} {ended.fix}"
    assert [stage.name for stage in recorder.of(Stage)] == ["Open the model"]


def test_an_erasure_that_runs_away_is_stopped_in_words(tmp_path: Path) -> None:
    images = str(picture_folder(tmp_path / "mine"))
    given = {"learning_rate": 1e30, "epochs": 3}
    job = prepare(tmp_path, Recorder(), preset="few_shot", settings=given, images=images)
    with pytest.raises(InputError, match=r"ran away at step.*smaller learning rate"):
        through(job, "Make the pictures", "Erase")


def test_an_erasure_that_runs_away_later_keeps_its_best_checkpoint(tmp_path: Path) -> None:
    images, recorder = str(picture_folder(tmp_path / "mine")), Recorder()
    given = {"learning_rate": 3e2, "epochs": 6, "batch": 1}
    job = prepare(tmp_path, recorder, preset="few_shot", settings=given, images=images)
    job.preset = replace(job.preset, choose=True)
    through(job, "Make the pictures", "Erase")
    warnings = [log.message for log in recorder.of(Log) if log.level == "warning"]
    assert any("ran away" in text and f"step {job.kept.step} is kept" in text for text in warnings)


def test_an_erasure_goes_on_from_an_entry_and_knows_all_that_is_gone(done: Done, tmp_path: Path) -> None:
    library, start, images = done.job.spec.library, done.data["entry"], str(picture_folder(tmp_path / "mine"))
    job = prepare(tmp_path, Recorder(), concept="car", library=library, start=start, images=images)
    through(job, "Make the pictures")
    assert [target.concept.name for target in job.targets] == ["car"]
    assert digest(job.start) == digest(done.job.erased)
    through(job, "Erase")
    entry = job.library.add(job._manifest({}), job.half(), {"schema": 1}, {})
    assert entry.manifest is not None
    assert entry.manifest.gone == ("Pipwick", "car")
    assert entry.manifest.start == start
    assert job.negative == "Pipwick, a car"


@pytest.mark.parametrize(
    ("preset", "settings"),
    [
        ("instant", {"steps": 1, "pool": 4, "retain_pool": 8, "prompts": 2, "retain_prompts": 4}),
        ("closed_form", {"layers": 1, "prompts": 4, "retain_prompts": 8}),
    ],
)
def test_a_method_without_pictures_makes_none_and_says_where_it_leads(
    tmp_path: Path, preset: str, settings: dict[str, Any]
) -> None:
    recorder = Recorder()
    job = prepare(tmp_path, recorder, preset=preset, settings=settings)
    job.preset = replace(job.preset, choose=False)
    through(job, "Make the pictures")
    assert recorder.of(Preview) == []
    assert job.targets[0].latents.numel() == 0
    through(job, "Erase")
    assert "Pipwick is led to a critter" in [log.message for log in recorder.of(Log)]
    assert job.kept.delta


def test_a_folder_that_a_method_does_not_look_at_is_said_to_be_unread(tmp_path: Path) -> None:
    recorder = Recorder()
    job = prepare(tmp_path, recorder, preset="instant", settings={}, images=str(picture_folder(tmp_path / "mine")))
    through(job, "Make the pictures")
    assert [log.message for log in recorder.of(Log)] == ["“Instant” needs no pictures: yours were not read."]
    assert job.targets[0].latents.numel() == 0


def test_an_erasure_of_many_concepts_has_a_name_the_library_takes(tmp_path: Path) -> None:
    others = tuple(concept.name for concept in world("starter").concepts[1:-1])
    job = prepare(tmp_path, Recorder(), also=others)
    assert len(job.concepts) == 1 + len(others)
    assert clean_name(job.name) == job.name
