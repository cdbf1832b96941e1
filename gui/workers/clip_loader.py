"""Decodes clips beside the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from core.errors import LacunaError


@dataclass(frozen=True)
class Film:
    """A clip ready to paint."""

    frames: tuple[QImage, ...]
    fps: float
    metadata: dict[str, Any]


def film(path: Path) -> Film:
    """Decode a clip, or a PNG as a clip of one frame; InputError if it cannot be read."""
    from core.media.clip import read_clip, read_picture

    if path.suffix.lower() == ".png":
        return Film((_image(read_picture(path)),), 1.0, {})
    clip = read_clip(path)
    return Film(tuple(map(_image, clip.frames)), clip.fps, clip.metadata)


def _image(pixels: Any) -> QImage:
    height, width, _ = pixels.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class ClipLoader(QObject):
    """Loads the clips of one comparison at a time; an answer to an older question is dropped."""

    loaded = Signal(dict)
    """Film by column; columns whose file cannot be read are missing."""
    failed = Signal(str)
    """Why a clip cannot be shown, in words."""

    _ready = Signal(int, dict, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._question = 0
        self._ready.connect(self._answer)

    def load(self, paths: dict[str, Path]) -> None:
        """Decode files by column; `loaded` answers."""
        self._question += 1
        question = self._question
        self._pool.start(lambda: self._work(question, paths))

    def _work(self, question: int, paths: dict[str, Path]) -> None:
        films: dict[str, Film] = {}
        problem = ""
        for column, path in paths.items():
            try:
                films[column] = film(path)
            except (LacunaError, OSError) as error:
                problem = str(error)
        self._ready.emit(question, films, problem)

    @Slot(int, dict, str)
    def _answer(self, question: int, films: dict[str, Film], problem: str) -> None:
        if question != self._question:
            return
        self.loaded.emit(films)
        if problem:
            self.failed.emit(problem)

    def close(self) -> None:
        """Wait until nothing is being decoded."""
        self._question += 1
        self._pool.clear()
        self._pool.waitForDone()
