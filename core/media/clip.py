"""Clips and pictures on disk: the names that the rest of Lacuna uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from core.media.beside import sidecar
from core.media.film import Clip
from core.media.formats import write_film
from core.media.inside import read_metadata
from core.media.picture import as_pictures, png_bytes, read_picture, write_picture
from core.media.reading import read_clip

__all__ = [
    "Clip",
    "png_bytes",
    "read_clip",
    "read_metadata",
    "read_picture",
    "sidecar",
    "write_clip",
    "write_picture",
]


def write_clip(path: Path, frames: ArrayLike, fps: float, metadata: Mapping[str, Any], scale: int = 1) -> Path:
    """Write (n, h, w, 3) RGB bytes as `.webm` with tags and a sidecar, and return its path; LacunaError(STORAGE).

    `scale` enlarges first, so that small pictures keep their colour edges in 4:2:0.
    """
    clip = Clip(np.asarray(as_pictures(frames, 4)), fps, dict(metadata))
    return write_film(path.with_suffix(".webm"), clip, scale)
