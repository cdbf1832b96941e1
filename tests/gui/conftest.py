"""A small library that is drawn once, and windows that are closed again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.folders import settings_file
from core.library.store import Library
from gui.app import application
from gui.state.library_model import LibraryModel
from gui.state.session import Session
from gui.style import dress
from gui.theme import Scheme, volatile_settings
from gui.window import MainWindow
from tests.gui.samples import add_entry


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    """Every test has an application, in the light theme, and no settings but the usual ones."""
    settings_file().unlink(missing_ok=True)
    dress(qapp, Scheme.LIGHT)


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose name is short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="l") as made:
        yield Path(made)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with Pipwick (older) and a car."""
    root = tmp_path_factory.mktemp("drawn")
    library = Library(root / "library")
    add_entry(library, root, "Pipwick", "character", "critter")
    add_entry(library, root, "car", "object", "crate")
    return root / "library"


@pytest.fixture
def folder(drawn: Path, tmp_path: Path) -> Path:
    """A copy of the drawn library that a test may change."""
    return Path(shutil.copytree(drawn, tmp_path / "copy"))


@pytest.fixture
def model(folder: Path) -> Iterator[LibraryModel]:
    """The copy as a list model."""
    made = LibraryModel(Library(folder))
    yield made
    made.close()


@pytest.fixture
def window(folder: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window over the copy, in the look of a first run."""
    volatile_settings().clear()
    application(["lacuna"])
    made = MainWindow(Session(str(folder)))
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.asks = False
    made.close()
