"""GIF for chats and web pages: one palette for all frames, so that colours hold still, and metadata as a comment."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from core.files import atomic_write_bytes
from core.media.film import Clip, Frame, Tell, durations
from core.media.formats.encoding import tags_of
from core.media.picture import enlarge

SAMPLES = 12
"""Frames that the palette is made of."""
_HUNDREDTH = 10
"""Milliseconds of the only unit that GIF knows."""


def _palette(frames: Frame) -> Image.Image:
    """A picture whose 256 colours suit the whole clip."""
    chosen = frames[np.linspace(0, len(frames) - 1, min(SAMPLES, len(frames))).round().astype(int)]
    pictures = [Image.fromarray(frame) for frame in chosen]
    for picture in pictures:
        picture.thumbnail((96, 96))
    strip = np.concatenate([np.asarray(picture) for picture in pictures])
    return Image.fromarray(strip).quantize(256, Image.Quantize.MEDIANCUT, kmeans=1)


def as_gif(path: Path, clip: Clip, scale: int, tell: Tell) -> None:
    """Write the clip, looping; frames that repeat the one before them become one that stands longer."""
    palette, pictures = _palette(clip.frames), []
    for done, frame in enumerate(clip.frames, 1):
        pictures.append(
            Image.fromarray(enlarge(frame, scale)).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
        )
        tell(done, len(clip.frames))
    out = io.BytesIO()
    comment = tags_of(clip.metadata)["COMMENT"].encode()
    rest, times = pictures[1:], durations(clip, _HUNDREDTH)
    pictures[0].save(
        out, "GIF", save_all=True, append_images=rest, duration=times, loop=0, comment=comment, optimize=False
    )
    atomic_write_bytes(path, out.getvalue())
