"""Whether a family's files are as they were shipped, by the SHA-256 list beside them; no torch."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.files import read_object

CHECKSUMS = "SHA256SUMS.json"


def changed_files(folder: Path, part: str = "") -> list[str]:
    """Listed files below `folder/part` that are missing or changed; none where no list was shipped.

    Raises ValueError when the list itself cannot be read.
    """
    if not (folder / CHECKSUMS).is_file():
        return []
    listed = {name: digest for name, digest in read_object(folder / CHECKSUMS).items() if _is_in(name, part)}
    return sorted(name for name, digest in listed.items() if _sha256(folder / name) != digest)


def list_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in the folders below `folder`, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _is_in(name: str, part: str) -> bool:
    return not part or name.startswith(f"{part}/")


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
