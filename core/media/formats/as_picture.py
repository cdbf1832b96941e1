"""The middle frame as a PNG, for a place that takes one picture; the metadata in its text chunk."""

from __future__ import annotations

from pathlib import Path

from core.files import atomic_write_bytes
from core.media.film import Clip, Tell
from core.media.picture import enlarge, png_bytes


def as_picture(path: Path, clip: Clip, scale: int, tell: Tell) -> None:
    """Write one frame: the only one of a picture, the middle one of a clip."""
    atomic_write_bytes(path, png_bytes(enlarge(clip.frames[len(clip.frames) // 2], scale), clip.metadata))
    tell(1, 1)
