"""MPEG-4 Part 2 in MP4, for programs that take no WebM: an H.264 encoder would bring a licence that is not ours."""

from __future__ import annotations

from pathlib import Path

from core.media import mp4
from core.media.film import Clip, Tell
from core.media.formats.encoding import write_encoded


def as_mp4(path: Path, clip: Clip, scale: int, tell: Tell) -> None:
    """Write the clip; frames of varying length are repeated to a constant rate."""
    write_encoded(path, clip, scale, "mp4v", mp4.embed, tell)
