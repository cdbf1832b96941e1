"""`queue`: the jobs that wait in a library, the same as in the window; listed, added, moved, and run here."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from core.cli.commands import Commands, add_command
from core.cli.console import CANCELLED, DONE, FAILED, Console
from core.cli.job_commands import run_job, setting
from core.cli.tables import table
from core.errors import InputError, LacunaError
from core.jobs import events
from core.jobs.batch import Line, checked_lines, read_lines
from core.jobs.events import Event, Failure, Result
from core.jobs.queue import JobState, QueueFile, Record, new_key, stamp, stops_the_queue, summary
from core.jobs.spec import EraseSpec, JobSpec
from core.jobs.titles import title_of
from core.settings import library_folder

_JOB = "a job, by its name in the list or the unique beginning of it"
Records = tuple[Record, ...]


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `queue` and its actions."""
    summary = "Jobs that wait in a library, and what became of the last ones."
    group = commands.add_parser("queue", help="the jobs that wait", description=summary)
    actions = group.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, common, "list", list_jobs, "List the jobs: waiting ones first, in their order.", "--json")
    add_command(actions, common, "run", run, "Run the waiting jobs here, one after the other.", "")
    _add_erasures(actions, common)
    for name, act, summary in (
        ("remove", remove, "Take a job off the list."),
        ("retry", retry, "Queue a job again that failed, was cancelled or was interrupted."),
    ):
        add_command(actions, common, name, act, summary, "3f9c").add_argument("job", metavar="JOB", help=_JOB)
    moving = add_command(actions, common, "move", move, "Put a waiting job at another place in the line.", "3f9c 1")
    moving.add_argument("job", metavar="JOB", help=_JOB)
    moving.add_argument("place", metavar="PLACE", type=int, help="its new place, from 1")
    clearing = add_command(actions, common, "clear", clear, "Forget the jobs that are over.", "--waiting")
    clearing.add_argument("--waiting", action="store_true", help="take the waiting jobs off the list as well")


