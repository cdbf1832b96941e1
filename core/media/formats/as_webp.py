"""WebP that moves: every browser plays it by itself like a GIF, with all colours and a tenth of the bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path

from PIL import Image
from PIL.ExifTags import Base

from core.errors import InputError
from core.files import atomic_write_bytes
from core.i18n import tr
from core.media.film import Clip, Tell, durations
from core.media.picture import enlarge

QUALITY = 80
_LARGEST = 16_383
"""Pixels of a side, all that the format holds."""


def _check(width: int, height: int) -> None:
    if max(width, height) > _LARGEST:
        what = tr("{width} × {height} pixels do not fit this format.", width=width, height=height)
        raise InputError(what, fix=tr("Choose a smaller size, or PNG frames."))


def as_webp(path: Path, clip: Clip, scale: int, tell: Tell) -> None:
    """Write the clip, looping, each frame as long as it stands; the metadata as JSON in EXIF's description."""
    _check(clip.frames.shape[2] * scale, clip.frames.shape[1] * scale)
    pictures: list[Image.Image] = []
    for done, frame in enumerate(clip.frames, 1):
        pictures.append(Image.fromarray(enlarge(frame, scale)))
        tell(done, len(clip.frames))
    about, out = Image.Exif(), io.BytesIO()
    about[Base.ImageDescription] = json.dumps(clip.metadata, allow_nan=False)
    rest, times = pictures[1:], durations(clip, 1)
    pictures[0].save(
        out, "WEBP", save_all=True, append_images=rest, duration=times, loop=0, quality=QUALITY, method=6, exif=about
    )
    atomic_write_bytes(path, out.getvalue())
