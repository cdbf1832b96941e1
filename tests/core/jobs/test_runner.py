"""The runner: jobs give results, and whatever goes wrong becomes one Failure that a person can read."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from core.errors import Cancelled, FailureKind, InputError
from core.folders import settings_file
from core.jobs.events import Event, Failure, Log, Progress, Result, Stage, ends
from core.jobs.runner import run, run_safely, tell_of_fallback
from core.jobs.spec import EraseSpec, GenerateSpec, JobSpec, ScoreSpec
from core.library.store import Library
from core.media.clip import read_clip
from core.settings import change
from tests.core.jobs.recorder import Recorder
from tests.core.library.samples import SCORECARD, delta, manifest
from tests.core.models.pair import starter
from tests.models import registered, write_base


def still(tmp_path: Path, name: str = "shown.png", seed: int = 1) -> GenerateSpec:
    """A picture in two steps."""
    return GenerateSpec("Pipwick", host="still", steps=2, seed=seed, out=str(tmp_path / name), library=str(tmp_path))


@pytest.mark.parametrize(
    ("spec", "kind", "words"),
    [
        (EraseSpec("Pipwik"), FailureKind.UNKNOWN_CONCEPT, "Pipwick"),
        (EraseSpec("Pipwick", kind="ghost"), FailureKind.INPUT, "character"),
        (EraseSpec("Pipwick", preset="gentle"), FailureKind.INPUT, "guarded"),
        (EraseSpec("Pipwick", family="nobody"), FailureKind.INPUT, "starter"),
        (GenerateSpec(""), FailureKind.INPUT, "prompt"),
        (GenerateSpec("Pipwick", host="cinema"), FailureKind.INPUT, "text2video"),
        (ScoreSpec("nothing-of-this-name"), FailureKind.INPUT, "There is no library"),
    ],
    ids=str,
)
def test_bad_input_becomes_a_failure_in_words(spec: JobSpec, kind: FailureKind, words: str) -> None:
    recorder = Recorder()
    ended = run_safely(spec, recorder)
    assert isinstance(ended, Failure)
    assert recorder.events == [ended]
    assert ended.kind == kind
    assert words in f"{ended.what} {ended.why} {ended.fix}"


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (MemoryError(), FailureKind.MEMORY, "ran out of memory"),
        (OSError(errno.EIO, "the disk sighs"), FailureKind.INTERNAL, "the disk sighs"),
        (Cancelled(), "cancelled", "cancelled"),
        (InputError("It is odd."), FailureKind.INPUT, "It is odd."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_happens_inside_is_told_and_not_raised(
    tmp_path: Path, error: Exception, kind: str, words: str
) -> None:
    heard: list[Event] = []

    def emit(event: Event) -> None:
        heard.append(event)
        if isinstance(event, Stage):
            raise error

    ended = run_safely(still(tmp_path), emit)
    assert isinstance(ended, Failure)
    assert heard[-1] is ended
    assert ended.kind == kind
    assert words in f"{ended.what} {ended.why}"


def test_run_itself_raises() -> None:
    with pytest.raises(InputError):
        run(GenerateSpec(""), Recorder())


def test_a_picture_is_made_and_the_same_again(tmp_path: Path) -> None:
    recorder = Recorder()
    results = [run(still(tmp_path, f"{k}.png", seed), recorder) for k, seed in enumerate((1, 1, 2))]
    one, same, other = (Path(result.data["path"]).read_bytes() for result in results)
    assert one == same != other
    assert [event for event in recorder.events if ends(event)] == results
    assert {p.total for p in recorder.of(Progress)} == {2}


def test_a_clip_remembers_how_it_was_made(tmp_path: Path) -> None:
    spec = GenerateSpec("a car", host="text2video", steps=1, frames=4, seed=5, out=str(tmp_path / "car.webm"))
    result = run_safely(spec, Recorder())
    assert isinstance(result, Result)
    clip = read_clip(Path(result.data["path"]))
    assert clip.frames.shape[0] == 4
    wanted = {"prompt": "a car", "seed": 5, "host": "text2video", "steps": 1, "encoder": "original"}
    assert {key: clip.metadata[key] for key in wanted} == wanted


def test_without_a_place_the_library_takes_it(tmp_path: Path) -> None:
    result = run(GenerateSpec("a car", host="still", steps=1, library=str(tmp_path)), Recorder())
    assert Path(result.data["path"]).parent == tmp_path / "clips"
    assert Path(result.data["path"]).is_file()


def test_an_entry_for_another_encoder_is_refused(tmp_path: Path) -> None:
    entry = Library(tmp_path).add(manifest(), delta(), SCORECARD, {})
    ended = run_safely(GenerateSpec("a car", host="still", entry=entry.id, library=str(tmp_path)), Recorder())
    assert isinstance(ended, Failure)
    assert ended.kind == FailureKind.DAMAGED
    assert "another text encoder" in ended.what


def test_an_entry_that_does_not_fit_its_own_base_is_refused(tmp_path: Path) -> None:
    entry = Library(tmp_path).add(manifest(base=starter().fingerprint), delta(), SCORECARD, {})
    ended = run_safely(GenerateSpec("a car", host="still", entry=entry.id, library=str(tmp_path)), Recorder())
    assert isinstance(ended, Failure)
    assert ended.kind == FailureKind.DAMAGED
    assert "layer.weight" in ended.why


def test_a_cancelled_measurement_leaves_the_scorecard_as_it_was(tmp_path: Path) -> None:
    entry = Library(tmp_path).add(manifest(base=starter().fingerprint), {}, SCORECARD, {})
    recorder, stages = Recorder(), 2
    ended = run_safely(ScoreSpec(entry.id, library=str(tmp_path)), recorder, lambda: len(recorder.of(Stage)) >= stages)
    assert isinstance(ended, Failure)
    assert ended.kind == "cancelled"
    assert Library(tmp_path).get(entry.id).scorecard == SCORECARD


def test_a_job_that_will_not_fit_is_refused_unless_it_is_to_start_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a computer that has hardly a byte left."""
    root = tmp_path / "models"
    card = registered(root, write_base(tmp_path / "base", "sd1"))
    change(models=str(root))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=2**30, available=2**10))
    spec = GenerateSpec("a hill", family=card.name, host="still", steps=1, library=str(tmp_path))
    try:
        refused = run_safely(spec, Recorder())
        made = run_safely(replace(spec, anyway=True), Recorder())
        bundled = run_safely(still(tmp_path), Recorder())
    finally:
        settings_file().unlink()
    assert isinstance(refused, Failure)
    assert refused.kind == FailureKind.MEMORY
    assert "start it anyway" in refused.fix
    assert isinstance(made, Result)
    assert isinstance(bundled, Result)


@pytest.mark.parametrize(
    ("system", "device", "said"), [("win32", "cuda:0", 1), ("win32", "cpu", 0), ("linux", "cuda:0", 0)]
)
def test_the_drivers_fallback_is_explained_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, system: str, device: str, said: int
) -> None:
    recorder = Recorder()
    monkeypatch.setattr("sys.platform", system)
    tell_of_fallback(device, recorder)
    monkeypatch.undo()
    assert len([log for log in recorder.of(Log) if "graphics memory may be full" in log.message]) == said
