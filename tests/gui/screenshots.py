"""Pictures of every page in both themes and two sizes, for the documentation and for a critical eye.

Run: QT_QPA_PLATFORM=offscreen python -m tests.gui.screenshots OUT [PLACE …]
`--wide` takes them at 1920 × 1080, too; `--check` writes nothing and says which pictures in OUT are out of date.
A drawn library is shown, with `--library DIR` a copy of a real one; LACUNA_LANGUAGE=de shows it in German. Clock,
memory and disk hold still, so that the same window is the same picture, byte for byte; only the system check of the
welcome tells of the computer it was made on.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import FailureKind
from core.jobs.events import Log, Metric, Preview, Progress, Stage
from core.jobs.queue import JobState, QueueFile, Record
from core.jobs.spec import EraseSpec, ProbeSpec
from core.library.store import Library
from core.media.picture import png_bytes
from core.settings import change
from gui.app import application
from gui.pages.compare import ComparePage
from gui.pages.models import ModelsPage
from gui.places import PLACES
from gui.state.session import Session
from gui.state.settings_model import SettingsModel
from gui.style import dress
from gui.theme import Scheme
from gui.widgets.cover import Cover
from gui.widgets.palette import Palette
from gui.window import MainWindow
from tests.gui.model_samples import let_download, write_models
from tests.gui.samples import add_entry, add_knowledge, add_report, clip
from tests.gui.stillness import SECONDS, held_still
from tests.gui.takes import add_takes
from tests.pictures import small_png

USUAL, WIDE = (1280, 800), (1920, 1080)
Size = tuple[int, int]
DRAWN = (
    ("Pipwick", "character", "critter"),
    ("car", "object", "crate"),
    ("Grumbo", "character", "critter"),
    ("Tizzel", "character", "critter"),
    ("rocket", "object", "crate"),
)
LAID_OVER: dict[str, Callable[[MainWindow], object]] = {
    "palette": MainWindow.show_palette,
    "shortcuts": MainWindow.show_shortcuts,
    "welcome": MainWindow.show_welcome,
}


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def drawn(root: Path) -> Path:
    """A library of drawn entries with reports, a gallery, and a queue."""
    library = Library(root / "library")
    made = {concept: add_entry(library, root, concept, kind, anchor) for concept, kind, anchor in DRAWN}
    library.annotate(made["Grumbo"].id, tags=("client", "cartoon"), stars=4)
    old = add_report(library, root, made["Pipwick"])
    new = add_entry(library, root, "Pipwick", "character", "critter", start=old.id)
    library.annotate(new.id, tags=("client",), stars=5, notes="Hardened after the second review.")
    add_report(library, root, new, {"token_search": (1.0, 0.0), "embedding_inversion": (1.0, 0.17)}, complete=False)
    add_report(library, root, new)
    add_knowledge(library.root)
    add_takes(library.root)
    queue = QueueFile(library.root)
    queue.open()
    queue.write(_records(new.id))
    queue.close()
    return library.root


def _records(entry: str) -> list[Record]:
    failure = {
        "kind": FailureKind.MEMORY,
        "what": "The device ran out of memory.",
        "why": "Other programs may be using it.",
        "fix": "Close other programs that use the GPU.",
    }
    return [
        Record(EraseSpec("Ollaby", prompt="Ollaby dancing on a hill")),
        Record(EraseSpec("Mara Quillon", kind="person")),
        Record(ProbeSpec(entry), about="Pipwick (2)", state=JobState.DONE, seconds=64.0, result={"entry": entry}),
        Record(EraseSpec("umbrella", kind="object"), state=JobState.FAILED, seconds=12.0, failure=failure),
    ]


def _running(session: Session) -> None:
    """Let the first waiting job look as if the engine were at it."""
    job = session.jobs.running = next(iter(session.jobs.waiting()), None)
    if job is None:
        return
    job.start(SECONDS - 30.0)
    png = base64.b64encode(png_bytes(clip("Ollaby")[5])).decode()
    events = [
        Stage("Erase", 3, 7),
        Progress(26, 40, 41.0),
        Preview(png, "after: Ollaby dancing on a hill"),
        Log("info", "Leads to a critter."),
        *(Metric("loss", step, 0.9 / (1 + 0.2 * step)) for step in range(0, 27, 2)),
        *(Metric("seen", step, max(0.0, 0.96 - 0.05 * step)) for step in range(0, 27, 2)),
        *(Metric("kept", step, 0.99 - 0.002 * (step % 5)) for step in range(0, 27, 2)),
    ]
    for event in events:
        job.apply(event, SECONDS - 20.0)
    job.heard = 1e12
    session.jobs.changed.emit(job)


def keep(widget: QWidget, path: Path) -> None:
    """Save what a widget looks like with a palette of its own."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    with Image.open(io.BytesIO(buffer.data().data())) as picture:
        path.write_bytes(small_png(picture))


