"""Leads out of Lacuna: to the system's own program for a file, a folder or a page of the web."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from core.outside import outside


def open_path(path: Path) -> None:
    """Open a folder in the file manager, or a file in the program that is meant for it."""
    _open(QUrl.fromLocalFile(str(path)))


def open_page(link: str) -> None:
    """Open a page of the web in the browser."""
    _open(QUrl(link))


def _open(url: QUrl) -> None:
    with outside():
        QDesktopServices.openUrl(url)
