"""Pictures of the documents become smaller, the same each time, and never larger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.pictures import COLOURS, shrink, small_png


def shaded() -> Image.Image:
    """A picture of thousands of colours beside an edge of plain black on white, as letters have."""
    frame = np.random.default_rng(0).integers(60, 200, (64, 64, 3), dtype=np.uint8)
    frame[:, :16], frame[:, 8] = 255, 0
    return Image.fromarray(frame)


def test_few_colours_are_left_and_edges_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    shaded().save(path)
    before = path.stat().st_size
    saved = shrink(path)
    assert saved == before - path.stat().st_size > 0
    with Image.open(path) as picture:
        made = np.asarray(picture.convert("RGB"))
    assert len(np.unique(made.reshape(-1, 3), axis=0)) <= COLOURS
    assert made[:, 8].max() < 8 < 247 < made[:, :8].min()


def test_the_same_picture_is_the_same_file_and_is_left_alone_the_second_time(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(small_png(shaded()))
    kept = path.read_bytes()
    assert small_png(shaded()) == kept
    assert shrink(path) == 0
    assert path.read_bytes() == kept
