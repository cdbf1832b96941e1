"""Tags in MP4 files: just enough of the ISO base media format to put a title and a comment in, and to read them back.

A box is a size, a name and a body (ISO/IEC 14496-12). Tags stand as Apple's programs wrote them first: in `udta`,
`meta`, `ilst` of the movie's header `moov`, a `data` box for each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NAMES = {"TITLE": b"\xa9nam", "COMMENT": b"\xa9cmt"}
"""Our names of tags and the boxes that hold them."""

_HANDLER = bytes(8) + b"mdirappl" + bytes(9)


@dataclass(frozen=True)
class Box:
    """Where a box starts, where its body starts, and where it ends, as offsets into the data."""

    name: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that lie side by side between two offsets; ValueError where one is cut off."""
    at, stop = start, len(data) if end is None else end
    while at < stop:
        if at + 8 > stop:
            raise ValueError("an MP4 box is cut off")
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= stop:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        size = size or stop - at
        if size < head or at + size > stop:
            raise ValueError("an MP4 box is cut off")
        yield Box(name, at, at + head, at + size)
        at += size


def box(name: bytes, *bodies: bytes) -> bytes:
    """A box of four letters around its bodies."""
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), name) + body


def _child(data: bytes, parent: Box | None, name: bytes, skip: int = 0) -> Box | None:
    """The first box of this name inside `parent`, whose body begins with `skip` bytes that are no box."""
    if parent is None:
        return None
    return next((b for b in boxes(data, parent.body + skip, parent.end) if b.name == name), None)


def _user_data(tags: Mapping[str, str]) -> bytes:
    items = [box(NAMES[name], box(b"data", struct.pack(">II", 1, 0), text.encode())) for name, text in tags.items()]
    meta = box(b"meta", bytes(4), box(b"hdlr", _HANDLER), box(b"ilst", *items))
    return box(b"udta", meta)


def embed(data: bytes, tags: Mapping[str, str]) -> bytes:
    """The MP4 file with these tags in place of its own.

    ValueError if it is not whole, or if its header stands before its pictures: a longer header would move those.
    """
    parts = list(boxes(data))
    moov = next((b for b in parts if b.name == b"moov"), None)
    if moov is None or any(b.name == b"mdat" and b.start > moov.start for b in parts):
        raise ValueError("no MP4 header behind the pictures")
    kept = [data[b.start : b.end] for b in boxes(data, moov.body, moov.end) if b.name != b"udta"]
    return data[: moov.start] + box(b"moov", *kept, _user_data(tags)) + data[moov.end :]


def read_tags(data: bytes) -> dict[str, str]:
    """Title and comment by our names; ValueError if the file is not a whole MP4 file."""
    moov = next((b for b in boxes(data) if b.name == b"moov"), None)
    meta = _child(data, _child(data, moov, b"udta"), b"meta")
    listed = _child(data, meta, b"ilst", skip=4)
    found: dict[str, str] = {}
    for name, letters in NAMES.items():
        if content := _child(data, _child(data, listed, letters), b"data"):
            found[name] = data[content.body + 8 : content.end].decode()
    return found


def has_sound(data: bytes) -> bool:
    """Whether one of the tracks is sound; ValueError if the file is not a whole MP4 file."""
    moov = next((b for b in boxes(data) if b.name == b"moov"), None)
    tracks = [b for b in boxes(data, moov.body, moov.end) if b.name == b"trak"] if moov else []
    handlers = [_child(data, _child(data, track, b"mdia"), b"hdlr") for track in tracks]
    return any(h is not None and data[h.body + 8 : h.body + 12] == b"soun" for h in handlers)
