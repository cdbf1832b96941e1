"""Keeps what a job says, and cancels it on a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from core.jobs.events import Event, Preview
from core.media.clip import write_picture
from tests.core.erasure.subjects import drawn

Kind = TypeVar("Kind", bound=Event)


@dataclass
class Recorder:
    """An `emit` that remembers; `cancelled` is true from the first event of the type `until` on."""

    until: type[Event] | None = None
    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def cancelled(self) -> bool:
        """Whether the awaited event has come."""
        return self.until is not None and any(isinstance(event, self.until) for event in self.events)

    def pictures(self) -> list[Preview]:
        """The previews of what was made, without those of what was still taking shape."""
        return [preview for preview in self.of(Preview) if not preview.caption.endswith("taking shape")]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The events of one type."""
        return [event for event in self.events if isinstance(event, kind)]


def picture_folder(folder: Path, name: str = "Pipwick", count: int = 3) -> Path:
    """A folder with drawn pictures of a subject, as a person would give it."""
    folder.mkdir()
    for k, frames in enumerate(drawn(name, count)):
        write_picture(folder / f"{k}.png", frames[0], {}, 2)
    return folder
