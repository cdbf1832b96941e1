"""What Qt would abort on is a sentence before it is loaded: displays that are dead, libraries that are missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.i18n import VARIABLE
from gui.packages import manager
from gui.preflight import FAILED, answers, fault, look, platforms, plugin, qt

ROOT = Path(__file__).parents[2]
NOWHERE = ":987"


def start(tmp_path: Path, *arguments: str, code: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Start the program, or `code`, at home in a new folder, with nothing but this in its environment."""
    everything = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", **environ}
    command = [sys.executable, "-c", code] if code else [sys.executable, "main.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=everything, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, []),
        ({"DISPLAY": ""}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["wayland", "xcb"]),
        ({"WAYLAND_SOCKET": "7", "WAYLAND_DISPLAY": "wayland-0"}, ["wayland"]),
        ({"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"}, ["wayland", "xcb"]),
        ({"XDG_SESSION_TYPE": "x11", "DISPLAY": ":0"}, ["xcb"]),
        ({"QT_QPA_PLATFORM": "offscreen"}, ["offscreen"]),
        ({"QT_QPA_PLATFORM": "wayland-egl;xcb:extra", "DISPLAY": ":0"}, ["wayland", "xcb"]),
    ],
)
def test_the_window_systems_are_tried_in_qts_order(environ: dict[str, str], expected: list[str]) -> None:
    assert platforms(environ) == expected


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "There is no display here."),
        ({"QT_QPA_PLATFORM": "xcb"}, "There is no display here."),
        ({"XDG_SESSION_TYPE": "wayland"}, "There is no display here."),
        ({"DISPLAY": NOWHERE}, f"The display {NOWHERE} does not answer"),
        ({"WAYLAND_DISPLAY": "nowhere", "XDG_RUNTIME_DIR": "/nowhere"}, "The display nowhere does not answer"),
        ({"QT_QPA_PLATFORM": "hologram"}, "QT_QPA_PLATFORM asks for “hologram”"),
    ],
)
def test_a_display_that_is_not_there_is_told(environ: dict[str, str], words: str) -> None:
    problem = look(environ)
    assert problem is not None
    assert problem.what == "Lacuna's window cannot open."
    assert words in problem.why
    assert "--help" in problem.fix or "unset" in problem.fix


def test_where_qt_can_open_a_window_nothing_is_said() -> None:
    assert look({"QT_QPA_PLATFORM": "offscreen"}) is None


def test_a_wayland_display_is_one_that_listens(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "w"}
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "w"))
        listening.listen()
        assert answers("wayland", environ)
    assert not answers("wayland", environ)


def test_the_loader_says_what_is_wrong_with_a_library(tmp_path: Path) -> None:
    (tmp_path / "libtext.so").write_text("no library")
    assert "libnowhere.so.1" in fault("libnowhere.so.1")
    assert fault(tmp_path / "libtext.so") != ""
    assert fault(plugin("offscreen")) == ""


def test_the_program_ends_with_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = start(tmp_path, DISPLAY=NOWHERE)
    assert done.returncode == FAILED
    assert done.stdout == ""
    assert done.stderr.startswith("lacuna: Lacuna's window cannot open.")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_it_speaks_the_language_of_the_system_and_of_the_settings(tmp_path: Path) -> None:
    assert "Hier gibt es keinen Bildschirm." in start(tmp_path, LC_ALL="de_AT.UTF-8").stderr
    folder = tmp_path / ".config/Lacuna"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('schema = 2\nlanguage = "en"\n', "utf-8")
    assert "There is no display here." in start(tmp_path, LC_ALL="de_AT.UTF-8").stderr
    assert "Hier gibt es keinen Bildschirm." in start(tmp_path, **{VARIABLE: "de"}).stderr


def test_broken_settings_stay_for_the_window_that_can_tell_of_them(tmp_path: Path) -> None:
    folder = tmp_path / ".config/Lacuna"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text("broken", "utf-8")
    assert "There is no display here." in start(tmp_path).stderr
    assert [path.name for path in folder.iterdir()] == ["settings.toml"]


