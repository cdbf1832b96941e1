"""pip, run in a process of its own: where files come from is its configuration's affair, index and proxy included."""

from __future__ import annotations

import io
import os
import re
import runpy
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from core.errors import FailureKind, LacunaError
from core.hardware.pack.aside import run_aside
from core.i18n import tr

_QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_NO_COLOR": "1",
    "PIP_REQUIRE_VIRTUALENV": "0",  # a person's own rule for their shell, which an application is not
    "PIP_USER": "0",
    "COLUMNS": "2000",  # a sentence that is cut in two is not recognised
}
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
_TAIL = 60
"""Lines of pip's that are kept to find out what went wrong."""


class _Speaker(io.TextIOBase):
    """Sends what is printed, a line at a time; the process ends when nobody listens any more."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._rest = pipe, ""

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        try:
            for line in filter(None, lines):
                self._pipe.send_bytes(line.encode())
        except OSError:
            os._exit(1)
        return len(text)


def _pip(pipe: Connection, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Be pip; leaves by SystemExit with its status."""
    os.environ.update(environment)
    tempfile.tempdir = None  # asked for anew, so that TMPDIR counts
    sys.stdout = sys.stderr = _Speaker(pipe)
    sys.argv = ["pip", *arguments]
    runpy.run_module("pip", run_name="__main__")


def run_pip(
    *arguments: str,
    temporary: Path,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    pure: bool = False,
) -> None:
    """Run pip; LacunaError says in words what it could not do. `pure` keeps its configuration out.

    `temporary` is where pip unpacks: on the disk that the result goes to, since /tmp may be small.
    """
    told: list[str] = []

    def hear(line: str) -> None:
        if found := _PROGRESS.match(line):
            progress(int(found[1]), int(found[2]))
        else:
            told.append(line)
            del told[:-_TAIL]

    environment = _QUIET | {"TMPDIR": str(temporary)} | ({"PIP_CONFIG_FILE": os.devnull} if pure else {})
    status = run_aside(_pip, arguments, environment, heard=hear, cancelled=cancelled)
    if status:
        raise explained(told, status)


_NETWORK = re.compile(
    r"connection broken|ConnectionError|NewConnectionError|name resolution|timed out|Timeout|ProxyError|SSLError"
    r"|HTTP error|Max retries|IncompleteRead|Connection reset|403 Client Error|407"
)


def explained(told: list[str], status: int) -> LacunaError:
    """What pip said last, and its exit status, as a failure that a person can do something about."""
    text = "\n".join(told)
    last = next((line.removeprefix("ERROR: ") for line in reversed(told) if line.startswith("ERROR: ")), "")
    if "DO NOT MATCH THE HASHES" in text:
        fix = tr("Try again. If it happens twice, the package index holds other files; ask those who keep it.")
        return LacunaError(FailureKind.DAMAGED, tr("What came is not what Lacuna asked for."), _hash(text), fix)
    if "No space left" in text or "Disk quota" in text:
        fix = tr("Free some space or choose a folder on another disk.")
        return LacunaError(FailureKind.STORAGE, tr("The GPU pack was not installed."), tr("The disk is full."), fix)
    if _NETWORK.search(text):
        fix = tr("Check the connection; for a company's own index or proxy, pip's configuration. Then try again.")
        return LacunaError(FailureKind.NETWORK, tr("The package index cannot be reached."), last, fix)
    if "No matching distribution" in text:
        fix = tr("Let pip's configuration name an index that has it.")
        return LacunaError(FailureKind.NETWORK, tr("The package index does not have what is needed."), last, fix)
    why = last or tr("Its process ended with code {code}.", code=status)
    return LacunaError(FailureKind.INTERNAL, tr("The GPU pack was not installed."), why, tr("Try again."))


def _hash(text: str) -> str:
    """Which file is another one."""
    found = re.search(r"^\s+(\S+) from \S+", text, re.MULTILINE) or re.search(r"(\S+===\S+)", text)
    return tr("Its SHA-256 is another one: {name}.", name=found[1]) if found else ""
