"""`queue`: the window's queue from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.app import main
from core.jobs.queue import JobState, QueueFile, Record
from core.jobs.spec import EraseSpec, GenerateSpec

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The library's folder."""
    return tmp_path / "library"


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `queue …` and give status, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["queue", *arguments, "--library", str(root)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def kept(root: Path) -> tuple[Record, ...]:
    """What the file remembers."""
    return QueueFile(root).peek()


def put(root: Path, *records: Record) -> None:
    """Write records."""
    file = QueueFile(root, str(root))
    file.open()
    file.write(records)
    file.close()


def concepts(root: Path) -> list[str]:
    """The concepts of the jobs, in order."""
    return [record.spec.concept for record in kept(root) if isinstance(record.spec, EraseSpec)]


def listed(tmp_path: Path, *lines: str) -> str:
    """A text file."""
    path = tmp_path / "list.txt"
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def test_a_good_list_is_queued_in_order(run: Run, root: Path, tmp_path: Path) -> None:
    status, said, _ = run("add-erasures", listed(tmp_path, "Pipwick", "# more", "car"), "--preset", "instant")
    assert status == 0
    assert "Queued: 2" in said
    run("add-erasures", listed(tmp_path, "star"))
    assert concepts(root) == ["Pipwick", "car", "star"]
    status, said, _ = run("list")
    assert said.splitlines()[1].split()[1:4] == ["queued", "Erase", "Pipwick"]


@pytest.mark.parametrize("lines", [("Pipwick", "Nobody"), ("Pipwick", "Pipwick"), ("", "# nothing")])
def test_a_list_with_a_wrong_line_queues_nothing(run: Run, root: Path, tmp_path: Path, lines: tuple[str, ...]) -> None:
    status, _, said = run("add-erasures", listed(tmp_path, *lines))
    assert status == 2
    assert "list.txt" in said
    assert kept(root) == ()


def test_jobs_are_moved_removed_and_cleared(run: Run, root: Path) -> None:
    jobs = [Record(EraseSpec(name), key=name[0] * 16) for name in ("aa", "bb", "cc")]
    put(root, *jobs, Record(EraseSpec("dd"), key="d" * 16, state=JobState.FAILED))
    assert run("move", "ccc", "1")[0] == 0
    assert concepts(root) == ["cc", "aa", "bb", "dd"]
    assert run("remove", "aaa")[0] == 0
    assert concepts(root) == ["cc", "bb", "dd"]
    assert run("retry", "ddd")[0] == 0
    assert concepts(root) == ["cc", "bb", "dd", "dd"]
    assert run("clear")[0] == 0
    assert concepts(root) == ["cc", "bb", "dd"]
    assert run("clear", "--waiting")[0] == 0
    assert kept(root) == ()
    assert "No job waits" in run("list")[1]


@pytest.mark.parametrize(
    "arguments", [("remove", "zz"), ("remove", ""), ("move", "a", "3"), ("move", "a", "0"), ("retry", "a")]
)
def test_what_does_not_fit_is_wrong_input(run: Run, root: Path, arguments: tuple[str, ...]) -> None:
    put(root, Record(EraseSpec("aa"), key="ab12"), Record(EraseSpec("cc"), key="cd34"))
    assert run(*arguments)[0] == 2
    assert concepts(root) == ["aa", "cc"]


def test_an_interrupted_job_is_queued_again_in_its_own_place(run: Run, root: Path) -> None:
    put(root, Record(EraseSpec("aa"), key="ab12", state=JobState.RUNNING))
    assert run("retry", "ab")[0] == 0
    (record,) = kept(root)
    assert (record.state, record.attempts) == (JobState.QUEUED, 2)


def test_a_queue_that_a_window_has_is_listed_and_not_changed(run: Run, root: Path) -> None:
    put(root, Record(EraseSpec("aa"), key="ab12"))
    window = QueueFile(root)
    window.open()
    assert "Erase aa" in run("list")[1]
    status, _, said = run("remove", "ab12")
    assert status == 2
    assert "open in a window" in said
    window.close()


def test_a_file_of_another_version_is_told_and_left(run: Run, root: Path, tmp_path: Path) -> None:
    root.mkdir()
    (root / "queue.json").write_text('{"schema": 99}')
    assert "newer Lacuna" in run("add-erasures", listed(tmp_path, "car"))[2]
    assert (root / "queue.json").read_text() == '{"schema": 99}'
    assert (root / "queue-2.json").exists()


def test_the_line_is_run_and_goes_on_behind_a_failure(run: Run, root: Path, tmp_path: Path) -> None:
    wrong, still = EraseSpec("Nobody"), GenerateSpec("a hill", host="still", steps=2, out=str(tmp_path / "hill.png"))
    put(root, Record(wrong), Record(still))
    status, said, warned = run("run", "--json")
    assert status == 3
    assert "Nobody" in warned
    assert [json.loads(line)["event"] for line in said.splitlines()][-1] == "result"
    assert (tmp_path / "hill.png").exists()
    done, failed = kept(root)
    assert (done.state, failed.state) == (JobState.DONE, JobState.FAILED)
    assert failed.failure["kind"] == "unknown_concept"
    assert done.result["path"].endswith("hill.png")
    assert done.seconds > 0
