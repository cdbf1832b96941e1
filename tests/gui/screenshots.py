"""Pictures of every page in both themes, for the documentation and for a critical eye.

Run: QT_QPA_PLATFORM=offscreen python -m tests.gui.screenshots OUT [LIBRARY] [WIDTHxHEIGHT]
Without a library, a drawn one is shown.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from core.library.store import Library
from gui.app import application
from gui.pages.compare import ComparePage
from gui.state.session import Session
from gui.style import dress
from gui.theme import Scheme
from gui.window import PLACES, MainWindow
from tests.gui.samples import add_entry, add_knowledge, add_report

DRAWN = (("Pipwick", "character", "critter"), ("car", "object", "crate"), ("Grumbo", "character", "critter"))


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def drawn(root: Path) -> Path:
    """A library of drawn entries."""
    library = Library(root / "library")
    made = {concept: add_entry(library, root, concept, kind, anchor) for concept, kind, anchor in DRAWN}
    old = add_report(library, root, made["Pipwick"])
    new = add_entry(library, root, "Pipwick", "character", "critter", start=old.id)
    add_report(library, root, new, {"token_search": (1.0, 0.0), "embedding_inversion": (1.0, 0.17)}, complete=False)
    add_report(library, root, new)
    add_knowledge(library.root)
    return library.root


def shoot(app: QApplication, library: Path, out: Path, size: tuple[int, int], scheme: Scheme) -> None:
    """One picture of each page in one theme."""
    dress(app, scheme)
    window = MainWindow(Session(str(library)))
    window.resize(*size)
    window.show()
    for place in PLACES:
        window.open_place(place.key)
        wait(1500 if place.key == "compare" else 200)
        page = window.page(place.key)
        if isinstance(page, ComparePage):
            page.player.pause()
            page.player.seek(4)
            wait(100)
        window.grab().save(str(out / f"{place.key}-{scheme.value}.png"))
    window.close()


def main(arguments: list[str]) -> None:
    """Shoot every page."""
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, scratch)
        app = application(["lacuna"])
        library = Path(arguments[1]) if len(arguments) > 1 else drawn(Path(scratch))
        width, height = (int(part) for part in (arguments[2] if len(arguments) > 2 else "1280x800").split("x"))
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            shoot(app, library, out, (width, height), scheme)


if __name__ == "__main__":
    main(sys.argv[1:])
