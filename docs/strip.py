"""Make the README's picture from a demo: `python -m docs.strip build/demo docs/images/before-after.png`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from core.media.clip import read_clip, write_picture


def strip(demo: Path, frames: int = 6) -> np.ndarray:
    """Two rows of `frames` frames, before above after, with a white line between them."""
    rows = []
    for column in ("before", "after"):
        clip = read_clip(demo / f"{column}.webm").frames
        chosen = np.linspace(0, len(clip) - 1, frames).round().astype(int)
        rows.append(np.concatenate([clip[k, ::2, ::2] for k in chosen], axis=1))
    gap = np.full((8, rows[0].shape[1], 3), 255, np.uint8)
    return np.concatenate([rows[0], gap, rows[1]])


if __name__ == "__main__":
    write_picture(Path(sys.argv[2]), strip(Path(sys.argv[1])), {"demo": "before above, after below"})
