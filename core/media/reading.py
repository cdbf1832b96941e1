"""Clips in: what a stranger's file holds becomes frames that fit into memory, or a sentence that says why not."""

from __future__ import annotations

import math
import struct
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from core.errors import InputError
from core.i18n import tr
from core.media.beside import frame_files, read_sidecar
from core.media.cv import cv2
from core.media.film import Clip, Frame, Tell, silent, timing
from core.media.inside import Inside, is_upside_down, look_inside
from core.media.picture import read_picture, upright

FILE_LIMIT = 512_000_000
"""Bytes; a larger file is refused unread."""
PIXEL_LIMIT = 256_000_000
"""Pixels of all frames together: 768 MB once decoded."""
FRAME_LIMIT = 64_000_000
"""Pixels of one frame; 8K has 33 million."""
SMALLEST = 120
"""Pixels of the shorter side that frames are made small to at most, to fit all of them into memory."""

_ANIMATED = ("GIF", "WEBP")
_FAULTS = (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, cv2.error)

Stamped = tuple[Frame, float]
"""A frame and the second at which it starts."""


def _broken(path: Path, why: str, fix: str = "") -> InputError:
    told = tr("“{name}” cannot be played.", name=path.name)
    return InputError(told, why, fix or tr("Choose a WebM, MP4 or AVI clip that others can play."))


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(tr("There is no clip “{path}”.", path=path), fix=tr("Check the path."))
    if path.stat().st_size > FILE_LIMIT:
        why = tr("It is larger than {size} MB.", size=FILE_LIMIT // 1_000_000)
        raise _broken(path, why, tr("Cut it, or save it in a smaller size."))
    return path.read_bytes()


@dataclass(frozen=True)
class _Source:
    """Frames to come with their seconds: how many there seem to be (0: unknown), and the file's word on its rate."""

    frames: Generator[Stamped]
    count: int
    fps: float
    inside: Inside


def _video(path: Path, inside: Inside, data: bytes) -> _Source:
    if is_upside_down(data):
        why = tr("Its pictures are uncompressed and stand upside down, which the decoder cannot take.")
        raise _broken(path, why, tr("Save it in another format, such as MP4."))
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    count, fps = capture.get(cv2.CAP_PROP_FRAME_COUNT), capture.get(cv2.CAP_PROP_FPS)
    known = int(count) if math.isfinite(count) and 0 < count < 1e9 else 0
    return _Source(_shots(path, capture), known, fps if math.isfinite(fps) else 0.0, inside)


def _shots(path: Path, capture: cv2.VideoCapture) -> Generator[Stamped]:
    try:
        size = capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        if size > FRAME_LIMIT:
            why = tr("One frame has {count} million pixels.", count=round(size / 1e6))
            raise _broken(path, why, tr("Save it in a smaller size."))
        while True:
            good, frame = capture.read()
            if not good:
                return
            yield np.asarray(frame[..., ::-1], np.uint8), capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
    finally:
        capture.release()


def _animation(path: Path, inside: Inside) -> _Source:
    """A GIF or a WebP that moves; a frame without a duration stands a tenth of a second, as browsers have it."""
    with Image.open(path, formats=_ANIMATED) as image:
        return _Source(_drawn(path), getattr(image, "n_frames", 1), 0.0, inside)


def _drawn(path: Path) -> Generator[Stamped]:
    at = 0.0
    with Image.open(path, formats=_ANIMATED) as image:
        if image.width * image.height > FRAME_LIMIT:
            why = tr("One frame has {count} million pixels.", count=round(image.width * image.height / 1e6))
            raise _broken(path, why, tr("Save it in a smaller size."))
        for frame in ImageSequence.Iterator(image):
            yield np.array(upright(frame.copy())), at
            at += (frame.info.get("duration") or 100) / 1000


def _folder(files: list[Path]) -> _Source:
    """Numbered pictures, at the rate and the seconds that they tell themselves, else 8 a second."""
    told = look_inside(files[0], files[0].read_bytes()).metadata
    fps = told.get("fps")
    rate = float(fps) if isinstance(fps, int | float) and 0 < fps < 1000 else 8.0
    own = {name: value for name, value in told.items() if name not in ("frame", "second", "fps")}
    return _Source(_numbered(files, rate), len(files), rate, Inside("frames", own))


def _numbered(files: list[Path], rate: float) -> Generator[Stamped]:
    for index, file in enumerate(files):
        second = look_inside(file, file.read_bytes()).metadata.get("second")
        yield read_picture(file), second if isinstance(second, int | float) else index / rate


def _still(path: Path) -> Generator[Stamped]:
    yield read_picture(path, FRAME_LIMIT), 0.0


def _open(path: Path) -> _Source:
    if path.is_dir() and (files := frame_files(path)):
        return _folder(files)
    data = _bytes(path)
    inside = look_inside(path, data)
    match inside.kind:
        case "gif" | "webp":
            return _animation(path, inside)
        case "picture":
            return _Source(_still(path), 1, 1.0, inside)
        case "":
            raise _broken(path, tr("It is not a video file."))
        case _:
            return _video(path, inside, data)


def _resized(frame: Frame, size: tuple[int, int]) -> Frame:
    if frame.shape[1::-1] == size:
        return frame
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass
class _Shelf:
    """Keeps frames in at most `room` pixels: they are made smaller when there are too many, never below SMALLEST."""

    path: Path
    room: int
    count: int
    fps: float
    full: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.frames: list[Frame] = []
        self.stamps: list[float] = []

    def put(self, frame: Frame, at: float) -> None:
        """Take one more frame; InputError where even the smallest would be too many."""
        if not self.frames:
            self.full = self.size = (frame.shape[1], frame.shape[0])
        while max(self.count, len(self.frames) + 1) * self.size[0] * self.size[1] > self.room:
            self._shrink()
        self.frames.append(_resized(np.ascontiguousarray(frame), self.size))
        self.stamps.append(at)

    def _shrink(self) -> None:
        """Three quarters of each side, of what is kept and of what comes."""
        width, height = (max(1, round(0.75 * side)) for side in self.size)
        if min(width, height) < SMALLEST:
            raise self._too_long()
        self.size = (width, height)
        self.frames = [_resized(frame, self.size) for frame in self.frames]

    def _too_long(self) -> InputError:
        width, height = self.full
        count = max(self.count, len(self.frames))
        why = tr(
            "It is too long or too large to hold in memory: {count} frames of {width} × {height} pixels or more.",
            count=count,
            width=width,
            height=height,
        )
        scale = min(1.0, SMALLEST / min(self.full))
        most = self.room / (width * height * scale**2)
        usable = self.fps if 0 < self.fps < 1000 else 25.0
        return _broken(self.path, why, tr("Cut it to {seconds} seconds at most.", seconds=max(1, int(most / usable))))


def _stacked(frames: list[Frame]) -> Frame:
    """All frames as one array; each is let go when it is copied, so that memory holds them once."""
    made = np.empty((len(frames), *frames[0].shape), np.uint8)
    for index in reversed(range(len(made))):
        made[index] = frames.pop()
    return made


def read_clip(path: Path, room: int = 0, tell: Tell = silent) -> Clip:
    """Every frame of a clip, GIF, picture or folder of numbered pictures with its metadata and its seconds.

    Frames of more than `room` pixels in all, PIXEL_LIMIT where it is 0, are made smaller, which `Clip.full` then tells.
    InputError if the file is missing, broken, far too long or no clip; Cancelled where `tell` raises it.
    """
    try:
        source = _open(path)
        shelf = _Shelf(path, room or PIXEL_LIMIT, source.count, source.fps)
        with closing(source.frames):
            for frame, at in source.frames:
                shelf.put(frame, at)
                tell(len(shelf.frames), source.count)
    except (*_FAULTS, Image.DecompressionBombError) as error:
        raise _broken(path, tr("Reading it failed: {error}.", error=error)) from error
    if not shelf.frames:
        raise _broken(path, tr("Not one frame of it can be decoded."))
    fps, times = timing(shelf.stamps, source.fps)
    metadata = source.inside.metadata or read_sidecar(path)
    full = shelf.full if shelf.full != shelf.size else None
    return Clip(_stacked(shelf.frames), fps, metadata, times, full, source.inside.sound)
