"""The queue on disk: what was asked for and what became of it, one JSON file a library, kept across restarts."""

from __future__ import annotations

import errno
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from core.errors import FailureKind, LacunaError
from core.files import atomic_write_bytes, is_plain_file, parse_object, storage_error
from core.i18n import tr
from core.jobs.spec import JobSpec, from_json, to_json
from core.schema import Newer, require_known

SCHEMA = 1
KEPT, KEPT_DAYS = 200, 183
"""Ended jobs that are remembered at most, and for how many days."""
SPEC_LIMIT, FILE_LIMIT = 64_000, 64_000_000
"""Characters of a spec above which a job is forgotten once it is over; bytes of a file above which it is not read."""
_NAMES = ("queue.json", *(f"queue-{number}.json" for number in range(2, 100)))
_LOCK = "queue.lock"
_STOPPING = (FailureKind.ENGINE, FailureKind.MEMORY, FailureKind.STORAGE)
_TOLD = ("kind", "what", "why", "fix")
_PLAIN = {**dict.fromkeys(("key", "about", "created", "started", "ended"), str), "attempts": int, "result": dict}
"""What the fields of a record must be that nothing else checks."""


class JobState(StrEnum):
    """Where a job is in its life; `interrupted` ran when its window or command went away."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


_LINE = (JobState.RUNNING, JobState.QUEUED)


def new_key() -> str:
    """A name for a job that no other has."""
    return secrets.token_hex(8)


def stamp() -> str:
    """The time now, in UTC, as the file holds it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Record:
    """One job as it is remembered. `seconds` come from a monotonic clock; the other times are UTC and only told.

    `about` is the name of the entry a job looks at, `attempts` how often it was tried, `failure` has `kind`, `what`,
    `why` and `fix`, and `result` those values of the result that are texts, such as `entry`.
    """

    spec: JobSpec
    key: str = field(default_factory=new_key)
    about: str = ""
    state: JobState = JobState.QUEUED
    created: str = field(default_factory=stamp)
    started: str = ""
    ended: str = ""
    seconds: float = 0.0
    attempts: int = 1
    result: Mapping[str, str] = field(default_factory=dict)
    failure: Mapping[str, str] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state not in _LINE


def summary(data: Mapping[str, Any]) -> dict[str, str]:
    """What is remembered of a result: its texts."""
    return {key: value for key, value in data.items() if isinstance(value, str)}


def unsaved(error: LacunaError) -> str:
    """What a person is told while the disk does not take the queue's file."""
    return f"{tr('The list of jobs is not saved.')} {error}"


def stops_the_queue(kinds: Sequence[str]) -> bool:
    """Whether the queue should wait for a person, by the failures of the latest jobs, newest last.

    Twice in a row the engine, the memory or the disk: the jobs behind would fail alike.
    """
    return len(kinds) >= 2 and all(kind in _STOPPING for kind in kinds[-2:])


def pruned(records: Iterable[Record], now: datetime | None = None) -> tuple[Record, ...]:
    """The records without ended jobs that are too many, too old or too large; the newest of them come first."""
    oldest = ((now or datetime.now(UTC)) - timedelta(days=KEPT_DAYS)).isoformat(timespec="seconds")
    kept: list[Record] = []
    ended = 0
    for record in records:
        if record.over:
            ended += 1
            if ended > KEPT or len(to_json(record.spec)) > SPEC_LIMIT or (record.ended or record.created) < oldest:
                continue
        kept.append(record)
    return tuple(kept)


def _to_dict(record: Record) -> dict[str, Any]:
    """The spec is kept without its library: the file lies in it, and both may be moved."""
    data = {name: getattr(record, name) for name in Record.__dataclass_fields__}
    spec = json.loads(to_json(replace(record.spec, library="")))
    return {**data, "spec": spec, "result": dict(record.result), "failure": dict(record.failure)}


