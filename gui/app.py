"""Opens the window: the application in its own style, and one MainWindow over one Session."""

from __future__ import annotations

import argparse
import locale
import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from gui.icons import icon
from gui.style import choose, dress
from gui.theme import Scheme, font, saved_scheme


def application(argv: Sequence[str]) -> QApplication:
    """The QApplication, dressed in the theme of the last run and following the system's.

    Qt takes the desktop's locale; numbers go back to the C locale, or parsers of numbers fail under decimal commas.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([argv[0] if argv else "lacuna"])
    locale.setlocale(locale.LC_NUMERIC, "C")
    app.setApplicationName("Lacuna")
    app.setStyle("Fusion")
    app.setFont(font())
    app.setWindowIcon(icon("lacuna", "accent"))
    app.setProperty("scheme", saved_scheme().value)
    dress(app, saved_scheme())
    app.styleHints().colorSchemeChanged.connect(lambda _: dress(app, Scheme(app.property("scheme"))))
    return app


def run(argv: Sequence[str]) -> int:
    """Show the window until it is closed and return the exit status; `--library DIR` names the library's folder."""
    parser = argparse.ArgumentParser(prog="lacuna", description="Erase a concept from a text encoder.")
    parser.add_argument("--library", default="", metavar="DIR", help="folder of the library")
    arguments = parser.parse_args(argv[1:])
    app = application(argv)
    from gui.state.session import Session
    from gui.window import MainWindow

    window = MainWindow(Session(arguments.library))
    window.scheme_chosen.connect(lambda key: choose(app, Scheme(key)))
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(run(sys.argv))
