"""What may be sent with a report of a fault: versions, settings and logs as texts, without names of a person's own."""

from __future__ import annotations

import getpass
import io
import json
import locale
import os
import platform
import re
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from core.errors import InputError
from core.files import atomic_write_bytes
from core.folders import log_folder, portable_folder, settings_file
from core.hardware.checks import check
from core.hardware.devices import cpu, driver, driver_gpus
from core.hardware.software import packages, versions
from core.i18n import tr
from core.settings import library_folder

TAIL = 400_000
"""Bytes of each log that are kept, from its end."""

_HOMES = re.compile(r"(?i)((?:/home/|/Users/|[a-z]:\\+Users\\+))[^/\\\s\"'<>|:]+")
"""Where a home folder begins on each system; the name behind it is taken out, whosever it is."""


@dataclass(frozen=True)
class Part:
    """One file of the report: its name and the text that a person may read before it is saved."""

    name: str
    text: str


class Redactor:
    """Takes folders and names out of texts: the library, the home folder, the user's and the computer's name."""

    def __init__(self, library: Path) -> None:
        home, portable = Path.home(), portable_folder()
        paths = [(library, "<library>"), *([(portable, "<portable>")] if portable else []), (home, "<home>")]
        found = [(spelt, word) for path, word in paths for spelt in _spellings(path)]
        folders = sorted(found, key=lambda pair: len(pair[0]), reverse=True)
        self._rules = [(re.compile(re.escape(spelt), re.IGNORECASE), word) for spelt, word in folders]
        for name, word in _names():
            self._rules.append((re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE), word))

    def __call__(self, text: str) -> str:
        """The text without them."""
        for rule, word in self._rules:
            text = rule.sub(word, text)
        return _HOMES.sub(r"\1<user>", text)


def _spellings(path: Path) -> set[str]:
    """A path as systems, JSON and addresses write it, and as it is behind links; a root alone is no secret."""
    plain = {str(place) for place in (path, path.absolute(), path.resolve()) if len(place.parts) > 1}
    shown = {spelt for text in plain for spelt in (text, text.replace("\\", "/"), text.replace("\\", "\\\\"))}
    return shown | {quote(text) for text in shown} | {json.dumps(text)[1:-1] for text in shown}


def _names() -> list[tuple[str, str]]:
    """The user's and the computer's name; one letter would hit ordinary text."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    node = platform.node()
    found = ((user, "<user>"), (node, "<computer>"), (node.partition(".")[0], "<computer>"))
    return [(name, word) for name, word in found if len(name) > 1]


def collect(library: Path | None = None) -> tuple[Part, ...]:
    """Every file of the report, already without names; reads disk and driver, so not for a GUI's thread."""
    root = library or library_folder()
    redact = Redactor(root)
    parts = (Part("about.json", _about()), Part("checks.txt", _checks(root)), Part("library.txt", _counts(root)))
    written = (Part(path.name, _tail(path)) for path in (settings_file(), *_logs()) if path.is_file())
    return tuple(Part(part.name, redact(part.text)) for part in (*parts, *written))


def _about() -> str:
    told = {
        "versions": versions(),
        "packages": {name: told["Version"] for name, told in packages().items()},
        "system": platform.platform(),
        "processor": platform.machine(),
        "locale": locale.getlocale()[0],
        "environment": {name: os.environ[name] for name in sorted(os.environ) if name.startswith(("LACUNA_", "QT_"))},
        "devices": [asdict(device) for device in (cpu(), *driver_gpus())],
        "driver": asdict(found) if (found := driver()) else None,
        "portable": portable_folder() is not None,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _checks(root: Path) -> str:
    return "\n".join(f"{v.level:5} {v.title}: {v.text} {v.fix}".rstrip() for v in check(root))


def _counts(root: Path) -> str:
    """How much the library holds; what the entries are about stays with the person."""
    counted = {name: len(_listed(root / name)) for name in ("entries", "trash", "gallery")}
    return "\n".join(f"{name}: {count}" for name, count in counted.items())


def _listed(folder: Path) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]  # noqa: PTH208
    except OSError:
        return []


def _logs() -> Iterable[Path]:
    return sorted(path for path in log_folder().glob("*.log*") if path.is_file())


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read().decode("utf-8", "replace")


def save(parts: Iterable[Part], out: Path) -> Path:
    """Put the parts into a new zip file. Raises InputError where a file stands already, STORAGE from the disk."""
    if out.exists():
        raise InputError(tr("“{path}” is there already.", path=out), fix=tr("Choose another name."))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part.name, part.text)
    atomic_write_bytes(out, held.getvalue())
    return out
