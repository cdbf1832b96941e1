"""Clips on disk: VP9 in WebM, which needs no licence and opens everywhere, with what made them inside and beside."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_bytes, atomic_write_text, parse_object, read_object, storage
from core.media import webm
from core.media.cv import cv2, quiet
from core.media.picture import as_pictures, enlarge, png_bytes, read_picture, write_picture

__all__ = ["Clip", "png_bytes", "read_clip", "read_picture", "sidecar", "write_clip", "write_picture"]

FILE_LIMIT = 512_000_000
"""Bytes; a larger file is refused unread."""
PIXEL_LIMIT = 256_000_000
"""Pixels of all frames together: 768 MB once decoded."""

_CONTAINERS = ((0, b"\x1aE\xdf\xa3"), (4, b"ftyp"), (0, b"RIFF"))


@dataclass(frozen=True)
class Clip:
    """A decoded clip: `frames` is (n, h, w, 3) RGB bytes."""

    frames: NDArray[np.uint8]
    fps: float
    metadata: dict[str, Any] = field(default_factory=dict)


def sidecar(path: Path) -> Path:
    """Where the metadata of a clip stands as JSON."""
    return path.with_name(f"{path.name}.json")


def _even(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The frames with an odd edge repeated: 4:2:0 halves both sides, and the encoder would cut the odd row off."""
    height, width = frames.shape[1:3]
    return np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _encode(frames: NDArray[np.uint8], fps: float) -> bytes:
    """The frames as a WebM file without our tags, cut off if the temporary disk is full; OSError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.webm")
        height, width = frames.shape[1:3]
        with quiet():
            writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"VP90"), fps, (width, height))
        for frame in frames:
            writer.write(np.ascontiguousarray(frame[..., ::-1]))
        writer.release()
        return path.read_bytes()


def _tagged(data: bytes, metadata: Mapping[str, Any]) -> bytes:
    """The file with our tags; LacunaError(STORAGE) where the encoder, which tells nobody, ran out of disk."""
    comment = json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False)
    try:
        return webm.embed(data, {"TITLE": str(metadata.get("prompt", "")), "COMMENT": comment})
    except ValueError as error:
        why = f"The disk of the temporary folder took only a part of it ({error})."
        raise LacunaError(FailureKind.STORAGE, "The clip cannot be written.", why, "Free some space there.") from error


def write_clip(path: Path, frames: ArrayLike, fps: float, metadata: Mapping[str, Any], scale: int = 1) -> Path:
    """Write (n, h, w, 3) RGB bytes as `.webm` with tags and a sidecar, and return its path; LacunaError(STORAGE).

    `scale` enlarges first, so that small pictures keep their colour edges in 4:2:0.
    """
    array = _even(np.stack([enlarge(frame, scale) for frame in as_pictures(frames, 4)]))
    path = path.with_suffix(".webm")
    with storage(path):
        data = _tagged(_encode(array, fps), metadata)
    atomic_write_bytes(path, data)
    atomic_write_text(sidecar(path), json.dumps(dict(metadata), ensure_ascii=False, indent=2) + "\n")
    return path


def _metadata(path: Path, data: bytes) -> dict[str, Any]:
    """From the file's tags, else from the sidecar, else nothing."""
    try:
        return parse_object(webm.read_tags(data)["COMMENT"])
    except (KeyError, ValueError):
        pass
    try:
        return read_object(sidecar(path))
    except ValueError:
        return {}


def _broken(path: Path, why: str) -> InputError:
    return InputError(f"“{path.name}” cannot be played.", why, "Choose a WebM, MP4 or AVI clip that others can play.")


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(f"There is no clip “{path}”.", fix="Check the path.")
    if path.stat().st_size > FILE_LIMIT:
        raise _broken(path, f"It is larger than {FILE_LIMIT // 1_000_000} MB.")
    data = path.read_bytes()
    if not any(data[at : at + 4] == mark for at, mark in _CONTAINERS):
        raise _broken(path, "It is not a video file.")
    return data


def _decoded(path: Path, capture: cv2.VideoCapture) -> Iterator[NDArray[np.uint8]]:
    """The frames one by one in RGB; InputError once they pass `PIXEL_LIMIT`."""
    room = PIXEL_LIMIT - capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
    while room >= 0:
        good, frame = capture.read()
        if not good:
            return
        room -= frame.shape[0] * frame.shape[1]
        yield np.asarray(frame[..., ::-1], np.uint8)
    raise _broken(path, "It is too long or too large to hold in memory.")


def read_clip(path: Path) -> Clip:
    """Every frame of a clip with its metadata; InputError if it is missing, broken, huge or no clip."""
    data = _bytes(path)
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        fps = capture.get(cv2.CAP_PROP_FPS)
        frames = list(_decoded(path, capture))
    finally:
        capture.release()
    if not frames or not math.isfinite(fps) or fps <= 0:
        raise _broken(path, "Not one frame of it can be decoded.")
    return Clip(np.stack(frames), fps, _metadata(path, data))
