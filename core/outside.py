"""Starting programs that are not Lacuna's own, which must not be given the libraries of a frozen bundle."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

_PATH = "LD_LIBRARY_PATH"
_ORIGINAL = "LD_LIBRARY_PATH_ORIG"
"""Where PyInstaller's loader keeps what it found (pyinstaller.org, “LD_LIBRARY_PATH / LIBPATH considerations”)."""


def environment(inside: Mapping[str, str]) -> dict[str, str]:
    """The environment of another program: `inside` is ours, in which a bundle points at its own libraries.

    The engine needs ours as it is; a browser that loads the bundle's libraries instead of its own may not start.
    """
    made = {name: value for name, value in inside.items() if name != _ORIGINAL}
    if "_PYI_ARCHIVE_FILE" in inside:
        made.pop(_PATH, None)
        if _ORIGINAL in inside:
            made[_PATH] = inside[_ORIGINAL]
    return made


@contextmanager
def outside() -> Generator[None]:
    """Meanwhile what this process starts is started with the environment of another program."""
    before = dict(os.environ)
    _become(environment(before))
    try:
        yield
    finally:
        _become(before)


def _become(wanted: Mapping[str, str]) -> None:
    """Change only what differs, for what reads the environment at the same time."""
    for name in (_PATH, _ORIGINAL):
        if name in wanted:
            os.environ[name] = wanted[name]
        else:
            os.environ.pop(name, None)
