"""Where a command speaks: lines for a person, or one JSON object a line for a program."""

from __future__ import annotations

import json
import sys
from typing import Any

from core.errors import FailureKind
from core.jobs import events
from core.jobs.events import Event, Failure, Log, Progress, Stage, to_dict

DONE, WRONG_INPUT, FAILED, CANCELLED = 0, 2, 3, 130
"""Exit statuses."""
_WRONG_INPUT = (FailureKind.INPUT, FailureKind.UNKNOWN_CONCEPT, FailureKind.DAMAGED)
_BAR = 24
_KEPT = "\n\u200d"
"""What shows nothing itself: the end of a line, and what joins pictures of characters to one."""


def status_of(event: Event) -> int:
    """The exit status for a job's last event."""
    if not isinstance(event, Failure):
        return DONE
    if event.kind == events.CANCELLED:
        return CANCELLED
    return WRONG_INPUT if event.kind in _WRONG_INPUT else FAILED


def visible(text: str) -> str:
    """The text without what would steer a terminal, such as escapes and marks that turn the direction of writing."""
    return "".join(letter if letter.isprintable() or letter in _KEPT else " " for letter in text)


def one_line(*parts: str) -> str:
    """The parts joined, with every line break and run of spaces made one space."""
    return " ".join(visible(" ".join(parts)).split())


class Console:
    """Speaks to a person, or with `as_json` to a program; warnings and failures go to stderr in both cases."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._bar_shown = False

    def say(self, text: str) -> None:
        """A line for a person; a program does not see it."""
        if not self.as_json:
            self._end_bar()
            print(visible(text), flush=True)

    def data(self, value: dict[str, Any]) -> None:
        """An object for a program; a person does not see it."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False), flush=True)

    def warn(self, *parts: str) -> None:
        """One line on stderr."""
        self._end_bar()
        print(one_line("lacuna:", *parts), file=sys.stderr, flush=True)

    def emit(self, event: Event) -> None:
        """Tell what a job says. Pictures and curves are for programs and the window only."""
        self.data(to_dict(event))
        match event:
            case Stage():
                self.say(f"[{event.index}/{event.count}] {event.name}")
            case Progress():
                self._show_bar(event)
            case Log(level="debug"):
                pass
            case Log():
                self.warn(event.message)
            case Failure():
                self.warn(event.what, event.why, event.fix)
            case _:
                pass

    def _show_bar(self, event: Progress) -> None:
        if self.as_json or not sys.stderr.isatty():
            return
        share = min(1.0, event.done / max(1, event.total))
        bar = ("█" * round(_BAR * share)).ljust(_BAR, "·")
        left = "" if event.seconds_left is None else f"  {event.seconds_left:.0f} s left"
        sys.stderr.write(f"\r\x1b[K      {bar} {event.done}/{event.total}{left}")
        sys.stderr.flush()
        self._bar_shown = True

    def _end_bar(self) -> None:
        if self._bar_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._bar_shown = False
