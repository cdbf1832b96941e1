"""Which package of this Linux brings a library or a font, and what installs it. Without Qt: see preflight."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.i18n import tr
from core.resources import resource

INSTALL = {
    "apt": "apt install",
    "dnf": "dnf install",
    "pacman": "pacman -S",
    "zypper": "zypper install",
}
"""How each package manager installs packages."""

_MANAGERS = {
    "debian": "apt",
    "ubuntu": "apt",
    "fedora": "dnf",
    "rhel": "dnf",
    "centos": "dnf",
    "arch": "pacman",
    "manjaro": "pacman",
    "suse": "zypper",
    "opensuse": "zypper",
}
"""By ID or ID_LIKE of os-release(5)."""

OS_RELEASE = (Path("/etc/os-release"), Path("/usr/lib/os-release"))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resource("system_libraries.toml").read_text("utf-8"))


def libraries() -> dict[str, Mapping[str, str]]:
    """Every library that the window cannot open without, with its package by package manager."""
    return {each["file"]: each for each in _table()["library"] if each.get("needed", True)}


def fonts() -> Mapping[str, str]:
    """The package of the font that is asked for where there is none, by package manager."""
    return _table()["fonts"]


def manager(places: Iterable[Path] = OS_RELEASE) -> str:
    """The package manager of this system by its os-release file, a key of INSTALL; empty for one that is not known."""
    told = _os_release(places)
    names = f"{told.get('ID', '')} {told.get('ID_LIKE', '')}".lower().split()
    return next((_MANAGERS[part] for name in names if (part := name.partition("-")[0]) in _MANAGERS), "")


def _os_release(places: Iterable[Path]) -> dict[str, str]:
    path = next(filter(Path.is_file, places), None)
    lines = path.read_text("utf-8", "replace").splitlines() if path else ()
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def remedy(wanted: Iterable[Mapping[str, str]], system: str | None = None) -> str:
    """The sentence with the one command that installs these packages; `system` is ours by default."""
    system = manager() if system is None else system
    if not system:
        return tr("Install the packages of this system that hold them.")
    packages = " ".join(sorted({each[system] for each in wanted}))
    right = "" if os.geteuid() == 0 else "sudo "
    return tr("Install what is missing with: {command}", command=f"{right}{INSTALL[system]} {packages}")
