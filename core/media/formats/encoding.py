"""What the formats share that OpenCV encodes: a temporary file, even sides, and the want of disk or memory told."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_bytes, storage
from core.i18n import tr
from core.media.cv import cv2, quiet
from core.media.film import Clip, Frame, Tell, steady
from core.media.picture import enlarge


def _prepared(frame: Frame, scale: int) -> Frame:
    """The frame enlarged, an odd edge repeated: 4:2:0 halves both sides, and the encoder would cut the odd row off."""
    large = enlarge(frame, scale)
    height, width = large.shape[:2]
    return np.pad(large, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def tags_of(metadata: Mapping[str, Any]) -> dict[str, str]:
    """What players show: the prompt as the title, and everything as JSON in the comment."""
    comment = json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False)
    return {"TITLE": str(metadata.get("prompt", "")), "COMMENT": comment}


def _encode(clip: Clip, scale: int, suffix: str, code: str, tell: Tell) -> tuple[bytes, int]:
    """The clip as a file without our tags, cut off if the temporary disk is full, and how many frames it lacks."""
    shown, fps = steady(clip)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"clip{suffix}")
        height, width = _prepared(clip.frames[0], scale).shape[:2]
        with quiet():
            writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), fps, (width, height))
        try:
            if not writer.isOpened():
                what = tr("{width} × {height} pixels do not fit this format.", width=width, height=height)
                raise InputError(what, fix=tr("Choose a smaller size, or PNG frames."))
            for done, index in enumerate(shown, 1):
                writer.write(np.ascontiguousarray(_prepared(clip.frames[index], scale)[..., ::-1]))
                tell(done, len(shown))
        finally:
            writer.release()
        return path.read_bytes(), len(shown) - _frames_in(path)


def _frames_in(path: Path) -> int:
    """How many frames can be read back: an encoder that runs out of memory leaves some out and tells nobody."""
    capture, count = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG), 0
    while capture.grab():
        count += 1
    capture.release()
    return count


def write_encoded(
    path: Path, clip: Clip, scale: int, code: str, embed: Callable[[bytes, Mapping[str, str]], bytes], tell: Tell
) -> None:
    """Encode, tag and put in place; LacunaError(STORAGE), also where the encoder, telling nobody, ran out of disk.

    Where it ran out of memory it is LacunaError(MEMORY), which a job takes as such.
    """
    with storage(path):
        data, lacking = _encode(clip, scale, path.suffix.lower(), code, tell)
    try:
        tagged = embed(data, tags_of(clip.metadata))
    except ValueError as error:
        why = tr("The disk of the temporary folder took only a part of it ({error}).", error=error)
        fix = tr("Free some space there.")
        raise LacunaError(FailureKind.STORAGE, tr("The clip cannot be written."), why, fix) from error
    if lacking:
        why = tr("The encoder left out {count} frames: there was not enough memory for it.", count=lacking)
        fix = tr("Close other programs, choose a smaller size, or save PNG frames.")
        raise LacunaError(FailureKind.MEMORY, tr("The clip cannot be written."), why, fix) from MemoryError()
    atomic_write_bytes(path, tagged)
