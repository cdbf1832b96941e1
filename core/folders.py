"""Where Lacuna keeps what is a person's own: the one place that asks the system, and the portable way beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from core.resources import resource

MARKER = "portable"
"""A file of this name beside main.py or the executable keeps everything in a folder beside it."""

PORTABLE = "lacuna-data"
"""The name of that folder."""


def beside() -> Path:
    """The folder of the executable, or of main.py in a checkout."""
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else resource().parent


def portable_folder() -> Path | None:
    """Where a portable copy keeps everything; None for an ordinary one."""
    here = beside()
    return here / PORTABLE if (here / MARKER).exists() else None


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
