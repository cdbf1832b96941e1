"""Installs, uses and removes the packages in clean Debian roots: python packaging/cleanroom.py --deb F --archive F.

Nothing of this machine is in those roots but the network and, for the window, a virtual display. What was seen is
printed step by step and kept as JSON; the exit status is 1 where a step failed. It needs root, mmdebstrap and Debian's
servers; the roots are made once and kept below --cache.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive_check import ArchiveCheck
from deb_check import DebCheck
from room import make_room

from core.files import atomic_write_text

OLD_SUITE, SUITE, NEW_SUITE = "bullseye", "bookworm", "trixie"
"""Debian 11, too old for the bundle; 12, which it is built on; 13, whose libraries are newer than those inside."""


@dataclass
class Report:
    """What was seen, in order."""

    steps: list[dict[str, Any]] = field(default_factory=list)

    def take(self, suite: str, check: DebCheck | ArchiveCheck) -> None:
        """Do the steps of a check; one that fails is kept as failed, and the next is done all the same."""
        for title, step in check.steps():
            start = time.monotonic()
            try:
                ok, told = True, step()
            except (AssertionError, OSError, ValueError, LookupError) as error:
                ok, told = False, str(error)
            self.keep(f"{suite}: {title}", ok, time.monotonic() - start, told)

    def keep(self, title: str, ok: bool, seconds: float, told: str) -> None:
        """Print a step and add it to the report."""
        self.steps.append({"step": title, "ok": ok, "seconds": round(seconds, 1), "told": told})
        print(f"{'✓' if ok else '✗'} {title} ({seconds:.1f} s): {told}", flush=True)

    @property
    def passed(self) -> bool:
        """Whether every step was as it should be."""
        return all(step["ok"] for step in self.steps)


def check(deb: Path | None, archive: Path | None, out: Path, cache: Path) -> Report:
    """Look at both packages, or at the one there is; screenshots and report.json go into `out`."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="rooms-", dir=cache) as folder:
        rooms = Path(folder)
        rooms.chmod(0o755)
        if deb:
            for suite in (SUITE, NEW_SUITE):
                room = make_room(rooms / f"deb-{suite}", suite, cache)
                report.take(suite, DebCheck(room, deb, out / f"deb-{suite}.png"))
        if archive:
            today, old = (make_room(rooms / name, name, cache) for name in (SUITE, OLD_SUITE))
            report.take(SUITE, ArchiveCheck(today, old, archive, out / "archive.png"))
    told = json.dumps({"passed": report.passed, "steps": report.steps}, ensure_ascii=False, indent=2)
    atomic_write_text(out / "report.json", told + "\n")
    return report


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deb", type=Path, help="the Debian package")
    parser.add_argument("--archive", type=Path, help="the archive")
    parser.add_argument("--out", type=Path, default=Path("build/cleanroom"), help="for report and pictures")
    parser.add_argument("--cache", type=Path, default=Path("build/rooms"), help="for the clean roots")
    given = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("Making a root needs root's rights: run this with sudo.")
    given.cache.mkdir(parents=True, exist_ok=True)
    return 0 if check(given.deb, given.archive, given.out, given.cache).passed else 1


if __name__ == "__main__":
    sys.exit(main())
