"""Pictures of every page in both themes and two sizes, for the documentation and for a critical eye.

Run: QT_QPA_PLATFORM=offscreen python -m tests.gui.screenshots OUT [PLACE …]
A drawn library is shown; LACUNA_LANGUAGE=de shows it in German. The pictures have few colours, to be small.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
import time
from collections.abc import Callable
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
from tests.gui.takes import add_takes

SIZES = ((1280, 800), (1920, 1080))
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
    job.start(time.monotonic() - 30.0)
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
        job.apply(event, time.monotonic() - 20.0)
    job.heard = 1e12
    session.jobs.changed.emit(job)


def keep(widget: QWidget, path: Path) -> None:
    """Save what a widget looks like with a palette of its own."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole.png")
        whole.write_bytes(buffer.data().data())
        with Image.open(whole) as picture:
            few = picture.convert("RGB").quantize(192, dither=Image.Dither.NONE)
            few.save(path, optimize=True)


def shoot(app: QApplication, library: Path, out: Path, scheme: Scheme, only: list[str]) -> None:
    """A picture of each page in each size, and of what is laid over the first."""
    dress(app, scheme)
    window = MainWindow(Session(str(library), SettingsModel(library / "settings.toml")))
    window.asks = False
    window.session.settings.change(theme=scheme.value)
    window.show()
    wait(300)
    _running(window.session)
    wanted = [place.key for place in PLACES if not only or place.key in only]
    for width, height in SIZES:
        window.resize(width, height)
        for key in wanted:
            _open(window, key)
            keep(window, out / f"{key}-{scheme.value}-{width}.png")
    window.resize(*SIZES[0])
    window.open_place("erase")
    for name, show in LAID_OVER.items():
        if not only or name in only:
            _lay_over(window, name, show, out / f"{name}-{scheme.value}-{SIZES[0][0]}.png")
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


def main(arguments: list[str]) -> None:
    """Shoot every page, or those that are named."""
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = f"{scratch}/{name.lower()}"
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, scratch)
        app = application(["lacuna"])
        app.setQuitOnLastWindowClosed(False)
        change(models=str(Path(scratch, "models")))
        write_models(Path(scratch, "models"))
        library = drawn(Path(scratch))
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            shoot(app, library, out, scheme, arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
