"""What can be done about a failed job, by the kind of its failure: each remedy is a button."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import FailureKind
from core.i18n import tr
from core.jobs.spec import EraseSpec
from core.settings import MEMORY
from gui.state.jobs import Job


@dataclass(frozen=True)
class Remedy:
    """One way out: its lasting name, the words of its button and its icon."""

    key: str
    title: str
    sign: str


_ALL = {
    remedy.key: remedy
    for remedy in (
        Remedy("retry", tr("Retry"), "retry"),
        Remedy("leaner", tr("Retry with less memory"), "memory"),
        Remedy("anyway", tr("Erase it anyway"), "erase"),
        Remedy("edit", tr("Change the settings"), "rename"),
        Remedy("folder", tr("Choose another folder"), "library"),
        Remedy("library", tr("Open the library"), "library"),
        Remedy("log", tr("Open the log"), "info"),
    )
}
# What a person has to change first is not offered to be tried again as it is.
_FOR: dict[str, tuple[str, ...]] = {
    FailureKind.INPUT: ("edit",),
    FailureKind.UNKNOWN_CONCEPT: ("edit", "anyway"),
    FailureKind.DAMAGED: ("library", "retry"),
    FailureKind.STORAGE: ("folder", "retry"),
    FailureKind.MEMORY: ("leaner", "retry", "edit"),
    FailureKind.ENGINE: ("retry", "leaner", "log"),
    FailureKind.INTERNAL: ("retry", "log"),
}


def leaner(memory: str) -> str:
    """The memory setting below this one; empty where there is none."""
    below = {"auto": MEMORY[1], "balanced": MEMORY[1], "high": MEMORY[2]}
    return below.get(memory, "")


def remedies(job: Job, memory: str) -> list[Remedy]:
    """What to offer for a failed job, the likeliest first; `memory` is the setting as it stands."""
    if job.failure is None:
        return []
    keys = _FOR.get(job.failure.kind, ("retry", "log"))
    doubted = isinstance(job.spec, EraseSpec) and not job.spec.anyway
    possible = {"edit": job.editable, "leaner": bool(leaner(memory)), "anyway": doubted}
    return [_ALL[key] for key in keys if possible.get(key, True)] or [_ALL["retry"]]
