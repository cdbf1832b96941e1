"""What the bundle's ELF files ask of a Linux system: read from the files, so that no list of libraries can grow old."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, ...]

_MAGIC = b"\x7fELF"
_NEEDED = re.compile(r"\(NEEDED\)\s+Shared library: \[(.+?)\]")
_GLIBC = re.compile(r"Name: GLIBC_([\d.]+)")
_SYSTEM = re.compile(r"ld-linux.*\.so\.\d+|lib(c|m|dl|rt|pthread|resolv|util|anl|nsl)\.so\.\d+")
"""The C library's own files, which every system has; their version is what `glibc` tells."""


@dataclass(frozen=True)
class Needs:
    """What a folder of programs and libraries takes from outside.

    `libraries` has the names of libraries, each with one file that asks for it; `glibc` is the oldest that will do.
    """

    libraries: Mapping[str, str]
    glibc: Version

    @property
    def glibc_text(self) -> str:
        """The version as people write it, such as 2.36."""
        return dotted(self.glibc)


def dotted(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))


def parse_version(text: str) -> Version:
    """The numbers of a dotted version; raises ValueError where it is none."""
    return tuple(int(part) for part in text.split("."))


def elf_files(folder: Path) -> Iterator[Path]:
    """Every program and shared library in a folder, links left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and _starts_as_elf(path):
            yield path


def _starts_as_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _MAGIC


def needs(folder: Path) -> Needs:
    """What all ELF files in `folder` together take from outside of it; raises OSError where readelf is missing."""
    told = {path.name: _read(path) for path in elf_files(folder)}
    asked = {name: file for file, text in told.items() for name in _NEEDED.findall(text)}
    here = {path.name for path in folder.rglob("*")}
    outside = {name: file for name, file in asked.items() if name not in here and not _SYSTEM.fullmatch(name)}
    versions = (parse_version(found) for text in told.values() for found in _GLIBC.findall(text))
    return Needs(outside, max(versions, default=(2, 0)))


def _read(path: Path) -> str:
    """What readelf says of the dynamic section and the versions; a damaged file says nothing."""
    asked = ("readelf", "--dynamic", "--version-info", "--wide", str(path))
    return subprocess.run(asked, capture_output=True, check=False).stdout.decode(errors="replace")
