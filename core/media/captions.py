"""Words burnt into pictures, so that a clip that is passed on still says what it shows."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.media.film import Frame

INK, MUTED, PAPER = (240, 241, 245), (168, 173, 186), (18, 20, 26)
"""The window's colours on its stage."""
_FONTS = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "Arial.ttf", "arial.ttf")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of the system that knows many scripts, else the one that Pillow brings, which knows the Latin one."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def fitted(text: str, width: int, size: int) -> str:
    """One line of the text, cut with an ellipsis to `width` pixels at a type size."""
    line, font = " ".join(text.split())[:400], _font(size)
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(f"{line}…") > width:
        line = line[: -max(1, len(line) // 16)]
    return f"{line.rstrip()}…"


def strip(width: int, lines: tuple[str, ...], size: int) -> Frame:
    """A dark band (h, width, 3) with lines of text, the first in bright ink; no lines make no band."""
    pitch, pad = round(1.45 * size), size // 2
    band = Image.new("RGB", (width, (pitch * len(lines) + 2 * pad) if lines else 0), PAPER)
    pen = ImageDraw.Draw(band)
    for number, line in enumerate(lines):
        at = (pad, pad + number * pitch)
        pen.text(at, fitted(line, width - 2 * pad, size), INK if number == 0 else MUTED, _font(size))
    return np.asarray(band, np.uint8)
