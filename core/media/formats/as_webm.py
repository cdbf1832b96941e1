"""VP9 in WebM, which needs no licence and opens everywhere; prompt and metadata in its tags."""

from __future__ import annotations

from pathlib import Path

from core.media import webm
from core.media.film import Clip, Tell
from core.media.formats.encoding import write_encoded


def as_webm(path: Path, clip: Clip, scale: int, tell: Tell) -> None:
    """Write the clip; frames of varying length are repeated to a constant rate."""
    write_encoded(path, clip, scale, "VP90", webm.embed, tell)
