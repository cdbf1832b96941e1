"""What a running job says; every event is one JSON object with its name under `event`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Stage:
    """A part of the job begins: the `index`-th (from 1) of `count`."""

    event: ClassVar[str] = "stage"
    name: str
    index: int
    count: int


@dataclass(frozen=True)
class Progress:
    """`done` of `total` in the current stage; `seconds_left` for the whole job, None while unknown."""

    event: ClassVar[str] = "progress"
    done: int
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True)
class Preview:
    """A picture to look at while the job runs: base64 of a PNG, and what it shows."""

    event: ClassVar[str] = "preview"
    png: str
    caption: str


@dataclass(frozen=True)
class Metric:
    """A figure along the way, such as the loss or the rate at which the concept is still seen."""

    event: ClassVar[str] = "metric"
    name: str
    step: int
    value: float


@dataclass(frozen=True)
class Log:
    """A line for the log; `level` is debug, info or warning."""

    event: ClassVar[str] = "log"
    level: str
    message: str


@dataclass(frozen=True)
class Result:
    """The job is done. For `erase`: entry, folder, before, after, scorecard, seconds."""

    event: ClassVar[str] = "result"
    job: str
    data: dict[str, Any] = field(default_factory=dict)


CANCELLED = "cancelled"
"""The kind of a Failure that is none: somebody stopped the job. All others are FailureKinds."""


@dataclass(frozen=True)
class Failure:
    """The job ended without a result: what, why, the fix; `kind` is a FailureKind or CANCELLED."""

    event: ClassVar[str] = "failure"
    kind: str
    what: str
    why: str = ""
    fix: str = ""
    traceback: str = ""


Event = Stage | Progress | Preview | Metric | Log | Result | Failure
Emit = Callable[[Event], None]

_EVENTS: dict[str, type[Event]] = {cls.event: cls for cls in (Stage, Progress, Preview, Metric, Log, Result, Failure)}


def to_dict(event: Event) -> dict[str, Any]:
    """JSON-able form."""
    return {"event": event.event, **asdict(event)}


def from_dict(data: dict[str, Any]) -> Event:
    """The event written by `to_dict`; fields of newer versions are dropped."""
    cls = _EVENTS[data["event"]]
    names = {f.name for f in fields(cls)}
    return cls(**{k: v for k, v in data.items() if k in names})


def ends(event: Event) -> bool:
    """Whether nothing follows this event."""
    return isinstance(event, Result | Failure)
