"""Saving frames, clips and comparisons as files to hand on: what can be saved, where and as what, and the doing of it.

A page makes a Savable with one of `frame`, `clip`, `clips` or `comparison` and gives it to
`gui.widgets.save_dialog.save`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, QThreadPool, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage

from core.errors import Cancelled, LacunaError
from core.files import atomic_write_bytes, storage
from core.i18n import tr
from core.media.beside import about, write_sidecar
from gui.state.comparison import Comparison
from gui.theme import volatile_settings
from gui.workers.clip_loader import pixels_of

if TYPE_CHECKING:
    from core.media.composing import Layout
    from core.media.film import Clip, Tell

FORMATS = {
    ".webm": (tr("WebM"), tr("Small and sharp. Every browser and most players open it.")),
    ".mp4": (tr("MP4"), tr("For programs that take no WebM. MPEG-4 Part 2: larger at the same sharpness.")),
    ".gif": (tr("GIF"), tr("For chats and web pages. 256 colours, no pause button, large files.")),
    ".webp": (tr("WebP"), tr("For web pages: moves by itself as a GIF does, in all colours and a tenth of the size.")),
    "": (tr("PNG frames"), tr("A folder of numbered pictures, every pixel as it is.")),
    ".png": (tr("PNG"), tr("Every pixel as it is, with what made it inside.")),
    ".lacuna": (
        tr("Bundle"),
        tr("The change, its scorecard, clips and notes in one file, which Lacuna takes in on another computer."),
    ),
}
"""By suffix: a name, and what it is good for."""
CLIP_FORMATS = (".webm", ".mp4", ".gif", ".webp", "")
SCALES = (1, 2, 4)
NAME_LIMIT = 120
"""Letters of a file's name, which leaves room for suffixes and sidecars."""

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True)
class How:
    """The format by its suffix, and how many times as large."""

    suffix: str
    scale: int = 1


@dataclass(frozen=True)
class Savable:
    """Something to save. `write` gets a path that is free, how to save, and whom to tell of the progress.

    `size` is width and height at scale 1, zeros if not known; `many` are files in a new folder that has the name.
    `kind` is what its format is remembered by; only clips and pictures have a scale.
    """

    title: str
    name: str
    formats: tuple[str, ...]
    write: Callable[[Path, How, Tell], object]
    size: tuple[int, int] = (0, 0)
    many: bool = False
    kind: str = "clip"

    @property
    def scaled(self) -> bool:
        """Whether it can be saved larger."""
        return self.kind in ("clip", "picture")


def file_name(text: str) -> str:
    """A text as a file's name that every system takes, without suffix; `clip` where nothing is left of it."""
    plain = " ".join(_FORBIDDEN.sub(" ", text).split()).strip(". ")
    return plain[:NAME_LIMIT].strip(". ") or "clip"


def frame(image: QImage, name: str, metadata: Mapping[str, Any] | None = None) -> Savable:
    """One picture: a frame of a pane, or the stage as it is painted."""
    shown = image.copy()

    def write(path: Path, how: How, tell: Tell) -> None:
        from core.media.clip import write_picture

        write_picture(path, pixels_of(shown), dict(metadata or {}), how.scale)
        tell(1, 1)

    size = (shown.width(), shown.height())
    return Savable(tr("Save the frame"), file_name(name), (".png",), write, size, kind="picture")


def clip(path: Path, name: str = "", size: tuple[int, int] = (0, 0)) -> Savable:
    """A clip or picture in any format; in its own it is copied byte by byte, with what stands beside it."""
    picture = path.suffix.lower() == ".png"
    title = tr("Save the picture") if picture else tr("Save the clip")
    formats = (".png",) if picture else CLIP_FORMATS
    called, kind = file_name(name or path.stem), "picture" if picture else "clip"
    return Savable(title, called, formats, lambda to, how, tell: _save(path, to, how, tell), size, kind=kind)


