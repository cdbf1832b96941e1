"""Decodes clips beside the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from core.errors import Cancelled, LacunaError
from core.i18n import tr

if TYPE_CHECKING:
    from core.media.film import Clip, Frame, Tell

ROOM = 192_000_000
"""Pixels of all clips of a comparison together: 768 MB as QImage. Each has the same share."""


@dataclass(frozen=True)
class Film:
    """A clip ready to paint: frames in Format_RGB32, which paints fastest.

    `times` are the seconds at which each frame starts, the first at 0, one for every frame. `full` is the size in the
    file, which is larger than the frames' where they had to be made smaller. `sound` says that the file has some.
    """

    frames: tuple[QImage, ...]
    fps: float
    metadata: dict[str, Any] = field(default_factory=dict)
    times: tuple[float, ...] = ()
    full: QSize = field(default_factory=QSize)
    sound: bool = False

    @property
    def note(self) -> str:
        """What to tell of how it is shown; empty where it is shown as it is."""
        shown = self.frames[0].size()
        if shown == self.full:
            return ""
        return tr(
            "Shown at {width} × {height} pixels: at its own {full_width} × {full_height} it does not fit into memory.",
            width=shown.width(),
            height=shown.height(),
            full_width=self.full.width(),
            full_height=self.full.height(),
        )


def film(path: Path, room: int = ROOM, tell: Tell | None = None) -> Film:
    """Decode a clip, GIF, picture or folder of numbered pictures; InputError if it cannot be read or is too long."""
    from core.media.clip import read_clip
    from core.media.film import silent

    return film_of(read_clip(path, room, tell or silent))


def film_of(clip: Clip) -> Film:
    """The clip as QImages."""
    height, width = clip.frames.shape[1:3]
    frames = tuple(map(image_of, clip.frames))
    return Film(frames, clip.fps, clip.metadata, clip.starts, QSize(*(clip.full or (width, height))), clip.sound)


def image_of(pixels: Frame) -> QImage:
    """An (h, w, 3) RGB byte array as a QImage that owns its memory."""
    import numpy as np

    height, width, _ = pixels.shape
    made = QImage(width, height, QImage.Format.Format_RGB32)
    rows = np.frombuffer(made.bits(), np.uint8).reshape(height, width, 4)
    rows[..., :3], rows[..., 3] = pixels[..., ::-1], 255
    return made


def pixels_of(image: QImage) -> Frame:
    """A QImage as an (h, w, 3) RGB byte array."""
    import numpy as np

    same = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(same.constBits(), np.uint8).reshape(same.height(), same.width(), 4)
    return rows[..., 2::-1].copy()


class ClipLoader(QObject):
    """Loads the clips of one comparison at a time; a newer question stops the older one, whose answer is dropped."""

    loaded = Signal(dict)
    """Film by key; keys whose file cannot be read are missing, and `problems` says why."""
    progressed = Signal(float)
    """How much of what was asked for is decoded, 0 to 1."""

    _ready = Signal(int, dict, dict)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problems: dict[str, str] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._question, self._said = 0, 0
        self._ready.connect(self._answer)

    def load(self, paths: Mapping[str, Path]) -> None:
        """Decode files by key; `loaded` answers."""
        self._question += 1
        question, asked = self._question, dict(paths)
        self._pool.start(lambda: self._work(question, asked))

    def _work(self, question: int, paths: dict[str, Path]) -> None:
        films: dict[str, Film] = {}
        problems: dict[str, str] = {}
        self._said = 0
        for number, (key, path) in enumerate(paths.items()):
            try:
                films[key] = film(path, ROOM // len(paths), self._teller(question, number, len(paths)))
            except Cancelled:
                return
            except (LacunaError, OSError) as error:
                problems[key] = str(error)
            except MemoryError:
                problems[key] = tr("There is not enough memory for “{name}”.", name=path.name)
        self._ready.emit(question, films, problems)

    def _teller(self, question: int, number: int, count: int) -> Tell:
        """Hears that a newer question came, and says how far the decoding is, in twentieths."""

        def tell(done: int, total: int) -> None:
            if question != self._question:
                raise Cancelled
            part = int(20 * (number + min(1.0, done / total if total else 0.0)) / count)
            if part > self._said:
                self._said = part
                self.progressed.emit(part / 20)

        return tell

    @Slot(int, dict, dict)
    def _answer(self, question: int, films: dict[str, Film], problems: dict[str, str]) -> None:
        if question != self._question:
            return
        self.problems = problems
        self.loaded.emit(films)

    def close(self) -> None:
        """Stop, and wait until nothing is being decoded."""
        self._question += 1
        self._pool.clear()
        self._pool.waitForDone()
