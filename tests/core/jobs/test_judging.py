"""The judge looks at every frame of clips, and remembers what it saw in those of the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.concepts import Kind
from core.errors import InputError, LacunaError
from core.jobs.events import Failure, Progress, Result, Stage
from core.jobs.filming import Reel, Take
from core.jobs.judging import BATCH, seeing
from core.jobs.reporting import Report
from core.jobs.runner import run_safely
from core.jobs.spec import JudgeSpec, from_json, to_json
from core.jobs.validate import validate
from core.jobs.vocabulary import known_concept, words
from core.jobs.workshop import family, judge
from core.library.store import Library
from core.media.beside import about, seen_file
from core.media.clip import read_clip, write_clip, write_picture
from tests.core.jobs.recorder import Recorder
from tests.gui.samples import add_entry, clip

WORLD = words("starter")


def test_clips_with_and_without_the_concept_are_told_apart_frame_by_frame(tmp_path: Path) -> None:
    both = np.concatenate([clip("Pipwick"), clip("critter")])
    path = write_clip(tmp_path / "both.webm", both, 8.0, {}, 4)
    recorder = Recorder()
    ended = run_safely(JudgeSpec((str(path),), ("pipwick",), library=str(tmp_path / "library")), recorder)
    assert isinstance(ended, Result)
    seen = ended.data["frames"][str(path)]
    assert len(seen) == len(both) > BATCH
    assert min(seen[:12]) > 0.8 > 0.2 > max(seen[12:])
    assert ended.data["concept"] == "Pipwick"
    assert not seen_file(path).exists()
    assert [stage.name for stage in recorder.of(Stage)] == ["Open the model", "Judge"]
    assert recorder.of(Progress)[-1].done == 1


def test_what_is_seen_in_the_librarys_clips_is_kept_and_its_entry_stays_sound(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    entry = add_entry(library, tmp_path, "Pipwick", "character", "critter")
    path = entry.previews["before-animatediff"]
    ended = run_safely(JudgeSpec((str(path),), ("Pipwick",), library=str(library.root)), Recorder())
    assert isinstance(ended, Result)
    assert about(path)["seen"] == ended.data["frames"][str(path)]
    assert about(path)["concept"] == "Pipwick"
    assert library.verify(entry.id) == []


def test_any_of_several_concepts_counts_and_pictures_are_clips_of_one_frame(tmp_path: Path) -> None:
    paths = [write_picture(tmp_path / f"{name}.png", clip(name)[6], {}, 4) for name in ("Pipwick", "car", "critter")]
    spec = JudgeSpec(tuple(map(str, paths)), ("Pipwick", "car"), library=str(tmp_path / "library"))
    ended = run_safely(spec, Recorder())
    assert isinstance(ended, Result)
    first, second, third = (values[0] for values in ended.data["frames"].values())
    assert min(first, second) > 0.8
    assert third < 0.2


def test_a_style_is_judged_among_styles() -> None:
    style = WORLD.of_kind(Kind.STYLE)[0]
    eye = seeing("starter", [style, known_concept(WORLD, "Pipwick")])
    assert eye.title == f"{style.name}, Pipwick"
    shown = clip("house", style=style.name)
    assert min(eye.look(shown)) > max(seeing("starter", [WORLD.of_kind(Kind.STYLE)[1]]).look(shown))


def test_probabilities_of_a_ballot_sum_to_one_and_agree_with_the_name() -> None:
    judging = judge("starter")
    ballot = judging.ballot(WORLD, Kind.CHARACTER)
    features = judging.picture_features(clip("car"))
    likely = judging.probabilities(features, ballot)
    assert likely.shape == (12, len(ballot.names))
    assert likely.sum(1).numpy() == pytest.approx(np.ones(12), abs=1e-5)
    assert [ballot.names[k] for k in likely.argmax(1)] == judging.name_features(features, ballot)


def test_a_stopped_judging_says_so_and_a_broken_clip_is_told(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", clip("car"), 8.0, {})
    recorder = Recorder(until=Stage)
    ended = run_safely(JudgeSpec((str(path),), ("car",), library=str(tmp_path)), recorder, recorder.cancelled)
    assert isinstance(ended, Failure)
    assert ended.kind == "cancelled"
    path.write_bytes(b"no clip")
    ended = run_safely(JudgeSpec((str(path),), ("car",), library=str(tmp_path)), Recorder())
    assert isinstance(ended, Failure)
    assert "a.webm" in ended.what


def test_a_spec_survives_json_and_names_each_concept_once(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", clip("car")[0], {})
    spec = validate(JudgeSpec((str(path),), ("an automobile, Pipwick", "car")))
    assert isinstance(spec, JudgeSpec)
    assert spec.concepts == ("car", "Pipwick")
    assert from_json(to_json(spec)) == spec


@pytest.mark.parametrize(
    ("paths", "concepts"), [((), ("car",)), (("none.webm",), ("car",)), ((".",), ()), ((".",), ("x",))]
)
def test_refused(paths: tuple[str, ...], concepts: tuple[str, ...]) -> None:
    with pytest.raises((InputError, LacunaError)):
        validate(JudgeSpec(paths, concepts))


def test_clips_that_a_job_just_made_say_what_is_seen_in_them(tmp_path: Path) -> None:
    opened, eye = family("starter"), seeing("starter", [known_concept(WORLD, "Pipwick")])
    report = Report(Recorder(), lambda: False, {"Film": 1.0})
    reel = Reel(opened, "Pipwick bouncing in a meadow", 3, "animatediff", tmp_path, report, eye)
    reel._keep("before", Take(opened.encoder), opened.host("animatediff"), clip("Pipwick")[None])
    found = read_clip(reel.clips["before-animatediff"])
    assert found.metadata["concept"] == "Pipwick"
    assert len(found.metadata["seen"]) == len(found.frames) == 12
    assert min(found.metadata["seen"]) > 0.8
