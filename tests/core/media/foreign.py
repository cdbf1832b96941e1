"""Files as other programs write them: an AVI with sound, and a WebM whose frames stand for different times."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.media import webm
from core.media.clip import write_clip

RATE = 8000
"""Samples a second of the sound."""
CLUSTER, TIMECODE, BLOCK = 0x1F43B675, 0xE7, 0xA3


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _list(name: bytes, *chunks: bytes) -> bytes:
    return _chunk(b"LIST", name + b"".join(chunks))


def _stream(kind: bytes, codec: bytes, scale: int, rate: int, length: int, size: int, form: bytes) -> bytes:
    head = struct.pack("<4s4sIHHIIIIIIII4H", kind, codec, 0, 0, 0, 0, scale, rate, 0, length, 0, 0, size, 0, 0, 0, 0)
    return _list(b"strl", _chunk(b"strh", head), _chunk(b"strf", form))


def tone(seconds: float) -> NDArray[np.int16]:
    """A tone of 440 Hz."""
    return (12_000 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * RATE)) / RATE)).astype(np.int16)


def write_avi(
    path: Path, frames: NDArray[np.uint8], fps: int, sound: NDArray[np.int16] | None = None, rising: bool = False
) -> Path:
    """An AVI with raw pictures (n, h, w, 3), w a multiple of 4, and 16-bit mono sound interleaved a frame at a time.

    `rising` puts the lowest row first, as Windows' own programs do.
    """
    count, height, width, _ = frames.shape
    bitmap = struct.pack(
        "<IiiHHIIiiII", 40, width, height if rising else -height, 1, 24, 0, 3 * width * height, 0, 0, 0, 0
    )
    streams = [_stream(b"vids", b"DIB ", 1, fps, count, 0, bitmap)]
    if sound is not None:
        wave = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
        streams.append(_stream(b"auds", bytes(4), 1, RATE, len(sound), 2, wave))
    parts = [] if sound is None else np.array_split(sound, count)
    body: list[bytes] = []
    for index, frame in enumerate(frames):
        body.append(_chunk(b"00db", frame[..., ::-1].tobytes()))
        body += [_chunk(b"01wb", parts[index].tobytes())] if parts else []
    head = struct.pack("<14I", 1_000_000 // fps, 0, 0, 0, count, 0, len(streams), 0, width, height, 0, 0, 0, 0)
    header = _list(b"hdrl", _chunk(b"avih", head), *streams)
    path.write_bytes(_chunk(b"RIFF", b"AVI " + header + _list(b"movi", *body)))
    return path


def write_uneven(path: Path, frames: NDArray[np.uint8], milliseconds: list[int]) -> Path:
    """A WebM whose frames start at these milliseconds, as a screen recorder writes it; the first must be 0."""
    data = bytearray(write_clip(path, frames, 8.0, {}).read_bytes())
    segment = next(e for e in webm.elements(bytes(data)) if e.id == webm.SEGMENT)
    starts = iter(milliseconds)
    for cluster in webm.elements(bytes(data), segment.body, segment.end):
        if cluster.id == CLUSTER:
            for part in webm.elements(bytes(data), cluster.body, cluster.end):
                if part.id == TIMECODE:
                    data[part.body : part.end] = bytes(part.end - part.body)
                if part.id == BLOCK:
                    struct.pack_into(">h", data, part.body + 1, next(starts))
    path.write_bytes(bytes(data))
    return path
