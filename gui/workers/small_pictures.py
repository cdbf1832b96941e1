"""Pictures and clips at the size of a card; each function is run beside the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from gui.workers.clip_loader import film

BOX = QSize(440, 220)
"""Pixels that the picture of a card may have: 220 × 110 on a screen of twice the density."""
FRAMES = 96
"""Frames of a clip that are kept for playing in a card."""


def small_picture(path: Path) -> QImage | None:
    """The picture in a file, no larger than `BOX`; None if it is no picture."""
    reader = QImageReader(str(path))
    full = reader.size()
    if full.width() > BOX.width() or full.height() > BOX.height():
        reader.setScaledSize(full.scaled(BOX, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)


@dataclass(frozen=True)
class SmallFilm:
    """Frames to play in a card at `fps`."""

    frames: tuple[QImage, ...]
    fps: float


def small_film(paths: Sequence[Path]) -> SmallFilm:
    """One or two clips side by side, as high as a card; the shorter one waits on its last frame. LacunaError."""
    films = [film(path) for path in paths]
    small = [[_scaled(frame) for frame in one.frames[:FRAMES]] for one in films]
    count = max(len(frames) for frames in small)
    joined = tuple(_joined([frames[min(at, len(frames) - 1)] for frames in small]) for at in range(count))
    return SmallFilm(joined, films[0].fps)


def _scaled(frame: QImage) -> QImage:
    smooth = Qt.TransformationMode.SmoothTransformation
    return frame if frame.height() <= BOX.height() else frame.scaledToHeight(BOX.height(), smooth)


def _joined(frames: Sequence[QImage]) -> QImage:
    height = min(frame.height() for frame in frames)
    made = QImage(sum(frame.width() for frame in frames), height, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.black)
    painter, left = QPainter(made), 0
    for frame in frames:
        painter.drawImage(left, 0, frame)
        left += frame.width()
    painter.end()
    return made