def test_a_qt_that_the_system_brings_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6/__init__.py").touch()
    code = "from gui.preflight import look; print(look({'QT_QPA_PLATFORM': 'offscreen'}))"
    assert start(tmp_path, code=code, PYTHONPATH=str(tmp_path)).stdout == "None\n"


def crippled(folder: Path, table: bool) -> str:
    """Code that looks where Qt's plugin for X11 needs a library that no system has, which our table may know."""
    far = folder / "PySide6/Qt/plugins/platforms"
    far.mkdir(parents=True)
    (folder / "PySide6/__init__.py").touch()
    (folder / "PySide6/Qt/lib").symlink_to(qt("lib"))
    found = plugin("offscreen").read_bytes()
    assert b"\0libQt6Gui.so.6\0" in found
    (far / "libqoffscreen.so").write_bytes(found.replace(b"\0libQt6Gui.so.6\0", b"\0libmissin.so.9\0"))
    shutil.copytree(ROOT / "resources/translations", folder / "resources/translations")
    known = (ROOT / "resources/system_libraries.toml").read_text("utf-8")
    named = known.replace('"libEGL.so.1"', '"libmissin.so.9"') if table else known
    (folder / "resources/system_libraries.toml").write_text(named, "utf-8")
    return (
        f"import sys; sys._MEIPASS = {str(folder)!r}; sys.path.insert(0, {str(folder)!r})\n"
        "from gui.preflight import look; print(look({'QT_QPA_PLATFORM': 'offscreen'}))"
    )


@pytest.mark.parametrize(("table", "fix"), [(True, "libegl1"), (False, "Install the packages of this system")])
def test_a_missing_library_is_named_with_what_installs_it(table: bool, fix: str, tmp_path: Path) -> None:
    done = start(tmp_path, code=crippled(tmp_path / "copy", table))
    assert done.stderr == ""
    assert "Missing on this system: libmissin.so.9." in done.stdout
    assert fix in done.stdout or not manager()


def test_without_a_terminal_it_is_said_in_a_dialog(tmp_path: Path) -> None:
    told, tools = tmp_path / "told", tmp_path / "tools"
    os.mkfifo(told)
    tools.mkdir()
    (tools / "zenity").write_text(f'#!/bin/sh\nfor last; do :; done; echo "$1 $last" > "{told}"\n')
    (tools / "zenity").chmod(0o755)
    done = start(tmp_path, PATH=f"{tools}:{os.environ['PATH']}")
    words = told.read_text("utf-8")
    assert words == f"--error {done.stderr.removeprefix('lacuna: ')}"


def test_a_system_without_any_font_is_told_which_to_install(tmp_path: Path) -> None:
    done = start(tmp_path, QT_QPA_PLATFORM="offscreen", FONTCONFIG_FILE=str(fontless(tmp_path)))
    assert done.returncode == FAILED
    assert "This system has no font." in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_bundle_brings_its_own_font(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "resources/themes", copy / "resources/themes")
    shutil.copytree(ROOT / "resources/icons", copy / "resources/icons")
    (copy / "resources/fonts").mkdir()
    shutil.copy(font_file(), copy / "resources/fonts")
    code = (
        f"import sys; sys._MEIPASS = {str(copy)!r}\n"
        "from gui.app import application\n"
        "from PySide6.QtGui import QFontDatabase, QFontMetrics\n"
        "app = application(['lacuna']); print(len(QFontDatabase.families()), QFontMetrics(app.font()).inFontUcs4(65))"
    )
    done = start(tmp_path, code=code, QT_QPA_PLATFORM="offscreen", FONTCONFIG_FILE=str(fontless(tmp_path)))
    assert done.stdout.split() == ["4", "True"], done.stderr


def fontless(folder: Path) -> Path:
    """A configuration of fontconfig that knows no font."""
    path = folder / "fonts.conf"
    path.write_text(f"<fontconfig><dir>{folder}/none</dir><cachedir>{folder}/cache</cachedir></fontconfig>", "utf-8")
    return path


def font_file() -> Path:
    """A font of this system."""
    return next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))
