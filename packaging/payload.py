"""What every Linux package is made of: the bundle as a tree of files with fixed times, owners and rights.

Two packages made from one bundle are the same bytes: times come from SOURCE_DATE_EPOCH
(https://reproducible-builds.org/specs/source-date-epoch/), by default the time of the last commit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.folders import MARKER, PORTABLE

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""

BUNDLE_LIMIT = 1_000_000_000
"""Bytes; what Lacuna promises for the bundle of the CPU variant."""

LINUX = ROOT / "packaging" / "linux"
"""The files that only Linux packages have."""


def source_date() -> int:
    """Seconds since 1970 that stand on every packed file; raises SystemExit where neither variable nor git tells."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    asked = ("git", "-C", str(ROOT), "log", "-1", "--format=%ct")
    told = subprocess.run(asked, capture_output=True, text=True, check=False) if shutil.which("git") else None
    if told is None or told.returncode:
        why = told.stderr.strip() if told else "There is no git here."
        sys.exit(f"{why}\nSet SOURCE_DATE_EPOCH to the seconds since 1970 that files shall bear.")
    return int(told.stdout)


def checked_bundle(folder: Path) -> Path:
    """The folder, if it holds a bundle; raises SystemExit otherwise."""
    if not os.access(folder / "lacuna", os.X_OK) or not (folder / "_internal").is_dir():
        sys.exit(f"{folder} is no bundle: it lacks “lacuna” or “_internal”. Make one by: python packaging/build.py")
    return folder


def copy_bundle(bundle: Path, to: Path) -> None:
    """Copy the bundle, links as links; what a person's run left behind in it stays out."""
    run_here = {MARKER, PORTABLE}

    def left_out(folder: str, names: list[str]) -> set[str]:
        return run_here.intersection(names) if Path(folder) == bundle else {"__pycache__"}.intersection(names)

    shutil.copytree(bundle, to, symlinks=True, ignore=left_out)


def settle(root: Path, when: int) -> None:
    """Give everything below `root` plain rights, without the umask's whims, and the time `when`."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _is_program(path) else 0o644)
        os.utime(path, (when, when), follow_symlinks=False)


def _is_program(path: Path) -> bool:
    """A shared library needs no right to run, and Debian's policy wants it without."""
    return os.access(path, os.X_OK) and ".so" not in path.suffixes


def size(folder: Path) -> int:
    """Bytes of the files in a folder; what is linked twice counts once."""
    found = {p.stat().st_ino: p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}
    return sum(found.values())


def arguments(told: str) -> argparse.Namespace:
    """What both packers are told on the command line: `bundle`, and `out` made if it is missing."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("bundle", type=Path, help="the folder that packaging/build.py made")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where the package goes; %(default)s by default")
    given = parser.parse_args()
    if not (checked_bundle(given.bundle) / "_internal/resources/licences.json").is_file():
        sys.exit(f"{given.bundle} has no list of licences, so it may not be given to others. Make it anew: make bundle")
    given.out.mkdir(parents=True, exist_ok=True)
    return given