def _from_dict(data: dict[str, Any], library: str) -> Record:
    spec = replace(from_json(json.dumps(data.pop("spec"))), library=library)
    failure = {key: str(data["failure"].get(key, "")) for key in _TOLD} if data.get("failure") else {}
    data = {**data, "failure": failure, "seconds": max(0.0, float(data.get("seconds", 0.0)))}
    made = Record(spec, **{**data, "state": JobState(data.get("state", "queued"))})
    if not all(isinstance(getattr(made, name), kind) for name, kind in _PLAIN.items()):
        raise TypeError
    return replace(made, result=summary(made.result))


def _interrupted(record: Record) -> Record:
    return replace(record, state=JobState.INTERRUPTED) if record.state is JobState.RUNNING else record


def _parse(path: Path, library: str) -> tuple[Record, ...]:
    """The records of a file; ValueError says why it cannot be used."""
    if not is_plain_file(path):
        raise ValueError(tr("it is not a plain file"))
    try:
        data = parse_object(path.read_bytes() if path.stat().st_size <= FILE_LIMIT else b"")
    except OSError as error:
        raise ValueError(error.strerror) from None
    require_known(data, SCHEMA)
    try:
        found = tuple(_from_dict(dict(entry), library) for entry in data["jobs"])
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError, LacunaError):
        raise ValueError(tr("it holds jobs that this version does not know")) from None
    return found


def _left(name: str, error: ValueError) -> str:
    """What a person is told of a file that is not used."""
    left = tr("“{name}” cannot be used: {why}. It was left as it is.", name=name, why=error)
    return f"{left} {tr('Update Lacuna to see its jobs.')}" if isinstance(error, Newer) else left


class QueueFile:
    """The file of one library. Whoever opens it first owns it until `close`; others read and write nothing.

    `library` is what the specs of its jobs name as their library. `note` tells a person what is unusual.
    """

    def __init__(self, root: Path, library: str = "") -> None:
        self.root, self.library = root, library
        self.path = root / _NAMES[0]
        self.owned, self.note = False, ""
        self._lock = FileLock(root / _LOCK, thread_local=False)
        self._seen = False

    def open(self) -> tuple[Record, ...]:
        """Own the file, and read what it remembers; a job that ran when its window went away is interrupted now.

        A file that cannot be read is left as it is, and another name is used from here on.
        """
        if not self.root.is_dir() or not self._own():
            return ()
        found = tuple(map(_interrupted, self._read()))
        return (*(r for r in found if not r.over), *(r for r in found if r.over))

    def peek(self) -> tuple[Record, ...]:
        """What the file remembers, whoever owns it; a running job is still running there."""
        return self._read()

    def _own(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self.note = tr(
                "Another window or command has the queue of this library. Jobs that you start here run, and are "
                "forgotten when this window closes."
            )
            return False
        except OSError as error:
            self.note = unsaved(storage_error(self.root, error))
            return False
        self.owned = self._seen = True
        return True

    def _read(self) -> tuple[Record, ...]:
        first = ""
        for name in _NAMES:
            self.path = self.root / name
            try:
                found = _parse(self.path, self.library) if self.path.exists() else ()
            except ValueError as error:
                first = first or _left(name, error)
                continue
            if first:
                self.note = f"{first} {tr('This queue is kept in “{name}”.', name=name)}"
            return found
        raise LacunaError(FailureKind.STORAGE, first, fix=tr("Move the queue files out of the library's folder."))

    def write(self, records: Iterable[Record]) -> None:
        """Put the records down whole; does nothing for who does not own the file. Raises LacunaError(STORAGE)."""
        if self._seen and not self.root.is_dir():
            raise storage_error(self.root, FileNotFoundError(errno.ENOENT, "No such folder"))
        if not self.owned and not self._first_time():
            return
        data = {"schema": SCHEMA, "saved": stamp(), "jobs": [_to_dict(record) for record in pruned(records)]}
        atomic_write_bytes(self.path, json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace"))

    def _first_time(self) -> bool:
        """Own the file of a library whose folder did not exist when it was opened."""
        if self._seen or self.note:
            return False
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(self.root, error) from error
        return self._own()

    def close(self) -> None:
        """Let others own the file."""
        self._lock.release()
        self.owned = False
