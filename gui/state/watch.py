"""What keeps faults from being lost: uncaught exceptions become a record and a notice, crashes leave a file."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from core.i18n import tr

FILE_BYTES, FILES = 1_000_000, 3
"""The size at which a log file is put aside, and how many such are kept."""
QUIET = 5.0
"""Seconds before a person is told again."""

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Watch(QObject):
    """Stands in for Python's hooks while it is installed; `failed` tells the window, from whichever thread."""

    failed = Signal(str, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = -QUIET
        self.open_log: Callable[[], object] | None = None

    def caught(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Put an exception that nobody caught into the log and say that something went wrong."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        logging.getLogger("lacuna").critical("%s: %s", kind.__name__, error, exc_info=(kind, error or kind(), trace))
        now = time.monotonic()
        if now - self._told >= QUIET:
            self._told = now
            what = tr("Something went wrong inside Lacuna. What you just did may not have been done.")
            self.failed.emit(what, tr("Open the log"), self.open_log)

    @contextmanager
    def installed(self) -> Generator[None]:
        """Watch meanwhile: slots, threads, and what Python cannot raise."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self.caught
        threading.excepthook = lambda told: self.caught(told.exc_type, told.exc_value, told.exc_traceback)
        sys.unraisablehook = lambda told: self.caught(told.exc_type, told.exc_value, told.exc_traceback)
        qInstallMessageHandler(_from_qt)
        try:
            yield
        finally:
            qInstallMessageHandler(None)
            sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _from_qt(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
    logging.getLogger("qt").log(_QT_LEVELS[kind], "%s", text)


@contextmanager
def written(folder: Path) -> Generator[None]:
    """Meanwhile the log goes to lacuna.log in a folder, and a crash leaves its trace in crash.log beside it.

    A folder that cannot be written to is done without.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        crash = (folder / "crash.log").open("a", encoding="utf-8")
    except OSError:
        yield
        return
    handler = _handler(folder)
    faulthandler.enable(crash)
    try:
        yield
    finally:
        faulthandler.disable()
        logging.getLogger().removeHandler(handler)
        handler.close()
        crash.close()


def _handler(folder: Path) -> logging.Handler:
    handler = RotatingFileHandler(folder / "lacuna.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    return handler
