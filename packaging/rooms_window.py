"""Waits for Lacuna's window on a virtual display of this machine, while the program runs in a clean room."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hands import POLL, display, running
from PIL import Image
from room import USER, Room

PATIENCE = 120.0
"""Seconds for a first start on a busy machine."""

T = TypeVar("T")


def _until(what: str, look: Callable[[], T], process: subprocess.Popen[bytes]) -> T:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ended = process.poll() is not None
        if found := look():
            return found
        if ended:
            raise AssertionError(f"the program ended with {process.returncode} before {what}")
        time.sleep(POLL)
    raise AssertionError(f"no {what} within {PATIENCE:g} s")


def _asked(screen: str, *command: str) -> str:
    environment = {**os.environ, "DISPLAY": screen}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout.strip()


def _windows(screen: str) -> str:
    return _asked(screen, "xdotool", "search", "--onlyvisible", "--name", "Lacuna")


def _colours(picture: Path) -> int:
    """How many colours, of 256 at most, the middle of a picture has: the title bar around it is not the program's."""
    with Image.open(picture) as image:
        width, height = image.size
        middle = image.convert("RGB").crop((width // 8, height // 8, width * 7 // 8, height * 7 // 8))
        return len(middle.quantize(256).getcolors() or ())


def _painted(screen: str, picture: Path) -> bool:
    _asked(screen, "import", "-window", "root", str(picture))
    return picture.exists() and _colours(picture) > 16


def window(room: Room, picture: Path, *command: str) -> str:
    """Open the window by a command, keep its picture, close it as a person does; says how long and by which class."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as frames, display(frames=Path(frames)) as screen:
        start, environment = time.monotonic(), room.environment(USER, DISPLAY=screen)
        with running(*room.command(*command, user=USER), environment=environment) as process:
            found = _until("a window", lambda: _windows(screen), process).splitlines()[0]
            seconds = time.monotonic() - start
            _until("a painted window", lambda: _painted(screen, picture), process)
            kind = _asked(screen, "xprop", "-id", found, "WM_CLASS").partition("= ")[2]
            _close(screen, process)
    return f"the window stood after {seconds:.1f} s, is of the class {kind}, and closed with status 0"


def complaint(room: Room, *command: str) -> str:
    """What the program says where it ends instead of opening a window, and empty text where a window comes.

    Raises AssertionError where it neither ends nor shows one.
    """
    with tempfile.TemporaryFile() as told, tempfile.TemporaryDirectory() as frames:
        with display(frames=Path(frames)) as screen:
            environment = room.environment(USER, DISPLAY=screen)
            with running(*room.command(*command, user=USER), environment=environment, output=told) as process:
                _until("a window or an end", lambda: process.poll() is not None or _windows(screen), process)
                ended = process.poll()
        told.seek(0)
        return told.read().decode(errors="replace").strip() if ended is not None else ""


def _close(screen: str, process: subprocess.Popen[bytes]) -> None:
    """Ask the window to close until it has: the first press may go to the welcome before it."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        _asked(screen, "xdotool", "key", "alt+F4")
        time.sleep(10 * POLL)
    if process.poll() != 0:
        raise AssertionError(f"closing ended with {process.returncode}")
