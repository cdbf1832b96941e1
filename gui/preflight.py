"""Looks before Qt does: what would end the program becomes a sentence and the command that mends it.

Nothing is imported here that imports Qt: by then it would be too late.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from core.errors import FailureKind, LacunaError
from core.i18n import LANGUAGES, VARIABLE, tr
from core.outside import environment
from gui.packages import libraries, remedy

FAILED = 3
"""The exit status of a window that could not open, as of any command that failed."""

QT = ("Core", "DBus", "Gui", "Network", "Widgets")
"""The parts of Qt that the window cannot open without."""

_ANSWER = 2.0
"""Seconds for a Wayland display to answer."""
_MISSING = re.compile(r"(\S+): cannot open shared object file")
_RUNTIME = ("vcruntime140_1.dll", "msvcp140.dll")
_RUNTIME_LINK = "https://aka.ms/vs/17/release/vc_redist.x64.exe"
_DIALOGS = (
    ("zenity", "--error", "--no-markup", "--title=Lacuna", "--text"),
    ("kdialog", "--title", "Lacuna", "--error"),
    ("xmessage", "-center", "-title", "Lacuna"),
)


def start(argv: Sequence[str]) -> int:
    """Open the window and return its exit status, or FAILED once a person was told why it cannot open."""
    if look(os.environ):
        _speak()
        return _refuse(look(os.environ))
    from gui.app import run

    try:
        return run(argv)
    except LacunaError as error:
        return _refuse(error)


def _refuse(problem: object) -> int:
    tell(str(problem))
    return FAILED


def look(environ: Mapping[str, str]) -> LacunaError | None:
    """Why Qt could not open a window in this environment; None if it can."""
    if sys.platform == "win32":
        found = _runtime_fault(_RUNTIME)
    else:
        found = _linux_fault(environ) if sys.platform == "linux" else None
    return found


def _runtime_fault(names: Iterable[str]) -> LacunaError | None:
    """What Microsoft's compiler asks of Windows; Qt and torch are made with it."""
    missing = [name for name in names if fault(name)]
    if not missing:
        return None
    why = tr("Missing on this system: {names}.", names=", ".join(missing))
    return _problem(why, tr("Install Microsoft's Visual C++ runtime from {link}", link=_RUNTIME_LINK))


def _linux_fault(environ: Mapping[str, str]) -> LacunaError | None:
    wanted = platforms(environ)
    if not wanted:
        return _no_display()
    if not qt("lib").is_dir():
        return None  # the system's own Qt, or conda's, lies where its packager knows, with all that it needs
    parts = [qt("lib", f"libQt6{name}.so.6") for name in QT]
    if told := next(filter(None, map(fault, parts)), ""):
        return _unloadable(told)
    unknown = [name for name in wanted if not plugin(name).is_file()]
    if len(unknown) == len(wanted):
        return _unknown_platform(unknown)
    reached = [name for name in wanted if name not in unknown and answers(name, environ)]
    if not reached:
        return _dead_display(environ)
    faults = [fault(plugin(name)) for name in reached]
    return _unloadable(faults[0]) if all(faults) else None


def platforms(environ: Mapping[str, str]) -> list[str]:
    """Qt's names of the window systems that it would try, in its order; empty where there is no display at all."""
    if asked := environ.get("QT_QPA_PLATFORM", ""):
        return [part.partition(":")[0].partition("-")[0] for part in asked.split(";") if part]
    known = (("WAYLAND_DISPLAY", "wayland"), ("WAYLAND_SOCKET", "wayland"), ("DISPLAY", "xcb"))
    session = ["wayland"] if environ.get("XDG_SESSION_TYPE") == "wayland" else []
    return list(dict.fromkeys((*session, *(name for variable, name in known if environ.get(variable)))))


def qt(*parts: str) -> Path:
    """A file of the Qt that PySide6 brings, found without loading it; from a checkout and in a bundle alike."""
    spec = find_spec("PySide6")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0] if places else "", "Qt", *parts)


