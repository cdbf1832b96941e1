"""Versions and licences of Lacuna and of what it stands on, read without importing any of it."""

from __future__ import annotations

import platform
import tomllib
from dataclasses import dataclass
from importlib import metadata
from textwrap import shorten

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

_ALL = (
    "accelerate",
    "diffusers",
    "filelock",
    "numpy",
    "nvidia-ml-py",
    "opencv-python",
    "pillow",
    "platformdirs",
    "psutil",
    "PySide6",
    "safetensors",
    "tomlkit",
    "torch",
    "transformers",
)


@dataclass(frozen=True)
class Package:
    """One of the packages that Lacuna needs; `licence` is what its authors state, shortened to one line."""

    name: str
    version: str
    licence: str


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return MISSING


def lacuna_version() -> str:
    """Lacuna's own version, from the checkout's project file or from the installed package."""
    project = resource().parent / "pyproject.toml"
    return tomllib.loads(project.read_text("utf-8"))["project"]["version"] if project.is_file() else _version("lacuna")


def versions() -> dict[str, str]:
    """Lacuna, Python and the packages that faults come from."""
    own = {"lacuna": lacuna_version(), "python": platform.python_version()}
    return own | {name: _version(package) for name, package in PACKAGES.items()}


def packages() -> tuple[Package, ...]:
    """Every package that Lacuna asks for, with the licence it states."""
    return tuple(Package(name, _version(name), _licence(name)) for name in _ALL)


def _licence(package: str) -> str:
    try:
        told = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ""
    stated = (told.get_all("License-Expression") or told.get_all("License") or [""])[0]
    classes = (c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License ::"))
    lines = stated.strip().splitlines()
    return shorten(lines[0], 72, placeholder=" …") if lines else next(classes, "")
