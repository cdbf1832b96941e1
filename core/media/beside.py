"""What stands beside a clip or picture: a JSON file that says how it was made. Light: no numpy and no OpenCV."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.files import atomic_write_text
from core.schema import is_newer, read_known, require_not_newer

SCHEMA = 1
"""The schema of both files beside a clip."""
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
"""Suffixes of files that are read as pictures."""
CLIPS = (".webm", ".mp4", ".m4v", ".mov", ".avi", ".mkv", ".gif")
"""Suffixes of files that are read as clips."""


def sidecar(path: Path) -> Path:
    """Where the metadata of a clip stands as JSON."""
    return path.with_name(f"{path.name}.json")


def write_sidecar(path: Path, metadata: Mapping[str, Any]) -> None:
    """Put the metadata of the clip at `path` beside it; LacunaError(STORAGE), InputError over a newer one."""
    require_not_newer(sidecar(path), SCHEMA)
    text = json.dumps({**metadata, "schema": SCHEMA}, ensure_ascii=False, indent=2)
    atomic_write_text(sidecar(path), f"{text}\n")


def described(path: Path) -> dict[str, Any]:
    """The metadata beside the clip at `path`; ValueError says why there is none, Newer where it is not for us."""
    metadata = read_known(sidecar(path), SCHEMA)
    metadata.pop("schema", None)
    return metadata


def read_sidecar(path: Path) -> dict[str, Any]:
    """The metadata beside the clip at `path`; nothing where there is none or it is broken."""
    try:
        return described(path)
    except ValueError:
        return {}


def is_clip(path: Path) -> bool:
    """Whether a file is called like a clip or a picture, or a folder holds numbered pictures."""
    if path.is_dir():
        return bool(frame_files(path))
    return path.suffix.lower() in (*CLIPS, *PICTURES)


def frame_files(folder: Path) -> list[Path]:
    """The numbered PNG files of a folder in the order of their numbers: a clip as frames; empty if it holds none."""
    numbered = (p for p in folder.iterdir() if p.suffix.lower() == ".png" and p.stem.isdecimal())
    return sorted(numbered, key=lambda p: (int(p.stem), p.name))


def seen_file(path: Path) -> Path:
    """Where stands what the judge found in the clip at `path`; no manifest lists it, and it is made anew at will."""
    return path.with_name(f"{path.name}.seen.json")


def keep_seen(path: Path, concept: str, seen: Sequence[float]) -> None:
    """Remember how likely each frame shows the concept; LacunaError(STORAGE).

    Nothing is kept where the clip's folder is gone, or a newer Lacuna wrote the file.
    """
    if path.parent.is_dir() and not is_newer(seen_file(path), SCHEMA):
        kept = {"schema": SCHEMA, "concept": concept, "seen": list(seen), "bytes": path.stat().st_size}
        atomic_write_text(seen_file(path), json.dumps(kept, ensure_ascii=False) + "\n")


def kept_seen(path: Path) -> dict[str, Any]:
    """`concept` and `seen` of the clip at `path` as they were kept; nothing where the clip is another one by now."""
    try:
        kept = read_known(seen_file(path), SCHEMA)
        kept.pop("schema", None)
        same = kept.pop("bytes", -1) == path.stat().st_size
    except (OSError, ValueError):
        return {}
    return kept if same else {}


def about(path: Path) -> dict[str, Any]:
    """All that stands beside the clip at `path`: how it was made, and what the judge saw in it."""
    return read_sidecar(path) | kept_seen(path)
