"""Opens the window: the language first, then the application in its own style, and one MainWindow over one Session."""

from __future__ import annotations

import argparse
import locale
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QProcess, QProcessEnvironment, QSettings, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from core.folders import config_folder, log_folder, portable_folder
from core.i18n import LANGUAGES, VARIABLE, language
from core.resources import resource
from core.settings import Settings, library_folder
from gui.icons import icon
from gui.state.settings_model import SettingsModel
from gui.style import dress
from gui.theme import Scheme, font

if TYPE_CHECKING:
    from gui.window import MainWindow

OFFLINE = "HF_HUB_OFFLINE"
"""Heeded by every library that could reach for a model on the network."""

RESTART = "restart"
"""A property of the application; true when it is to start again once its window has closed."""


def speak(settings: Settings) -> None:
    """Set the language of this process and of the engine, which inherits it; before any module with texts is read."""
    if settings.language != "system":
        os.environ[VARIABLE] = settings.language
    elif VARIABLE not in os.environ:
        spoken = (name.partition("-")[0] for name in QLocale.system().uiLanguages())
        os.environ[VARIABLE] = next((code for code in spoken if code in LANGUAGES), "en")
    if settings.offline:
        os.environ[OFFLINE] = "1"


def application(argv: Sequence[str], scheme: str = "system") -> QApplication:
    """The QApplication in a theme, following the system's where that is asked for.

    Qt takes the desktop's locale; numbers go back to the C locale, or parsers of numbers fail under decimal commas.
    """
    if portable_folder() is not None:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(config_folder()))
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([argv[0] if argv else "lacuna"])
        _translate(app)
    locale.setlocale(locale.LC_NUMERIC, "C")
    app.setApplicationName("Lacuna")
    app.setStyle("Fusion")
    app.setFont(font())
    app.setWindowIcon(icon("lacuna", "accent"))
    wear(app, scheme)
    app.styleHints().colorSchemeChanged.connect(lambda _: dress(app, Scheme(app.property("scheme"))))
    return app


def _translate(app: QApplication) -> None:
    """Let Qt's own buttons and menus speak the window's language."""
    QLocale.setDefault(QLocale(language()))
    made = QTranslator(app)
    if made.load(f"qtbase_{language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(made)


def wear(app: QApplication, scheme: str) -> None:
    """Show the application in a theme from now on."""
    app.setProperty("scheme", scheme)
    dress(app, Scheme(scheme))


def follow(app: QApplication, settings: SettingsModel) -> None:
    """Wear the theme that the settings ask for, whenever it changes."""

    def look(names: tuple[str, ...]) -> None:
        if "theme" in names:
            wear(app, settings.value.theme)

    settings.changed.connect(look)


def open_window(app: QApplication, settings: SettingsModel, library: str = "") -> MainWindow:
    """The window over a session that logs; it says what is wrong with the settings, and welcomes at the first run."""
    from gui.state.session import Session
    from gui.window import MainWindow

    session = Session(str(library_folder(library)), settings)
    session.log.listen()
    window = MainWindow(session)
    follow(app, settings)
    settings.noticed.connect(window.say)
    window.show()
    if note := settings.take_note():
        window.say(note)
    if not settings.value.welcomed:
        QTimer.singleShot(0, window, window.show_welcome)
    return window


def run(argv: Sequence[str]) -> int:
    """Show the window until it is closed and return the exit status; `--library DIR` names the library's folder."""
    parser = argparse.ArgumentParser(prog="lacuna", description="Erase a concept from a text encoder.")
    parser.add_argument("--library", default="", metavar="DIR", help="folder of the library")
    arguments = parser.parse_args(argv[1:])
    settings = SettingsModel()
    speak(settings.value)
    app = application(argv, settings.value.theme)
    from gui.state.watch import Watch, written
    from gui.workers.garbage import Garbage

    garbage = Garbage(app)
    watch = Watch()
    with written(log_folder()), watch.installed():
        window = open_window(app, settings, arguments.library)
        watch.open_log = lambda: window.go("help", "log")
        watch.failed.connect(window.say)
        status = app.exec()
    garbage.stop()
    if app.property(RESTART):
        start_again(settings, arguments.library)
    return status


def start_again(settings: SettingsModel, library: str) -> None:
    """Start another Lacuna in the place of this one, which follows the settings anew."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.remove(VARIABLE)
    if settings.started_with.offline:
        environment.remove(OFFLINE)
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments(_arguments("" if "library" in settings.waiting else library))
    process.setProcessEnvironment(environment)
    process.startDetached()


def _arguments(library: str) -> list[str]:
    own = [] if getattr(sys, "frozen", False) else [str(resource().parent / "main.py")]
    return [*own, *(["--library", library] if library else [])]


if __name__ == "__main__":
    sys.exit(run(sys.argv))