@dataclass(frozen=True)
class Shoot:
    """Where the pictures go, in which sizes they are taken, of which places (of all of them for none), and of whose
    library; of a drawn one for None.
    """

    out: Path
    sizes: tuple[Size, ...] = (USUAL,)
    only: tuple[str, ...] = ()
    library: Path | None = None

    def shown(self, scratch: Path) -> Path:
        """The library that is shown: in `scratch`, since a window writes into its own."""
        if self.library is None:
            return drawn(scratch)
        return Path(shutil.copytree(self.library, scratch / "library"))

    def wanted(self, names: Iterable[str]) -> list[str]:
        """Those names that are to be shot."""
        return [name for name in names if not self.only or name in self.only]

    def path(self, name: str, scheme: Scheme, width: int) -> Path:
        """The file of a picture."""
        return self.out / f"{name}-{scheme.value}-{width}.png"


def shoot(app: QApplication, library: Path, task: Shoot, scheme: Scheme) -> None:
    """A picture of each page in each size, and of what is laid over the first."""
    dress(app, scheme)
    window = MainWindow(Session(str(library), SettingsModel(library / "settings.toml")))
    window.asks = False
    window.session.settings.change(theme=scheme.value)
    window.show()
    wait(300)
    _running(window.session)
    for width, height in task.sizes:
        window.resize(width, height)
        for key in task.wanted(place.key for place in PLACES):
            _open(window, key)
            keep(window, task.path(key, scheme, width))
    window.resize(*USUAL)
    window.open_place("erase")
    for name in task.wanted(LAID_OVER):
        _lay_over(window, name, LAID_OVER[name], task.path(name, scheme, USUAL[0]))
    window.session.jobs.running = None
    window.close()


def _open(window: MainWindow, key: str) -> None:
    window.open_place(key)
    wait(1800 if key in ("compare", "studio", "library", "models") else 400)
    page = window.page(key)
    if isinstance(page, ComparePage):
        page.player.pause()
        page.player.seek(4)
        wait(150)
    if isinstance(page, ModelsPage):
        let_download(page.model)
        page.take("sd21-base")
        wait(300)


def _lay_over(window: MainWindow, name: str, show: Callable[[MainWindow], object], path: Path) -> None:
    show(window)
    wait(4000 if name == "welcome" else 300)
    keep(window, path)
    for over in (*window.findChildren(Cover), *window.findChildren(Palette)):
        over.leave()
    wait(50)


def take(task: Shoot, scratch: Path) -> None:
    """Shoot everything that is wanted over a new library in `scratch`, whose path the settings show."""
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = f"{scratch}/{name.lower()}"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(scratch))
    app = application(["lacuna"])
    app.setQuitOnLastWindowClosed(False)
    app.setCursorFlashTime(0)
    with held_still():
        change(models=str(scratch / "models"))
        write_models(scratch / "models")
        library = task.shown(scratch)
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            shoot(app, library, task, scheme)


def _differing(made: Path, kept: Path) -> list[str]:
    """The pictures that are not as they were taken now, or not there."""
    return sorted(
        path.name
        for path in made.iterdir()
        if not (kept / path.name).is_file() or (kept / path.name).read_bytes() != path.read_bytes()
    )


def main() -> int:
    """Shoot every page, or those that are named; 1 where `--check` finds a picture that is out of date."""
    parser = argparse.ArgumentParser(prog="python -m tests.gui.screenshots")
    parser.add_argument("out", type=Path)
    parser.add_argument("only", nargs="*", metavar="PLACE")
    parser.add_argument("--wide", action="store_true", help="at 1920 × 1080, too")
    parser.add_argument("--check", action="store_true", help="write nothing, and say what is out of date")
    parser.add_argument("--library", type=Path, metavar="DIR", help="of a real library instead of a drawn one")
    given = parser.parse_args()
    scratch = Path(tempfile.gettempdir(), "lacuna-pictures")
    scratch.mkdir()
    try:
        out = scratch / "made" if given.check else given.out
        out.mkdir(parents=True, exist_ok=True)
        take(Shoot(out, (USUAL, WIDE) if given.wide else (USUAL,), tuple(given.only), given.library), scratch)
        stale = _differing(out, given.out) if given.check else []
    finally:
        shutil.rmtree(scratch)
    print("\n".join(stale))
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
