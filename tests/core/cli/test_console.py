"""What a person and a program are told, and how a command's end becomes an exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from core.cli.console import Console, one_line, status_of
from core.errors import FailureKind
from core.jobs.events import Event, Failure, Log, Metric, Preview, Progress, Result, Stage, to_dict

EVENTS: tuple[Event, ...] = (
    Stage("Erasing", 2, 5),
    Progress(3, 9, 12.0),
    Preview("aGk=", "step 3"),
    Metric("loss", 3, 0.5),
    Log("warning", "the prompt is long"),
    Result("erase", {"entry": "one"}),
)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FailureKind.INPUT, 2),
        (FailureKind.UNKNOWN_CONCEPT, 2),
        (FailureKind.DAMAGED, 2),
        (FailureKind.STORAGE, 3),
        (FailureKind.MEMORY, 3),
        (FailureKind.ENGINE, 3),
        (FailureKind.INTERNAL, 3),
        ("cancelled", 130),
    ],
)
def test_exit_status_of_a_failure(kind: str, status: int) -> None:
    assert status_of(Failure(kind, "It went wrong.")) == status


def test_exit_status_of_a_result_is_zero() -> None:
    assert status_of(Result("erase")) == 0


def test_a_program_reads_every_event_as_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(as_json=True)
    for event in EVENTS:
        console.emit(event)
    console.say("for people only")
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [to_dict(event) for event in EVENTS]


def test_a_person_reads_stages_on_stdout_and_warnings_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(as_json=False)
    for event in EVENTS:
        console.emit(event)
    told = capsys.readouterr()
    assert told.out == "[2/5] Erasing\n"
    assert told.err == "lacuna: the prompt is long\n"


def test_debug_lines_are_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Console(as_json=False).emit(Log("debug", "tensor shapes"))
    assert capsys.readouterr() == ("", "")


def test_a_failure_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    Console(as_json=False).emit(Failure("input", "No such\nthing.", "", "Choose\t another."))
    assert capsys.readouterr().err == "lacuna: No such thing. Choose another.\n"


def test_one_line_leaves_out_empty_parts() -> None:
    assert one_line("a", "", " b\n") == "a b"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_shows_a_bar_that_the_next_line_clears() -> None:
    code = (
        "from core.cli.console import Console; from core.jobs.events import Progress, Stage\n"
        "console = Console(as_json=False)\n"
        "console.emit(Progress(12, 24, 30.4)); console.emit(Stage('Judge', 2, 2))"
    )
    master, slave = os.openpty()
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=slave, check=True)
    os.close(slave)
    shown = os.read(master, 4096).decode()
    os.close(master)
    assert shown == f"\r\x1b[K      {'█' * 12}{'·' * 12} 12/24  30 s left\r\x1b[K"


def test_text_from_outside_does_not_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(as_json=False)
    console.say("a\x1b[31mb\u202ec\n👩\u200d💻")
    console.warn("a\x1b[31mb")
    told = capsys.readouterr()
    assert told.out == "a [31mb c\n👩\u200d💻\n"
    assert told.err == "lacuna: a [31mb\n"