def plugin(platform: str) -> Path:
    """The file that leads Qt to a window system."""
    return qt("plugins", "platforms", f"libq{platform}.so")


def fault(library: str | Path) -> str:
    """What the system's loader says against a library, by its name or path; empty if it loads."""
    try:
        ctypes.CDLL(str(library), mode=getattr(os, "RTLD_LAZY", 0))
    except OSError as error:
        return str(error.__cause__ or error) or str(library)  # PyInstaller's own words stand before the system's
    return ""


def answers(platform: str, environ: Mapping[str, str]) -> bool:
    """Whether the display of a window system lets us in; what cannot be asked is taken to do so."""
    if platform == "wayland" and "WAYLAND_SOCKET" not in environ:
        return _wayland_answers(Path(environ.get("XDG_RUNTIME_DIR", ""), environ.get("WAYLAND_DISPLAY", "wayland-0")))
    return platform != "xcb" or _x_answers(environ.get("DISPLAY", ""))


def _wayland_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as near:
        near.settimeout(_ANSWER)
        try:
            near.connect(str(path))
        except OSError:
            return False
    return True


def _x_answers(display: str) -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # the plugin will miss it, too, and be told of
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(errors="replace"), None))
    bad = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not bad


def _problem(why: str, fix: str) -> LacunaError:
    return LacunaError(FailureKind.INTERNAL, tr("Lacuna's window cannot open."), why, fix)


def _no_display() -> LacunaError:
    return _problem(tr("There is no display here."), _other_ways())


def _dead_display(environ: Mapping[str, str]) -> LacunaError:
    names = [environ[name] for name in ("WAYLAND_DISPLAY", "DISPLAY") if environ.get(name)]
    if not names:
        return _no_display()
    why = tr("The display {name} does not answer, or does not let you in.", name=" / ".join(names))
    return _problem(why, _other_ways())


def _other_ways() -> str:
    command = "lacuna --help" if getattr(sys, "frozen", False) else "python main.py --help"
    return tr("Start it in a desktop session, or use the command line, which needs none: {command}", command=command)


def _unknown_platform(names: Sequence[str]) -> LacunaError:
    why = tr("QT_QPA_PLATFORM asks for “{name}”, which Lacuna's Qt does not have.", name=";".join(names))
    return _problem(why, tr("Take the variable away with: {command}", command="unset QT_QPA_PLATFORM"))


def _unloadable(told: str) -> LacunaError:
    """What the loader said, and with a missing library all others that would be missed next."""
    named = _MISSING.match(told)
    if named is None:
        return _problem(tr("The system says: {words}.", words=told), tr("Install Lacuna anew, or use a newer system."))
    known = libraries()
    missing = list(dict.fromkeys([named[1], *filter(fault, known)]))
    packages = [known[name] for name in missing if name in known]
    fix = remedy(packages) if packages else remedy((), "")
    return _problem(tr("Missing on this system: {names}.", names=", ".join(missing)), fix)


def _speak() -> None:
    """Set the language of what is told now; a window that opens asks the desktop instead."""
    from core.settings import peek

    if VARIABLE not in os.environ:
        asked = peek().language
        system = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        spoken = system[:2] if asked == "system" else asked
        os.environ[VARIABLE] = spoken if spoken in LANGUAGES else "en"


def tell(words: str) -> None:
    """Say it in the terminal; where there is none, as after a double click, in whatever shows a dialog here."""
    print(f"lacuna: {words}", file=sys.stderr, flush=True)
    if any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return
    if sys.platform == "win32":
        ctypes.windll.user32.MessageBoxW(None, words, "Lacuna", 0x10)
    elif dialog := next((each for each in _DIALOGS if shutil.which(each[0])), None):
        silent = subprocess.DEVNULL
        subprocess.Popen(
            (*dialog, words), env=environment(os.environ), stdout=silent, stderr=silent, start_new_session=True
        )
