"""Where Lacuna keeps what is a person's own: the one place that asks the system, and the portable way beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from core.i18n import tr
from core.resources import resource

MARKER = "portable"
"""A file of this name beside main.py or the executable keeps everything in a folder beside it."""

PORTABLE = "lacuna-data"
"""The name of that folder."""


def beside() -> Path:
    """The folder of main.py in a checkout, else the one where the program really lies, whatever links lead there.

    On macOS that is the folder of the application, which is a folder itself: what is put inside breaks its signature.
    """
    if not getattr(sys, "frozen", False):
        return resource().parent
    program = Path(sys.executable).resolve()
    bundle = next((folder for folder in program.parents if folder.suffix == ".app"), None)
    inside = bundle is not None and program.parent == bundle / "Contents" / "MacOS"
    return bundle.parent if bundle and inside else program.parent


def portable_folder() -> Path | None:
    """Where a portable copy keeps everything, made if need be; None for an ordinary one.

    A marker in a folder that takes nothing makes no portable copy, for there is nothing to lose. Where the data are
    there already it does, even if they cannot be changed: else it would seem that they are gone.
    """
    return _portable()[0]


def portable_note() -> str:
    """Why the marker is there and a copy is not portable, or cannot change what it holds; empty where all is well."""
    return _portable()[1]


def _portable() -> tuple[Path | None, str]:
    here = beside()
    home = here / PORTABLE
    if not (here / MARKER).exists():
        return None, ""
    try:
        if not home.is_dir():
            home.mkdir(exist_ok=True)
    except OSError as error:
        return None, tr(
            "“{path}” cannot be made: {why}. Lacuna is not portable here, and uses the usual folders of this account.",
            path=home,
            why=error.strerror,
        )
    if os.access(home, os.W_OK):
        return home, ""
    return home, tr("“{path}” is read-only: nothing that you change now is kept.", path=home)


def at_home(path: str | Path) -> Path:
    """The path with a leading `~` in full; where nobody has such a home it is a name like any other."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def config_folder() -> Path:
    """The folder of settings.toml; it need not exist yet."""
    return portable_folder() or user_config_path("Lacuna", appauthor=False, roaming=True)


def data_folder() -> Path:
    """The folder of the library, the queue and the logs; it need not exist yet."""
    return portable_folder() or user_data_path("Lacuna", appauthor=False)


def settings_file() -> Path:
    """What a person has set."""
    return config_folder() / "settings.toml"


def log_folder() -> Path:
    """The folder of the log files."""
    return data_folder() / "logs"
