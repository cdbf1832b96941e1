"""The one door to OpenCV: its wheel points Qt at plugins and fonts of another Qt, which this takes back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    if "cv2" in os.environ.get(_name, ""):
        del os.environ[_name]


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what OpenCV's C code prints meanwhile: it warns about VP9 in WebM, which works, and no setting stops it."""
    sys.stderr.flush()
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a windowed build has no such file
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


__all__ = ["cv2", "quiet"]
