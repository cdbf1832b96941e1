"""Tags in WebM files: just enough EBML to put SimpleTags where players look for them, and to read them back.

An EBML element is an id, a size and a body; ids and sizes are numbers whose first byte tells their width (RFC 8794,
RFC 9559). Positions in the SeekHead count from the start of the Segment's body, so appending to it moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

SEGMENT = 0x18538067
SEEK_HEAD, SEEK, SEEK_ID, SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
VOID = 0xEC
TRACKS, TRACK, TRACK_TYPE, SOUND = 0x1654AE6B, 0xAE, 0x83, 2
TAGS, TAG, TARGETS, SIMPLE_TAG, TAG_NAME, TAG_STRING = 0x1254C367, 0x7373, 0x63C0, 0x67C8, 0x45A3, 0x4487


@dataclass(frozen=True)
class Element:
    """Where an element starts, where its body starts, and where it ends, as offsets into the data."""

    id: int
    start: int
    body: int
    end: int


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The number at an offset with its width marker still in it, and the offset behind it."""
    if at >= len(data) or data[at] == 0:
        raise ValueError("broken EBML number")
    end = at + 9 - data[at].bit_length()
    if end > len(data):
        raise ValueError("broken EBML number")
    return int.from_bytes(data[at:end]), end


def elements(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """The elements that lie side by side between two offsets; ValueError where one is cut off or unfinished."""
    at, stop = start, len(data) if end is None else end
    while at < stop:
        name, size_at = _number(data, at)
        size, body = _number(data, size_at)
        size &= (1 << 7 * (body - size_at)) - 1
        if body + size > stop:
            raise ValueError("an EBML element is cut off")
        yield Element(name, at, body, body + size)
        at = body + size


def _inside(data: bytes, parent: Element, name: int) -> Iterator[Element]:
    return (e for e in elements(data, parent.body, parent.end) if e.id == name)


def _body(data: bytes, parent: Element, name: int) -> bytes:
    """The body of the first child of this id; empty if there is none."""
    return next((data[e.body : e.end] for e in _inside(data, parent, name)), b"")


def _minimal(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8))


def element(name: int, body: bytes) -> bytes:
    """An element with a size field of eight bytes, which fits every body."""
    return _minimal(name) + (1 << 56 | len(body)).to_bytes(8) + body


def _void(length: int) -> bytes:
    """An element of exactly `length` bytes (two at least) that readers skip."""
    if length < 2 + 8:
        return bytes([VOID, 0x80 | length - 2]) + bytes(length - 2)
    return element(VOID, bytes(length - 9))


def _pointing(data: bytes, head: Element, room: int, position: int) -> bytes:
    """The SeekHead with its entry for Tags at `position`, filled to `room` bytes; as it was if that does not fit."""
    seeks = [(_body(data, s, SEEK_ID), _body(data, s, SEEK_POSITION)) for s in _inside(data, head, SEEK)]
    kept = [(name, where) for name, where in seeks if name != _minimal(TAGS)]
    kept.append((_minimal(TAGS), _minimal(position)))
    entries = [element(SEEK_ID, name) + element(SEEK_POSITION, where) for name, where in kept]
    fresh = element(SEEK_HEAD, b"".join(element(SEEK, e) for e in entries))
    spare = room - len(fresh)
    return fresh + _void(spare) if spare >= 2 else data[head.start : head.start + room]


def _tag(tags: Mapping[str, str]) -> bytes:
    """One Tag about the whole file."""
    simple = (element(TAG_NAME, name.encode()) + element(TAG_STRING, text.encode()) for name, text in tags.items())
    return element(TAG, element(TARGETS, b"") + b"".join(element(SIMPLE_TAG, pair) for pair in simple))


def embed(data: bytes, tags: Mapping[str, str]) -> bytes:
    """The WebM file with these tags added to its own; ValueError if the file is not whole."""
    segment = next((e for e in elements(data) if e.id == SEGMENT), None)
    if segment is None:
        raise ValueError("no segment")
    body, kept = data[segment.body : segment.end], b""
    parts = list(elements(body))
    for old in (e for e in parts if e.id == TAGS):
        kept += body[old.body : old.end]
        body = body[: old.start] + _void(old.end - old.start) + body[old.end :]
    for head, gap in pairwise(parts):
        if head.id == SEEK_HEAD and gap.id == VOID:
            body = body[: head.start] + _pointing(body, head, gap.end - head.start, len(body)) + body[gap.end :]
    return data[: segment.start] + element(SEGMENT, body + element(TAGS, kept + _tag(tags)))


def read_tags(data: bytes) -> dict[str, str]:
    """The tags about the whole file; ValueError if the file is not a whole WebM file."""
    found: dict[str, str] = {}
    for segment in (e for e in elements(data) if e.id == SEGMENT):
        for tags in _inside(data, segment, TAGS):
            for tag in _inside(data, tags, TAG):
                if not _body(data, tag, TARGETS):
                    found |= _pairs(data, tag)
    return found


def has_sound(data: bytes) -> bool:
    """Whether one of the tracks is sound; ValueError where the file is no WebM or Matroska file or is cut off."""
    for segment in (e for e in elements(data) if e.id == SEGMENT):
        for tracks in _inside(data, segment, TRACKS):
            found = [_body(data, track, TRACK_TYPE) for track in _inside(data, tracks, TRACK)]
            return any(int.from_bytes(kind) == SOUND for kind in found)
    return False


def _pairs(data: bytes, tag: Element) -> dict[str, str]:
    simple = _inside(data, tag, SIMPLE_TAG)
    return {_body(data, s, TAG_NAME).decode(): _body(data, s, TAG_STRING).decode() for s in simple}
