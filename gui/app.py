"""Opens the window: the language first, then the application in its own style, and one MainWindow over one Session."""

from __future__ import annotations

import argparse
import locale
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QLibraryInfo,
    QLocale,
    QProcess,
    QProcessEnvironment,
    QSettings,
    Qt,
    QTimer,
    QTranslator,
    Signal,
)
from PySide6.QtGui import QFileOpenEvent, QFontDatabase
from PySide6.QtWidgets import QApplication

from core.errors import FailureKind, LacunaError
from core.folders import config_folder, log_folder, portable_folder
from core.i18n import LANGUAGES, VARIABLE, language, tr
from core.resources import resource
from core.settings import Settings, library_folder, peek
from gui.icons import program_icon
from gui.packages import fonts, remedy
from gui.single import Meeting, Message, Single, local_path, usable
from gui.state.settings_model import SettingsModel
from gui.style import dress
from gui.theme import Scheme, font

if TYPE_CHECKING:
    from gui.window import MainWindow

OFFLINE = "HF_HUB_OFFLINE"
"""Heeded by every library that could reach for a model on the network."""

RESTART = "restart"
"""A property of the application; true when it is to start again once its window has closed."""

RAISING = "XDG_ACTIVATION_TOKEN"
"""By which a Wayland desktop lets the window come to the front that it names; Qt uses it up."""

_STAND_INS = frozenset({"Monospace", "Sans Serif", "Serif"})
"""Families that Qt lists although there may be no font at all."""


class Application(QApplication):
    """Qt's application, which macOS tells of files that were double-clicked."""

    opened = Signal()

    def __init__(self, name: str) -> None:
        super().__init__([name])
        self._files: list[str] = []

    def event(self, event: QEvent) -> bool:
        """Keep a file until the window asks for it."""
        if isinstance(event, QFileOpenEvent):
            self._files.append(local_path(event.file()))
            self.opened.emit()
            return True
        return super().event(event)

    def take_files(self) -> list[str]:
        """The files that came since the last time."""
        taken, self._files = self._files, []
        return taken


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
        app = Application(argv[0] if argv else "lacuna")
        _translate(app)
        bring_fonts()
    locale.setlocale(locale.LC_NUMERIC, "C")
    app.setApplicationName("Lacuna")
    app.setDesktopFileName("lacuna")
    app.setStyle("Fusion")
    app.setFont(font())
    app.setWindowIcon(program_icon())
    wear(app, scheme)
    app.styleHints().colorSchemeChanged.connect(lambda _: dress(app, Scheme(app.property("scheme"))))
    return app


def _translate(app: QApplication) -> None:
    """Let Qt's own buttons and menus speak the window's language."""
    QLocale.setDefault(QLocale(language()))
    made = QTranslator(app)
    if made.load(f"qtbase_{language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(made)


def bring_fonts() -> None:
    """Take the fonts of the bundle where the system has none at all; LacunaError where there are none to take either.

    Qt would draw every letter as a box.
    """
    if set(QFontDatabase.families()) - _STAND_INS:
        return
    taken = [QFontDatabase.addApplicationFont(str(path)) for path in sorted(resource("fonts").glob("*.ttf"))]
    if not any(number >= 0 for number in taken):
        what, why = tr("Lacuna's window cannot open."), tr("This system has no font.")
        raise LacunaError(FailureKind.INTERNAL, what, why, remedy([fonts()]))


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
    """Show the window until it is closed and return the exit status; a window that is open already is shown instead.

    `--library DIR` names the library's folder, all else a bundle that may be taken into it. LacunaError without fonts.
    """
    arguments = _parsed(argv)
    speak(peek())
    settings = SettingsModel()
    wanted = Message(tuple(map(local_path, arguments.files)), usable(os.environ.get(RAISING, "")))
    single = Single(library_folder(arguments.library))
    met = single.enter(wanted)
    if met is Meeting.TAKEN:
        return 0
    app = application(argv, settings.value.theme)
    if met is Meeting.SILENT and not _start_anyway():
        return 0
    status = _show(app, settings, arguments.library, single, wanted.files)
    if app.property(RESTART):
        start_again(settings, arguments.library)
    return status


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lacuna", description="Erase a concept from a text encoder.")
    parser.add_argument("--library", default="", metavar="DIR", help="folder of the library")
    parser.add_argument("files", nargs="*", metavar="FILE", help="a .lacuna bundle to take into the library")
    return parser.parse_args(argv[1:])


def _start_anyway() -> bool:
    from gui.widgets.ask import ask

    return ask(
        None,
        tr("Lacuna is open already, but does not answer."),
        tr("It may be busy: wait a moment and start it again. A second window would work on the same library."),
        tr("Start all the same"),
    )


def _show(app: QApplication, settings: SettingsModel, library: str, single: Single, files: Iterable[str]) -> int:
    from gui.state.watch import Watch, written
    from gui.workers.garbage import Garbage

    garbage = Garbage(app)
    watch = Watch()
    with written(log_folder()), watch.installed():
        window = open_window(app, settings, library)
        watch.open_log = lambda: window.go("help", "log")
        watch.failed.connect(window.say)
        receive(app, window, single, files)
        status = app.exec()
    garbage.stop()
    return status


def receive(app: QApplication, window: MainWindow, single: Single, files: Iterable[str]) -> None:
    """Let the window take in `files`, and what other starts and the desktop bring, until it closes."""
    single.asked.connect(lambda message: come_forward(window, message))
    window.closing.connect(single.close)
    single.listen()
    waiting = list(files)
    if isinstance(app, Application):
        app.opened.connect(lambda: take_in(window, app.take_files()))
        waiting += app.take_files()
    if waiting:
        QTimer.singleShot(0, window, lambda: take_in(window, waiting))


def come_forward(window: MainWindow, message: Message) -> None:
    """Show the window before all others, as far as the desktop lets it, and take in what another start was given."""
    if message.token:
        os.environ[RAISING] = message.token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)
    if message.files:
        take_in(window, message.files)


def take_in(window: MainWindow, files: Sequence[str]) -> None:
    """Ask whether bundles are wanted, as the Library does for those that are dropped; what is none is told there."""
    from gui.pages.library import LibraryPage

    window.open_place("library")
    page = window.page("library")
    if isinstance(page, LibraryPage):
        page.passing.look(list(map(Path, files)))


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