def clips(paths: Sequence[Path], name: str) -> Savable:
    """Several clips and pictures in one format into a new folder; pictures stay PNG."""

    def write(folder: Path, how: How, tell: Tell) -> None:
        with storage(folder):
            folder.mkdir()
        try:
            for number, path in enumerate(paths):
                _save_into(folder, path, how, _part(tell, number, len(paths)))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    return Savable(tr("Save {count} clips", count=len(paths)), file_name(name), CLIP_FORMATS, write, many=True)


def comparison(shown: Comparison, layout: Layout) -> Savable:
    """The comparison as one clip with captions burnt in; a wipe and the like show its first two panes."""

    def write(path: Path, how: How, tell: Tell) -> None:
        from core.media.formats import write_film

        write_film(path, compose_comparison(shown, layout, _part(tell, 0, 2)), how.scale, _part(tell, 1, 2))

    name = file_name(tr("{title}, compared", title=shown.title))
    return Savable(tr("Save the comparison"), name, CLIP_FORMATS, write)


def compose_comparison(shown: Comparison, layout: Layout, tell: Tell) -> Clip:
    """Read every pane and put them into one clip that says what it is made of; InputError, Cancelled."""
    from core.media.clip import read_clip
    from core.media.composing import Panel, caption_of, compose
    from core.media.reading import PIXEL_LIMIT

    panels, count = [], len(shown.panes) + 1
    for number, pane in enumerate(shown.panes):
        read = read_clip(pane.path, PIXEL_LIMIT // len(shown.panes), _part(tell, number, count))
        panels.append(Panel(read, pane.title, pane.note))
    known = {"prompt": shown.prompt, "seed": shown.seed, "host": shown.host, "family": shown.family}
    of = [{"title": panel.title, **panel.clip.metadata} for panel in panels]
    made_of = {
        "mode": layout.mode,
        **{name: value for name, value in known.items() if value not in ("", None)},
        "of": of,
    }
    named = replace(layout, caption=layout.caption or caption_of([known]), metadata=made_of)
    return compose(panels, named, _part(tell, count - 1, count))


def _save_into(folder: Path, path: Path, how: How, tell: Tell) -> None:
    suffix = ".png" if path.suffix.lower() == ".png" else how.suffix
    _save(path, folder / f"{path.stem}{suffix}", How(suffix, how.scale), tell)


def _save(path: Path, to: Path, how: How, tell: Tell) -> None:
    from core.media.formats import check_free, convert

    if how.scale > 1 or path.suffix.lower() != how.suffix or path.is_dir():
        convert(path, to, scale=how.scale, tell=tell)
        return
    check_free(to)
    with storage(path):
        atomic_write_bytes(to, path.read_bytes())
    write_sidecar(to, about(path))
    tell(1, 1)


def _part(tell: Tell, number: int, count: int) -> Tell:
    """Tells of one of several parts that take about equally long."""

    def inner(done: int, total: int) -> None:
        tell(round(1000 * (number + min(1.0, done / total if total else 0.0))), 1000 * count)

    return inner


def copy_picture(image: QImage) -> None:
    """Put a picture on the clipboard."""
    QGuiApplication.clipboard().setImage(image)


class Saver(QObject):
    """Saves one thing beside the window's thread; format, folder and scale are remembered from the last time."""

    changed = Signal()
    """Another name, folder, format or scale, or the saving began or ended."""
    progressed = Signal(float)
    """How much is done, 0 to 1."""
    saved = Signal(object)
    """The path of what was written."""
    failed = Signal(str)
    """Why nothing was written, in words; empty where a person stopped it."""

    _told = Signal(float)
    _ended = Signal(object, str)

    def __init__(self, savable: Savable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.savable = savable
        self._kind = savable.kind
        kept = volatile_settings()
        wanted = str(kept.value(f"save/{self._kind}-format", savable.formats[0]))
        self.suffix = wanted if wanted in savable.formats else savable.formats[0]
        self.scale = _scale(kept.value("save/scale", 1))
        self.folder = _folder(str(kept.value("save/folder", "")))
        self.name = self._free(savable.name)
        self.busy = False
        self._stop = False
        self._pool = QThreadPool(self)
        self._told.connect(self.progressed)
        self._ended.connect(self._end)

    @property
    def path(self) -> Path:
        """Where it goes."""
        return self._path(self.name)

    @property
    def problem(self) -> str:
        """Why it cannot go there, in words; empty if it can."""
        if not self.name.strip():
            return tr("Give it a name.")
        if file_name(self.name) != self.name.strip():
            return tr(
                "A name must not hold any of {signs}, and no more than {most} letters.",
                signs='\\ / : * ? " < > |',
                most=NAME_LIMIT,
            )
        if not self.folder.is_dir():
            return tr("The folder {folder} does not exist.", folder=self.folder)
        if self.path.exists() or self.path.is_symlink():
            return tr("“{name}” exists already, and nothing is overwritten.", name=self.path.name)
        return ""

    def set_name(self, name: str) -> None:
        """Call it something else; the suffix is added."""
        self.name = name
        self.changed.emit()

    def set_folder(self, folder: Path) -> None:
        """Put it somewhere else, under a name that is free there."""
        self.folder = folder
        self.name = self._free(self.name)
        self.changed.emit()

    def set_suffix(self, suffix: str) -> None:
        """Save in another format."""
        self.suffix = suffix
        self.name = self._free(self.name)
        self.changed.emit()

    def set_scale(self, scale: int) -> None:
        """Save so many times as large."""
        self.scale = scale
        self.changed.emit()

    def save(self) -> bool:
        """Begin; `saved` or `failed` follows. False where there is a problem or it is being saved already."""
        if self.busy or self.problem:
            return False
        self._remember()
        self.busy, self._stop = True, False
        path, how = self.path, How(self.suffix, self.scale)
        self._pool.start(lambda: self._work(path, how))
        self.changed.emit()
        return True

    def stop(self) -> None:
        """Give up what is being saved; nothing of it is left behind."""
        self._stop = True

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self.stop()
        self._pool.waitForDone()

    def _remember(self) -> None:
        kept = volatile_settings()
        kept.setValue(f"save/{self._kind}-format", self.suffix)
        kept.setValue("save/folder", str(self.folder))
        kept.setValue("save/scale", self.scale)

    def _path(self, name: str) -> Path:
        return self.folder / (name.strip() if self.savable.many else f"{name.strip()}{self.suffix}")

    def _free(self, name: str) -> str:
        """The name, with a number behind it where it is taken."""
        found, number = name, 2
        while self._path(found).exists():
            found, number = f"{name} {number}", number + 1
        return found

    def _work(self, path: Path, how: How) -> None:
        try:
            self.savable.write(path, how, self._teller())
        except Cancelled:
            self._ended.emit(None, "")
        except (LacunaError, OSError) as error:
            self._ended.emit(None, str(error))
        except MemoryError:
            self._ended.emit(None, tr("There is not enough memory. Choose a smaller size."))
        else:
            self._ended.emit(path, "")

    def _teller(self) -> Tell:
        said = 0

        def tell(done: int, total: int) -> None:
            nonlocal said
            if self._stop:
                raise Cancelled
            part = int(20 * done / total) if total else 0
            if part > said:
                said = part
                self._told.emit(part / 20)

        return tell

    @Slot(object, str)
    def _end(self, path: Path | None, why: str) -> None:
        self.busy = False
        self.changed.emit()
        self.saved.emit(path) if path is not None else self.failed.emit(why)


def _scale(value: object) -> int:
    """A scale that was kept as text."""
    return next((scale for scale in SCALES if str(scale) == str(value)), 1)


def _folder(kept: str) -> Path:
    """The folder of the last time while it is there, else where the system keeps films, else the home."""
    usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    return next((path for path in map(Path, filter(None, (kept, usual))) if path.is_dir()), Path.home())
