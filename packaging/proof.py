"""The record of a proof: what was checked and seen, the figures, and every path that was written to."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from measure import MEBIBYTE, load

from core.files import atomic_write_text

FAULTS = (AssertionError, OSError, ValueError, LookupError, subprocess.SubprocessError, psutil.Error)
"""What a step may end with when the program did not do as it should."""


class Broken(Exception):
    """A step failed, so that those which build on it cannot be taken."""


@dataclass(frozen=True)
class Check:
    """One thing that was tried; `told` is what was seen, or what went wrong."""

    name: str
    passed: bool
    told: str
    seconds: float


@dataclass(frozen=True)
class Figure:
    """One number with its unit, the load of the machine at that time, and the target it must not exceed, if any."""

    name: str
    value: float
    unit: str
    load: float
    target: float | None = None
    note: str = ""


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}",
    }


@dataclass
class Record:
    """Everything that is found out, in the order in which it is."""

    version: str
    made: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    machine: dict[str, Any] = field(default_factory=machine)
    checks: list[Check] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    largest: list[tuple[str, int]] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, action: Callable[[], str]) -> None:
        """Take a step and note how it went; raises Broken if it failed."""
        started = time.monotonic()
        try:
            told, passed = action(), True
        except FAULTS as error:
            told, passed = f"{type(error).__name__}: {error}", False
        self.checks.append(Check(name, passed, told, round(time.monotonic() - started, 1)))
        print(f"{'ok  ' if passed else 'FAIL'} {name}: {told}", flush=True)
        if not passed:
            raise Broken(name)

    def scene(self, action: Callable[[], None]) -> None:
        """Play a scene as far as it goes; the scenes after it do not depend on it."""
        try:
            action()
        except Broken:
            return
        except FAULTS as error:
            name = (action.__doc__ or "").strip()
            self.checks.append(Check(name, passed=False, told=f"{type(error).__name__}: {error}", seconds=0.0))
            print(f"FAIL {name}: {error}", flush=True)

    def measure(self, name: str, value: float, unit: str, target: float | None = None, note: str = "") -> None:
        """Note a figure."""
        self.figures.append(Figure(name, round(value, 2), unit, round(load(), 1), target, note))
        print(f"     {name}: {value:.2f} {unit}", flush=True)

    @property
    def passed(self) -> bool:
        """Whether all that was tried went well; a missed target is told, and fails nothing."""
        return bool(self.checks) and all(check.passed for check in self.checks)


def write(record: Record, out: Path) -> None:
    """Write the record as proof.json, and as proof.md for people."""
    atomic_write_text(out / "proof.json", json.dumps(asdict(record), indent=2, ensure_ascii=False) + "\n")
    atomic_write_text(out / "proof.md", markdown(record))


def markdown(record: Record) -> str:
    """The record for people."""
    cores, memory = record.machine["cores"], record.machine["memory_bytes"] / 2**30
    head = f"Lacuna {record.version}, {record.made}: {cores} cores, {memory:.0f} GiB, {record.machine['system']}."
    checks = [(c.name, "yes" if c.passed else "**no**", c.told) for c in record.checks]
    figures = [(f.name, f"{f.value:g} {f.unit}", _target(f), f"{f.load:g}", f.note) for f in record.figures]
    parts = (
        head,
        _table(("Checked", "Passed", "Seen"), checks),
        _table(("Figure", "Value", "Target", "Load", "Note"), figures),
        _table(("Part of the bundle", "MiB"), [(n, f"{size / MEBIBYTE:.0f}") for n, size in record.largest]),
        _table(("Written to", "Why"), list(record.written.items())),
    )
    return "\n\n".join(parts) + "\n"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"≤ {figure.target:g}, {'met' if figure.value <= figure.target else '**missed**'}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table; what would end a cell is written otherwise."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in line)} |" for line in lines)
