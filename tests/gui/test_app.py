"""Opening the window: the language before the first word, the theme of the settings, a welcome once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.folders import settings_file
from core.i18n import VARIABLE
from core.library.bundle import pack
from core.library.store import Library
from core.settings import Settings
from gui.app import OFFLINE, application, come_forward, open_window, receive, speak, start_again
from gui.single import Message, Single
from gui.state.settings_model import SettingsModel
from gui.theme import current
from gui.widgets.welcome import Welcome
from gui.window import MainWindow
from tests.gui.library_pages import PATIENCE, answer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing, put back afterwards."""
    monkeypatch.setenv(VARIABLE, "en")
    monkeypatch.setenv(OFFLINE, "0")
    monkeypatch.delenv(VARIABLE)
    monkeypatch.delenv(OFFLINE)
    return monkeypatch


@pytest.mark.usefixtures("clean")
def test_the_settings_name_the_language() -> None:
    speak(Settings(language="de"))
    assert os.environ[VARIABLE] == "de"
    speak(Settings())
    assert os.environ[VARIABLE] == "de"


@pytest.mark.usefixtures("clean")
def test_without_one_the_system_does() -> None:
    speak(Settings())
    spoken = QLocale.system().uiLanguages()[0].partition("-")[0]
    assert os.environ[VARIABLE] == (spoken if spoken in ("en", "de") else os.environ[VARIABLE])
    assert OFFLINE not in os.environ


@pytest.mark.usefixtures("clean")
def test_offline_is_told_to_every_library() -> None:
    speak(Settings(offline=True))
    assert os.environ[OFFLINE] == "1"


def test_the_whole_window_speaks_the_language_of_the_settings(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "Lacuna"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('schema = 2\nlanguage = "de"\n', "utf-8")
    code = (
        "from gui.app import application, speak; from gui.state.settings_model import SettingsModel;"
        "model = SettingsModel(); speak(model.value); app = application(['lacuna']);"
        "from gui.places import PLACES; from core.files import _READ_ONLY; from PySide6.QtCore import QCoreApplication;"
        "print(PLACES[0].title, '|', _READ_ONLY[0], '|', QCoreApplication.translate('QPlatformTheme', 'Cancel'))"
    )
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config"), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop(VARIABLE, None)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    place, reason, qt = (part.strip() for part in done.stdout.split("|"))
    assert place == "Löschen"
    assert reason != "It is read-only."
    assert qt == "Abbrechen"


def test_the_theme_follows_the_settings(folder: Path, qapp: QApplication, qtbot: QtBot) -> None:
    settings = SettingsModel()
    settings.change(welcomed=True, theme="dark")
    application(["lacuna"], settings.value.theme)
    window = open_window(qapp, settings, str(folder))
    qtbot.addWidget(window)
    assert current().name == "dark"
    assert not window.findChildren(Welcome)
    settings.change(theme="light")
    assert current().name == "light"
    window.close()


def test_the_first_run_is_welcomed_and_a_broken_file_is_said(folder: Path, qapp: QApplication, qtbot: QtBot) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text("theme = ", "utf-8")
    window = open_window(qapp, SettingsModel(), str(folder))
    qtbot.addWidget(window)
    assert "kept as" in window.notice.text.text()
    qtbot.waitUntil(lambda: bool(window.findChildren(Welcome)))
    window.findChildren(Welcome)[0].leave()
    window.close()


def test_starting_again_takes_the_library_and_not_the_old_language(
    tmp_path: Path, clean: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    told = tmp_path / "told"
    script = tmp_path / "lacuna"
    script.write_text(f'#!/bin/sh\necho "$@ [${VARIABLE}]" > "{told}.part" && mv "{told}.part" "{told}"\n')
    script.chmod(0o755)
    clean.setenv(VARIABLE, "de")
    clean.setattr(sys, "executable", str(script))
    clean.setattr(sys, "frozen", True, raising=False)
    settings = SettingsModel(tmp_path / "settings.toml")
    start_again(settings, "/some/library")
    qtbot.waitUntil(told.exists, timeout=10_000)
    assert told.read_text() == "--library /some/library []\n"


@pytest.fixture
def met(window: MainWindow, qapp: QApplication, short: Path, clean: pytest.MonkeyPatch) -> Single:
    """A window that other starts meet in a folder of its own."""
    clean.setenv("XDG_RUNTIME_DIR", str(short))
    single = Single(short / "library", window)
    receive(qapp, window, single, ())
    return single


def test_another_start_brings_a_minimised_window_back(window: MainWindow, met: Single, qtbot: QtBot) -> None:
    window.showMinimized()
    met.asked.emit(Message(token="for-the-desktop"))
    assert not window.isMinimized()
    assert window.isVisible()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.place == "erase"


def test_the_desktops_token_is_there_when_the_window_asks_to_come_forward(
    window: MainWindow, clean: pytest.MonkeyPatch
) -> None:
    clean.setenv("XDG_ACTIVATION_TOKEN", "old")
    come_forward(window, Message(token="new"))
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "new"
    come_forward(window, Message())
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "new"


def test_a_full_screen_window_stays_one(window: MainWindow, met: Single) -> None:
    window.setWindowState(Qt.WindowState.WindowFullScreen | Qt.WindowState.WindowMinimized)
    met.asked.emit(Message())
    assert window.windowState() & Qt.WindowState.WindowFullScreen


def test_a_bundle_of_another_start_is_asked_about(
    window: MainWindow, met: Single, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = pack(Library(folder).get("car"), tmp_path / "a bundle ä.lacuna", "MIT")
    asked: list[str] = []
    answer(QMessageBox, lambda box: (asked.append(box.text()), box.reject()))
    met.asked.emit(Message((str(path),)))
    assert window.place == "library"
    qtbot.waitUntil(lambda: bool(asked), timeout=PATIENCE)
    assert asked == ["Take “car” into the library?"]


@pytest.mark.parametrize(("name", "words"), [("gone.lacuna", "There is no file"), ("text.lacuna", "It is no bundle")])
def test_what_is_no_bundle_is_told_in_the_notice_bar(
    window: MainWindow, met: Single, tmp_path: Path, name: str, words: str, qtbot: QtBot
) -> None:
    (tmp_path / "text.lacuna").write_text("hello")
    met.asked.emit(Message((str(tmp_path / name),)))
    qtbot.waitUntil(lambda: words in window.notice.text.text(), timeout=PATIENCE)
    assert name in window.notice.text.text()


@pytest.mark.usefixtures("met")
def test_a_window_that_closes_meets_nobody(window: MainWindow, short: Path) -> None:
    assert list(short.glob("lacuna-*"))
    window.asks = False
    window.close()
    assert list(short.glob("lacuna-*")) == []


def test_files_that_the_system_opens_wait_for_the_window(tmp_path: Path) -> None:
    code = (
        "import sys; from PySide6.QtCore import QCoreApplication; from PySide6.QtGui import QFileOpenEvent\n"
        "from gui.app import application\n"
        "app = application(['lacuna']); heard = []\n"
        "QCoreApplication.sendEvent(app, QFileOpenEvent('/a b.lacuna'))\n"
        "app.opened.connect(lambda: heard.append(app.take_files()))\n"
        "QCoreApplication.sendEvent(app, QFileOpenEvent('/c.lacuna')); print(heard, app.desktopFileName())"
    )
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.stdout == "[['/a b.lacuna', '/c.lacuna']] lacuna\n", done.stderr
