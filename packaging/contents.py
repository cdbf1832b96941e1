"""What lies in a bundle: its Python modules, and the native libraries by where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.errors import InputError

PROGRAMS = ("lacuna", "lacuna.exe")

_NATIVE = re.compile(r"\.(so(\.\d+)*|dll|dylib|pyd)$|^Python$|-\d[\d.]*\.so$")
_METADATA = re.compile(r"([^/]+?)-[^-/]+\.(dist|egg)-info$")


def frozen_modules(bundle: Path) -> set[str]:
    """The top-level modules inside the program of a bundle; InputError where there is none."""
    program = next((path for name in PROGRAMS if (path := bundle / name).is_file()), None)
    if program is None:
        raise InputError(f"“{bundle}” is no bundle.", "It has no program.", "Make one: python packaging/build.py")
    from PyInstaller.archive.readers import CArchiveReader  # only who builds has it

    archive = CArchiveReader(str(program))
    inner = (archive.open_embedded_archive(name) for name in archive.toc if name.endswith(".pyz"))
    names = {*archive.toc, *(name for packed in inner for name in packed.toc)}
    return {name.partition(".")[0] for name in names if not name.endswith((".pyz", ".zip"))}


def natives(inside: Path) -> list[str]:
    """The native libraries below a folder as posix paths, sorted; links lead to one of them and are not counted."""
    found = (path for path in inside.rglob("*") if _NATIVE.search(path.name) and not path.is_symlink())
    return sorted(path.relative_to(inside).as_posix() for path in found)


def described(inside: Path) -> Iterator[str]:
    """The packages whose metadata lies in the bundle, as their folders spell them."""
    for path in sorted(inside.iterdir()):
        if found := _METADATA.match(path.name):
            yield found[1]


def folders(inside: Path) -> set[str]:
    """The folders at the top, without metadata."""
    return {path.name for path in inside.iterdir() if path.is_dir() and not _METADATA.match(path.name)}
