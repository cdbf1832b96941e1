"""The Debian packages that a bundle needs: what its files ask for, and whose that is on the builder's system."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from debian import owners
from elf import Needs, needs

_RENAMED = frozenset({"libasound2", "libatk1.0-0", "libatspi2.0-0", "libcups2", "libglib2.0-0", "libgtk-3-0"})
"""Called `…t64` since Debian 13 and Ubuntu 24.04 (https://wiki.debian.org/ReleaseGoals/64bit-time)."""

_DATA = re.compile(r"(?<![\w.+-])[\w.+-]+-(?:data|config)(?![\w.+-])")


def _alternatives(package: str) -> str:
    old = package.removesuffix("t64")
    return f"{old}t64 | {old}" if old != package or package in _RENAMED else package


def _libraries(found: Needs) -> Iterator[str]:
    """The package of each library that is not in the bundle."""
    known = owners(found.libraries)
    for name, file in found.libraries.items():
        if name not in known:
            raise LookupError(f"{file} needs {name}, which neither the bundle nor a package installed here has.")
        yield _alternatives(known[name])


def _data(bundle: Path) -> set[str]:
    """Packages of what the libraries copied from this system read there, such as xkb-data and fontconfig-config."""
    copied = sorted(set(owners(path.name for path in bundle.rglob("*.so*")).values()))
    asked = ("dpkg-query", "--show", "--showformat=${Depends}, ", *copied)
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout if copied else ""
    return set(_DATA.findall(told))


def depends(bundle: Path) -> str:
    """The value of Depends for a bundle; raises LookupError for a library that no package of this system has."""
    found = needs(bundle)
    listed = {*_libraries(found), *_data(bundle)}
    return ", ".join([f"libc6 (>= {found.glibc_text})", *sorted(listed)])
