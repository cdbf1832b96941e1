"""Versions of Lacuna and of what it stands on, read without importing any of it."""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from importlib.metadata import PackageMetadata

from core.resources import resource

MISSING = "not installed"

PACKAGES = {
    "torch": "torch",
    "diffusers": "diffusers",
    "transformers": "transformers",
    "PySide6": "PySide6",
    "opencv": "opencv-python",
    "numpy": "numpy",
}
"""What a fault is most likely to come from: what a person calls it, and the package's name."""


def plain_name(package: str) -> str:
    """The one spelling of a package's name that indexes compare (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return MISSING


@cache
def _project() -> dict[str, object]:
    """The project file of the checkout or the bundle; empty where Lacuna is an installed package."""
    path = resource().parent / "pyproject.toml"
    return tomllib.loads(path.read_text("utf-8"))["project"] if path.is_file() else {}


def lacuna_version() -> str:
    """Lacuna's own version, from the project file or from the installed package."""
    return str(_project().get("version") or _version("lacuna"))


def versions() -> dict[str, str]:
    """Lacuna, Python and the packages that faults come from."""
    own = {"lacuna": lacuna_version(), "python": platform.python_version()}
    return own | {name: _version(package) for name, package in PACKAGES.items()}


def dependencies() -> tuple[str, ...]:
    """The packages that Lacuna itself asks for, by plain name."""
    listed = _project().get("dependencies")
    return _names(map(str, listed) if isinstance(listed, list) else metadata.requires("lacuna") or ())


@cache
def packages() -> dict[str, PackageMetadata]:
    """What every package that Lacuna needs, however far away, says of itself, by plain name."""
    found: dict[str, PackageMetadata] = {}
    waiting = list(dependencies())
    while waiting:
        name = waiting.pop()
        if name not in found and (told := _metadata(name)) is not None:
            found[name] = told
            waiting += _names(told.get_all("Requires-Dist") or ())
    return dict(sorted(found.items()))


def _metadata(package: str) -> PackageMetadata | None:
    try:
        return metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None


def _names(requirements: Iterable[str]) -> tuple[str, ...]:
    """What stands before version and marker; requirements of an extra are nobody's need here."""
    wanted = (text for text in requirements if not re.search(r";.*\bextra\s*==", text))
    heads = (re.match(r"[\w.-]+", text) for text in wanted)
    return tuple(plain_name(head[0]) for head in heads if head)
