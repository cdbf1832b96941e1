"""The queue's file: what is put down comes back, one owner at a time, and no file that is not understood is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import FailureKind, LacunaError
from core.jobs.queue import KEPT, JobState, QueueFile, Record, pruned, stamp, stops_the_queue, summary
from core.jobs.spec import EraseSpec, JobSpec, ProbeSpec, ShootSpec

PIPWICK = EraseSpec(concept="Pipwick", also=("car",), settings={"learning_rate": 1e-4})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a library."""
    made = tmp_path / "library"
    made.mkdir()
    return made


def kept(root: Path, *records: Record) -> None:
    """Write records as a run does that then ends."""
    file = QueueFile(root, str(root))
    file.open()
    file.write(records)
    file.close()


def found(root: Path, library: str = "") -> tuple[tuple[Record, ...], QueueFile]:
    """What the next run reads, and its file, closed again."""
    file = QueueFile(root, library)
    records = file.open()
    file.close()
    return records, file


def test_what_is_put_down_comes_back(root: Path) -> None:
    waiting = Record(PIPWICK, about="é 🦊 שלום " + "x" * 300)
    failure = {"kind": "memory", "what": "w", "why": "y", "fix": "f"}
    failed = Record(ProbeSpec("x", ("direct",)), state=JobState.FAILED, seconds=3.5, attempts=2, failure=failure)
    done = Record(PIPWICK, state=JobState.DONE, result={"entry": "20260101-pipwick-abcdef"})
    kept(root, waiting, failed, done)
    assert found(root)[0] == (waiting, failed, done)


def test_jobs_follow_their_library_when_its_folder_is_moved(root: Path) -> None:
    kept(root, Record(replace(PIPWICK, library=str(root))))
    moved = shutil.move(root, root.with_name("moved"))
    records, _ = found(Path(moved), str(moved))
    assert records[0].spec.library == str(moved)
    assert str(root) not in Path(moved, "queue.json").read_text("utf-8")


def test_a_job_that_ran_when_its_window_went_away_is_interrupted_and_behind_the_waiting(root: Path) -> None:
    running, waiting = Record(PIPWICK, state=JobState.RUNNING), Record(PIPWICK)
    kept(root, running, waiting)
    records, _ = found(root)
    assert [(r.key, r.state) for r in records] == [
        (waiting.key, JobState.QUEUED), (running.key, JobState.INTERRUPTED),
    ]  # fmt: skip


def test_one_owner_at_a_time(root: Path) -> None:
    first, second = QueueFile(root), QueueFile(root)
    first.open()
    first.write([Record(PIPWICK)])
    assert second.open() == ()
    assert not second.owned
    assert "Another window" in second.note
    second.write([])
    first.close()
    assert len(found(root)[0]) == 1, "the second window has written over the first one's queue"


def test_a_library_that_is_yet_to_be_made_gets_its_queue_with_the_first_job(tmp_path: Path) -> None:
    root = tmp_path / "new" / "library"
    file = QueueFile(root)
    assert file.open() == ()
    assert not root.exists()
    file.write([Record(PIPWICK)])
    assert file.owned
    file.close()
    assert len(found(root)[0]) == 1


def test_a_folder_that_was_removed_is_not_made_again(root: Path) -> None:
    file = QueueFile(root)
    file.open()
    shutil.rmtree(root)
    with pytest.raises(LacunaError) as caught:
        file.write([Record(PIPWICK)])
    assert caught.value.kind is FailureKind.STORAGE
    assert not root.exists()
    file.close()


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    """A good file with something about it that this version cannot know."""

    def apply(text: str) -> str:
        data = json.loads(text)
        change(data)
        return json.dumps(data)

    return apply


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda _text: "",
        lambda _text: "[]",
        lambda _text: "[" * 100_000,
        lambda _text: "\x00" * 100,
        changed(lambda data: data.update(schema=2)),
        changed(lambda data: data.pop("jobs")),
        changed(lambda data: data.update(jobs=[7])),
        changed(lambda data: data["jobs"][0]["spec"].update(job="dream")),
        changed(lambda data: data["jobs"][0]["spec"].update(colour="blue")),
        changed(lambda data: data["jobs"][0].update(state="asleep")),
        changed(lambda data: data["jobs"][0].update(priority=3)),
    ],
)
def test_a_file_that_is_not_understood_stays_as_it_is(root: Path, spoil: Callable[[str], str]) -> None:
    kept(root, Record(PIPWICK))
    path = root / "queue.json"
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    before = path.read_bytes()
    records, file = found(root)
    assert records == ()
    assert file.path.name == "queue-2.json"
    assert "queue.json" in file.note
    assert "queue-2.json" in file.note
    kept(root, Record(PIPWICK))
    assert path.read_bytes() == before
    assert len(found(root)[0]) == 1


def test_a_note_about_another_version_says_so(root: Path) -> None:
    (root / "queue.json").write_text('{"schema": 7, "jobs": []}')
    assert "newer Lacuna" in found(root)[1].note


def over(spec: JobSpec, days: int) -> Record:
    """A job that ended some days ago."""
    return Record(spec, state=JobState.DONE, ended=(datetime.now(UTC) - timedelta(days=days)).isoformat())


def test_old_and_many_ended_jobs_are_forgotten_and_waiting_ones_never() -> None:
    old_waiting = Record(PIPWICK, created="2001-01-01T00:00:00+00:00")
    recent = [over(PIPWICK, 0) for _ in range(KEPT + 20)]
    assert pruned([old_waiting, *recent]) == (old_waiting, *recent[:KEPT])
    assert pruned([over(PIPWICK, 200), old_waiting]) == (old_waiting,)
    assert len(pruned([over(PIPWICK, -40)])) == 1, "a clock that was set back makes nobody lose a job"


def test_a_long_list_of_prompts_is_kept_while_it_waits_and_forgotten_once_it_is_over(root: Path) -> None:
    many = ShootSpec(prompts=tuple(f"{n} " + "word " * 199 for n in range(5_000)))
    kept(root, Record(many), Record(many, state=JobState.DONE, ended=stamp()), over(PIPWICK, 1))
    records, file = found(root)
    assert [r.spec for r in records] == [many, PIPWICK]
    assert file.note == ""


def test_a_span_that_makes_no_sense_is_not_shown(root: Path) -> None:
    kept(root, Record(PIPWICK, state=JobState.DONE, seconds=-4.0))
    assert found(root)[0][0].seconds == 0.0


def test_a_lone_half_of_a_character_does_not_stop_the_queue(root: Path) -> None:
    kept(root, Record(EraseSpec(concept="half \ud83e")))
    assert len(found(root)[0]) == 1


def test_a_summary_holds_the_texts() -> None:
    assert summary({"entry": "x", "scorecard": {"a": 1}, "seconds": {}, "before": "b"}) == {"entry": "x", "before": "b"}


@pytest.mark.parametrize(
    ("kinds", "stops"),
    [
        ([], False),
        (["engine"], False),
        (["engine", "memory"], True),
        (["input", "input"], False),
        (["engine", "", "engine"], False),
        (["", "storage", "storage"], True),
    ],
)
def test_the_queue_stops_when_the_next_job_would_fail_alike(kinds: list[str], stops: bool) -> None:
    assert stops_the_queue(kinds) is stops
