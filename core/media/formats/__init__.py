"""Clips as files to hand on: one file a format, plus one line in WRITERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import storage
from core.i18n import tr
from core.media.beside import write_sidecar
from core.media.film import Clip, Tell, silent
from core.media.formats.as_frames import as_frames
from core.media.formats.as_gif import as_gif
from core.media.formats.as_mp4 import as_mp4
from core.media.formats.as_picture import as_picture
from core.media.formats.as_webm import as_webm
from core.media.formats.as_webp import as_webp
from core.media.picture import as_pictures
from core.media.reading import read_clip

WRITERS: dict[str, Callable[[Path, Clip, int, Tell], None]] = {
    ".webm": as_webm,
    ".mp4": as_mp4,
    ".gif": as_gif,
    ".webp": as_webp,
    "": as_frames,
    ".png": as_picture,
}
"""Every format by the suffix of its files; none means a folder of numbered pictures."""

__all__ = ["WRITERS", "check_free", "convert", "write_film"]


def _writer(path: Path) -> Callable[[Path, Clip, int, Tell], None]:
    if writer := WRITERS.get(path.suffix.lower()):
        return writer
    names = ", ".join(suffix for suffix in WRITERS if suffix)
    fix = tr("Let its name end in {names}, or in nothing for a folder of pictures.", names=names)
    raise InputError(tr("{name} cannot be written.", name=path.name), fix=fix)


def check_free(path: Path) -> None:
    """Refuse a suffix of no format, a file that exists, and a folder that does not, with an InputError."""
    _writer(path)
    if path.exists() or path.is_symlink():
        what = tr("{path} exists already, and nothing is overwritten.", path=path)
        raise InputError(what, fix=tr("Choose another name."))
    if not path.absolute().parent.is_dir():
        folder = path.absolute().parent
        raise InputError(tr("The folder {folder} does not exist.", folder=folder), fix=tr("Create it first."))


def write_film(path: Path, clip: Clip, scale: int = 1, tell: Tell = silent) -> Path:
    """Write a clip in the format of the path's suffix, its metadata inside and beside, and give the path.

    `scale` enlarges each frame as it is written. InputError for frames that are none and for a suffix of no format,
    LacunaError(STORAGE) where the disk does not do as asked; nothing is left behind then, nor where `tell` raises
    Cancelled.
    """
    as_pictures(clip.frames, 4)
    writer = _writer(path)
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    writer(path, clip, scale, tell)
    write_sidecar(path, clip.metadata)
    return path


def convert(
    source: Path, target: Path, metadata: Mapping[str, Any] | None = None, scale: int = 1, tell: Tell = silent
) -> Path:
    """Read a clip or picture and write it in another format; `metadata` replaces its own.

    InputError for a target that exists, and for a clip that fits into memory only at a smaller size than its own.
    """
    check_free(target)
    clip = read_clip(source)
    if clip.full:
        width, height = clip.full
        size = {"count": len(clip.frames), "width": width, "height": height}
        raise InputError(
            tr("“{name}” cannot be converted.", name=source.name),
            tr("Its {count} frames of {width} × {height} pixels do not fit into memory.", **size),
            tr("Cut it, or save it in a smaller size."),
        )
    named = clip if metadata is None else replace(clip, metadata=dict(metadata))
    return write_film(target, named, scale, tell)
