"""What a file is by its first bytes, whatever its name says, and what stands in it about how it was made."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.ExifTags import Base

from core.errors import InputError
from core.files import parse_object
from core.i18n import tr
from core.media import mp4, webm
from core.media.beside import frame_files, read_sidecar

_HEADERS = 65_536
"""Bytes at the start of a file that hold its tracks' headers."""
_MARKS = (
    ("webm", 0, b"\x1aE\xdf\xa3"),
    *(("mp4", 4, name) for name in (b"ftyp", b"moov", b"mdat", b"wide")),
    ("avi", 8, b"AVI "),
    ("ogg", 0, b"OggS"),
    ("gif", 0, b"GIF8"),
    ("picture", 0, b"\x89PNG"),
    ("picture", 0, b"\xff\xd8\xff"),
    ("picture", 8, b"WEBP"),
    ("picture", 0, b"BM"),
)
"""Kind, offset and bytes. Nothing else is given to the decoder, which would follow the addresses in a playlist."""

_MOVES = 2
"""The bit in the flags of an extended WebP file that says that it is an animation."""
_UPSIDE_DOWN = re.compile(rb"\x28\0{3}.{4}.{3}[\0-\x7f]\x01\0.\0{5}", re.DOTALL)
"""A Windows bitmap header without compression and with a positive height: its pictures begin at the lowest row."""


@dataclass(frozen=True)
class Inside:
    """`kind` is empty for a file that is no clip and no picture; `sound` says that it has a sound track."""

    kind: str
    metadata: dict[str, Any] = field(default_factory=dict)
    sound: bool = False


def kind_of(data: bytes) -> str:
    """What a file is by its first bytes; empty if it is nothing that is read here."""
    if data[8:16] == b"WEBPVP8X" and data[20:21] and data[20] & _MOVES:
        return "webp"
    return next((kind for kind, at, mark in _MARKS if data[at : at + len(mark)] == mark), "")


def look_inside(path: Path, data: bytes) -> Inside:
    """The kind of a file, its own metadata (else what stands beside it), and whether it has sound. Never fails."""
    kind = kind_of(data)
    try:
        metadata = parse_object(_COMMENTS[kind](data))
    except (KeyError, ValueError, OSError, SyntaxError, struct.error, Image.DecompressionBombError):
        metadata = read_sidecar(path)
    try:
        sound = kind in _SOUND and _SOUND[kind](data)
    except ValueError:
        sound = False
    return Inside(kind, metadata, sound)


def is_upside_down(data: bytes) -> bool:
    """Whether a video holds raw pictures from the lowest row up: OpenCV writes beyond its memory when it turns them."""
    return kind_of(data) in ("avi", "webm") and _UPSIDE_DOWN.search(data, 0, _HEADERS) is not None


def read_metadata(path: Path) -> dict[str, Any]:
    """How the clip, picture or folder of frames at `path` was made; nothing where it does not tell. InputError."""
    if path.is_dir() and (files := frame_files(path)):
        return read_metadata(files[0])
    if not path.is_file():
        raise InputError(tr("There is no clip “{path}”.", path=path), fix=tr("Check the path."))
    return look_inside(path, path.read_bytes()).metadata


def _picture_comment(data: bytes) -> str | bytes:
    """The comment of a GIF, the text chunk `Comment` of a PNG, or the description in a WebP's EXIF; KeyError."""
    with Image.open(io.BytesIO(data), formats=("GIF", "PNG", "WEBP")) as image:
        if image.format == "WEBP":
            return str(image.getexif()[Base.ImageDescription])  # EXIF may hold a number there
        return image.info["comment" if image.format == "GIF" else "Comment"]


_COMMENTS: dict[str, Callable[[bytes], str | bytes]] = {
    "webm": lambda data: webm.read_tags(data)["COMMENT"],
    "mp4": lambda data: mp4.read_tags(data)["COMMENT"],
    "gif": _picture_comment,
    "webp": _picture_comment,
    "picture": _picture_comment,
}
_SOUND: dict[str, Callable[[bytes], bool]] = {
    "webm": webm.has_sound,
    "mp4": mp4.has_sound,
    "avi": lambda data: b"auds" in data[:_HEADERS],
}