def _add_erasures(actions: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Queue an erasure for each line of a text file, or none if a line cannot be used."
    adding = add_command(actions, common, "add-erasures", add_erasures, summary, "concepts.txt --preset guarded")
    add = adding.add_argument
    add("file", metavar="FILE", type=Path, help="a text file with a concept a line")
    add("--family", default=EraseSpec.family, help="the model; %(default)s by default")
    add("--preset", default=EraseSpec.preset, help="method and settings by name; %(default)s by default")
    add("--protect", action="append", default=[], metavar="CONCEPT", help="a neighbour to hold; may be repeated")
    add("--host", default=EraseSpec.host, help="who makes the clips; the model's first by default")
    add("--kind", default="", help="of names that the model's word list does not hold")
    add("--set", action="append", default=[], dest="settings", type=setting, metavar="KEY=VALUE",
        help="override a setting of the preset; may be repeated")  # fmt: skip
    add("--full", action="store_true", help="the full scorecards, which take minutes each")


@contextmanager
def _opened(arguments: argparse.Namespace) -> Generator[tuple[QueueFile, Records]]:
    """The queue's file and its records; InputError while a window has it."""
    file = QueueFile(library_folder(arguments.library), arguments.library)
    records = file.open()
    try:
        if file.note and not file.owned:
            fix = "Change the queue there, or close it first."
            raise InputError("The queue is open in a window or another command.", fix=fix)
        yield file, records
    finally:
        file.close()


def _found(records: Records, wanted: str) -> Record:
    fits = [record for record in records if wanted and record.key.startswith(wanted)]
    if len(fits) != 1:
        what = f"{'No job' if not fits else 'More than one job'} is called “{wanted}”."
        raise InputError(what, fix="See the jobs with: queue list")
    return fits[0]


def _told(file: QueueFile, console: Console) -> None:
    if file.note:
        console.warn(file.note)


def list_jobs(arguments: argparse.Namespace, console: Console) -> int:
    """One line or object a job; also while a window has the queue."""
    file = QueueFile(library_folder(arguments.library), arguments.library)
    records = file.peek()
    _told(file, console)
    for record in records:
        console.data({**asdict(record), "title": _title(record)})
    if records:
        console.say(table([("job", "state", "what", "created"), *map(_row, records)]))
    else:
        console.say(f"No job waits in {file.root}.")
    return DONE


def _title(record: Record) -> str:
    return title_of(record.spec, record.about)


def _row(record: Record) -> tuple[str, str, str, str]:
    return record.key[:8], record.state.value, _title(record), record.created.replace("T", " ")[:16]


def add_erasures(arguments: argparse.Namespace, console: Console) -> int:
    """Check every line, then queue them all."""
    pattern = EraseSpec(
        concept="",
        kind=arguments.kind,
        family=arguments.family,
        preset=arguments.preset,
        protect=tuple(arguments.protect),
        host=arguments.host,
        settings=dict(arguments.settings),
        quick=not arguments.full,
        seed=arguments.seed,
        library=arguments.library,
    )
    lines = checked_lines(read_lines(arguments.file), pattern)
    _refuse(arguments.file, lines, console)
    added = tuple(Record(line.spec) for line in lines if line.spec)
    with _opened(arguments) as (file, records):
        line, over = _split(records)
        file.write((*line, *added, *over))
        _told(file, console)
    for record in added:
        console.data({"job": record.key, "title": _title(record)})
    console.say(f"Queued: {len(added)}. Start them with: queue run")
    return DONE


def _refuse(path: Path, lines: list[Line], console: Console) -> None:
    """InputError unless every line can be queued; each wrong one is told."""
    wrong = [line for line in lines if line.error]
    for line in wrong:
        console.warn(f"line {line.number}: {line.error}")
    if wrong:
        what = f"{len(wrong)} of {len(lines)} lines of “{path.name}” cannot be used, and nothing was queued."
        raise InputError(what, fix="Correct them or take them out.")
    if not lines:
        raise InputError(f"“{path.name}” names no concept.", fix="Write a concept a line.")


def _split(records: Iterable[Record]) -> tuple[Records, Records]:
    """The waiting jobs, and those that are over."""
    everything = tuple(records)
    return tuple(r for r in everything if not r.over), tuple(r for r in everything if r.over)


def _change(arguments: argparse.Namespace, console: Console, change: Callable[[Records], Records]) -> int:
    """Write what `change` makes of the records, and say how many wait now."""
    with _opened(arguments) as (file, records):
        _told(file, console)
        changed = change(records)
        file.write(changed)
    console.say(f"Waiting now: {len(_split(changed)[0])}.")
    return DONE


def remove(arguments: argparse.Namespace, console: Console) -> int:
    """Take one job off the list."""

    def without(records: Records) -> Records:
        found = _found(records, arguments.job)
        return tuple(record for record in records if record is not found)

    return _change(arguments, console, without)


def retry(arguments: argparse.Namespace, console: Console) -> int:
    """Queue a job again that is over."""

    def again(records: Records) -> Records:
        found = _found(records, arguments.job)
        if not found.over or found.state is JobState.DONE:
            raise InputError(f"“{_title(found)}” is {found.state}.", fix="Retry one that failed or was interrupted.")
        fresh = Record(found.spec, new_key(), found.about, attempts=found.attempts + 1)
        line, over = _split(records)
        kept = (record for record in over if record is not found or found.state is not JobState.INTERRUPTED)
        return (*line, fresh, *kept)

    return _change(arguments, console, again)


def move(arguments: argparse.Namespace, console: Console) -> int:
    """Put a waiting job at another place."""

    def moved(records: Records) -> Records:
        found = _found(records, arguments.job)
        line, over = _split(records)
        if found not in line or not 1 <= arguments.place <= len(line):
            fix = f"Name a waiting job, and a place from 1 to {len(line)}."
            raise InputError(f"“{_title(found)}” cannot be put at place {arguments.place}.", fix=fix)
        rest = [record for record in line if record is not found]
        rest.insert(arguments.place - 1, found)
        return (*rest, *over)

    return _change(arguments, console, moved)


def clear(arguments: argparse.Namespace, console: Console) -> int:
    """Forget what is over, or everything."""
    return _change(arguments, console, lambda records: () if arguments.waiting else _split(records)[0])


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Run what waits; a failure does not stop the line, but two of the engine, memory or disk in a row do."""
    kinds: list[str] = []
    with _opened(arguments) as (file, records):
        _told(file, console)
        line, over = map(list, _split(records))
        while line and not stops_the_queue(kinds) and events.CANCELLED not in kinds:
            record = replace(line[0], state=JobState.RUNNING, started=stamp())
            file.write((record, *line[1:], *over))
            console.say(f"\n{_title(record)}")
            over.insert(0, _finished(record, console))
            del line[0]
            kinds.append(over[0].failure.get("kind", ""))
            file.write((*line, *over))
    failed = sum(bool(kind) for kind in kinds)
    console.say(f"\n{len(kinds) - failed} done, {failed} failed, {len(line)} waiting.")
    return CANCELLED if events.CANCELLED in kinds else FAILED if failed else DONE


def _finished(record: Record, console: Console) -> Record:
    began = time.monotonic()
    end = _run(record.spec, console)
    done = replace(record, ended=stamp(), seconds=time.monotonic() - began)
    if isinstance(end, Failure):
        state = JobState.CANCELLED if end.kind == events.CANCELLED else JobState.FAILED
        told = {"kind": end.kind, "what": end.what, "why": end.why, "fix": end.fix}
        return replace(done, state=state, failure=told)
    assert isinstance(end, Result)
    return replace(done, state=JobState.DONE, result=summary(end.data))


def _run(spec: JobSpec, console: Console) -> Event:
    try:
        return run_job(spec, console)
    except LacunaError as error:
        failure = Failure(error.kind, error.what, error.why, error.fix)
        console.emit(failure)
        return failure
