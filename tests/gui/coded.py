"""Clips whose every frame says its own number in bands of colour, and clocks that are turned by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from core.media.clip import write_clip

BITS, BAND, WIDTH = 5, 32, 128
RED, GREEN, BLUE = 0, 1, 2


class HandClock:
    """Seconds that rise only when a test turns them."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def coded(count: int, channel: int) -> NDArray[np.uint8]:
    """Frames (count, 160, 128, 3): a band for each bit of the frame's number, lit in one channel where it is set."""
    made = np.zeros((count, BITS * BAND, WIDTH, 3), np.uint8)
    for number in range(count):
        for bit in range(BITS):
            if number >> bit & 1:
                made[number, bit * BAND : (bit + 1) * BAND, :, channel] = 255
    return made


def write_coded(path: Path, count: int, channel: int, fps: float = 8.0) -> Path:
    """A clip of such frames."""
    return write_clip(path, coded(count, channel), fps, {"prompt": "numbers", "seed": 0, "concept": "car"})


def number_in(image: QImage, box: QRectF, channel: int, across: float = 0.5) -> int:
    """The number painted in a box of an image, read in one channel at a share of the width."""
    number, x = 0, round(box.x() + across * box.width())
    for bit in range(BITS):
        y = round(box.y() + (bit + 0.5) / BITS * box.height())
        if image.pixelColor(x, y).getRgb()[channel] > 60:  # pyright: ignore[reportIndexIssue]
            number |= 1 << bit
    return number
