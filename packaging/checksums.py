"""SHA256SUMS over what is released, in the form that sha256sum --check reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.files import atomic_write_text
from core.models.sums import sha256_of

NAME = "SHA256SUMS"


def write_sums(files: Iterable[Path]) -> Path:
    """Write the sums beside files of one folder, sorted by name; raises OSError for a file that is not there."""
    listed = sorted(files)
    made = listed[0].parent / NAME
    atomic_write_text(made, "".join(f"{sha256_of(path)}  {path.name}\n" for path in listed))
    return made


def wrong(sums: Path) -> list[str]:
    """The names of files that are missing or are not what the sums say."""
    lines = (line.split("  ", 1) for line in sums.read_text("utf-8").splitlines())
    return [name for told, name in lines if not _is(sums.parent / name, told)]


def _is(path: Path, told: str) -> bool:
    return path.is_file() and sha256_of(path) == told
