"""Pictures for the documents with few colours, to be small: `python -m tests.pictures FILE.png …` makes them so.

Text stays crisp and areas even, since nothing is dithered. A file that has few colours already, or
would not become smaller, stays as it is.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from core.files import atomic_write_bytes

COLOURS = 128


def small_png(picture: Image.Image, colours: int = COLOURS) -> bytes:
    """A PNG of the picture with a palette of its own."""
    out = io.BytesIO()
    few = picture.convert("RGB").quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def shrink(path: Path, colours: int = COLOURS) -> int:
    """Write a file anew with fewer colours and give the bytes that were saved."""
    before = path.stat().st_size
    with Image.open(path) as picture:
        if picture.convert("RGB").getcolors(colours):
            return 0
        made = small_png(picture, colours)
    if len(made) >= before:
        return 0
    atomic_write_bytes(path, made)
    return before - len(made)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name}: {shrink(Path(name))} bytes saved")
