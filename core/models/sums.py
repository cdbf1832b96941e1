"""The hashes that a file is known by: SHA-256, and git's name for a blob. Files are read piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

_PIECE = 1 << 20


def _silent(_count: int) -> None:
    return None


def sha256_of(path: Path, tick: Callable[[int], None] = _silent) -> str:
    """The SHA-256 in hex. `tick` hears of each piece's bytes and may raise, to stop."""
    return _read(hashlib.sha256(), path, tick)


def blob_id(path: Path, tick: Callable[[int], None] = _silent) -> str:
    """What git calls this content (git-hash-object): the SHA-1 of a header with its size, and of the content."""
    header = f"blob {path.stat().st_size}\0".encode()
    return _read(hashlib.sha1(header, usedforsecurity=False), path, tick)


def _read(digest: hashlib._Hash, path: Path, tick: Callable[[int], None]) -> str:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            tick(len(piece))
    return digest.hexdigest()
