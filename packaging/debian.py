"""Which Debian package a file of the system belongs to, and what its authors ask for."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from spdx import choices

from core.hardware.parts import Part, Text, file_text

_COMMON = Path("/usr/share/common-licenses")
_LINE = re.compile(r"([^\s:,]+)[^ ]*(?:, [^ ]+)*: (/.*)")


def owners(names: Iterable[str]) -> dict[str, str]:
    """The package of each file name, where one has it; a library's name is taken wherever it lies highest."""
    wanted = sorted(set(names))
    if not wanted or shutil.which("dpkg-query") is None:
        return {}
    asked = ("dpkg-query", "--search", *(f"*/{name}" for name in wanted))
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found: dict[str, tuple[int, str, str]] = {}
    for package, path in (line.groups() for line in map(_LINE.fullmatch, told.splitlines()) if line):
        candidate = (path.count("/"), path, package)
        found[Path(path).name] = min(candidate, found.get(Path(path).name, candidate))
    return {name: package for name, (_, _, package) in found.items() if name in wanted}


def part(package: str, licence: str, kind: str) -> Part:
    """An installed package as a part; its texts are its copyright file and the common ones of its licence."""
    asked = ("dpkg-query", "--show", "--showformat=${Version}\t${Homepage}", package)
    version, home = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("\t")
    return Part(package, version, licence, kind, home, _texts(package, licence))


def _texts(package: str, licence: str) -> tuple[Text, ...]:
    """The copyright file, and what it refers to of the first way to fulfil the licence, which is the one we take."""
    path = Path("/usr/share/doc", package, "copyright")
    if not path.is_file():
        return ()
    families = {re.split(r"[-\d]", name)[0] for name in choices(licence)[0]}
    named = set(re.findall(rf"{_COMMON}/([\w.-]*\w)", path.read_text("utf-8", "replace")))
    fitting = sorted(name for name in named if re.split(r"[-\d]", name)[0] in families)
    return (file_text(path), *(file_text(_COMMON / name) for name in fitting if (_COMMON / name).is_file()))
