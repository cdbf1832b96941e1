"""The package that is missing, by the name that this Linux has for it, and one table for all who ask."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from gui.packages import INSTALL, fonts, libraries, manager, remedy
from gui.preflight import QT, fault, plugin, qt

ROOT = Path(__file__).parents[2]
BASE = re.compile(r"lib(Qt6\w+|c|m|dl|pthread|rt|stdc\+\+|gcc_s|z|zstd|icu\w+|resolv|brotli\w+)\.so\.\d+")
"""Qt's own, and what Python or every system brings along."""


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("ID=debian\n", "apt"),
        ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', "apt"),
        ("ID=fedora", "dnf"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "dnf"),
        ("ID=arch", "pacman"),
        ("ID=endeavouros\nID_LIKE=arch", "pacman"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', "zypper"),
        ("ID=void\n", ""),
        ("# ID=debian\nnonsense", ""),
        ("", ""),
    ],
)
def test_a_system_is_known_by_what_it_says_it_is(told: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text(told, "utf-8")
    assert manager([tmp_path / "none", tmp_path / "os-release"]) == expected


def test_a_system_without_the_file_is_not_known(tmp_path: Path) -> None:
    assert manager([tmp_path / "none"]) == ""


@pytest.mark.parametrize(("system", "command"), INSTALL.items())
def test_one_command_installs_everything_once(system: str, command: str) -> None:
    known = libraries()
    wanted = [known["libglib-2.0.so.0"], known["libgthread-2.0.so.0"], known["libEGL.so.1"], fonts()]
    told = remedy(wanted, system).partition(f"{command} ")[2].split()
    assert told == sorted({each[system] for each in wanted})


def test_an_unknown_system_is_not_given_the_command_of_another() -> None:
    assert not any(command in remedy([fonts()], "") for command in INSTALL.values())


def test_every_package_is_named_for_every_manager() -> None:
    assert [each for each in (*libraries().values(), fonts()) if not all(each.get(name) for name in INSTALL)] == []


def test_what_qt_links_to_is_in_the_table() -> None:
    files = [qt("lib", f"libQt6{name}.so.6") for name in (*QT, "XcbQpa")]
    names = {
        name.decode()
        for file in (*files, plugin("xcb"))
        for name in re.findall(rb"(?<=\0)lib[\w.+-]+\.so\.\d+(?=\0)", file.read_bytes())
    }
    assert {"libEGL.so.1", "libxcb-cursor.so.0"} <= names
    linked = {name for name in names if not BASE.fullmatch(name) and not fault(name)}
    assert linked - set(libraries()) == set()
    assert set(libraries()) - names == set()


def test_the_makefile_installs_what_the_table_names() -> None:
    ask = ("make", "--no-print-directory", "--eval", "told: ; @echo $(LIBRARIES)", "told")
    told = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {each["apt"] for each in libraries().values()} | {fonts()["apt"], "libpulse0", "libxrandr2"} == (
        set(told) - {"python3-venv"}
    )


def test_qt_is_found_where_python_finds_pyside() -> None:
    spec = find_spec("PySide6")
    assert spec is not None
    assert qt("lib").is_dir()
    assert plugin("offscreen").is_relative_to(Path(spec.origin or "").parent)
