"""Failures that are told to a person: what happened, why, and the one thing that fixes it."""

from __future__ import annotations

from enum import StrEnum


class FailureKind(StrEnum):
    """What went wrong, as a program may branch on it."""

    INPUT = "input"
    UNKNOWN_CONCEPT = "unknown_concept"
    DAMAGED = "damaged"
    STORAGE = "storage"
    NETWORK = "network"
    MEMORY = "memory"
    ENGINE = "engine"
    INTERNAL = "internal"


class LacunaError(Exception):
    """A failure with its reason and its remedy; `str()` is the one line a person reads."""

    def __init__(self, kind: FailureKind, what: str, why: str = "", fix: str = "") -> None:
        super().__init__(" ".join(part for part in (what, why, fix) if part))
        self.kind, self.what, self.why, self.fix = kind, what, why, fix


class InputError(LacunaError):
    """The given words, numbers or files cannot be used."""

    def __init__(self, what: str, why: str = "", fix: str = "") -> None:
        super().__init__(FailureKind.INPUT, what, why, fix)


class Cancelled(Exception):
    """The person asked to stop."""
