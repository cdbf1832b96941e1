"""What is looked at when the Debian package is installed, used and removed in a clean room."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from room import USER, Room
from rooms_window import window

Step = tuple[str, Callable[[], str]]
"""What is looked at, in words, and what does it: it says what it saw, or raises AssertionError."""

DESKTOP = ("desktop-file-utils", "shared-mime-info", "libglib2.0-bin", "man-db", "hicolor-icon-theme")
"""What every desktop has and a minimal root has not: the tools that the package's files are for."""

_HOME = f"/home/{USER}/"
_APTS_OWN = ("/var/cache/", "/var/lib/apt/", "/var/lib/dpkg/", "/var/log/", _HOME)
_CACHE = "usr/share/applications/mimeinfo.cache"
_TYPE = "application/x-lacuna"


def sample(room: Room, name: str) -> str:
    """A bundle as Lacuna writes it, reduced to its head, in the person's home; its path inside."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        with zipfile.ZipFile(made, "w") as file:
            file.writestr("lacuna.json", '{"format": "lacuna"}')
        return room.bring(made, f"{_HOME}{name}")


def type_of(room: Room, path: str) -> str:
    """What kind of file GNOME takes it for."""
    told = room.do("gio", "info", "-a", "standard::content-type", path, user=USER)
    return told.rsplit("standard::content-type:", 1)[-1].strip()


def require(ok: object, told: str) -> None:
    """Raise an AssertionError with what was seen instead."""
    if not ok:
        raise AssertionError(told)


@dataclass
class DebCheck:
    """One package in one room, step by step; `picture` is where the screenshot goes."""

    room: Room
    package: Path
    picture: Path
    before: set[str] = field(default_factory=set)

    def steps(self) -> Iterator[Step]:
        """The steps in order, each with its title."""
        yield "a clean room with what every desktop has", self.prepare
        yield "apt installs the package with what it depends on", self.install
        yield "all its files are there, as they were packed", self.files
        yield "lacuna --version", self.version
        yield "lacuna doctor --json, as a person without rights", self.doctor
        yield "man lacuna", self.manual
        yield "the menu's entry and the file type", self.desktop
        yield "the window opens and closes", self.window
        yield "removed, nothing is left but the person's own", self.remove

    def prepare(self) -> str:
        """Let apt know its packages, and keep what is there."""
        self.room.do("apt-get", "update", "-q")
        self.room.do("apt-get", "install", "-q", "-y", "--no-install-recommends", *DESKTOP)
        self.room.bring(self.package, f"{_HOME}{self.package.name}")
        return ", ".join(DESKTOP)

    def install(self) -> str:
        """As the documentation says it."""
        old = self._packages()
        self.room.do("apt-get", "install", "-q", "-y", f"{_HOME}{self.package.name}")
        new = self._packages() - old
        require("lacuna" in new, "apt did not install it")
        brought = (path for path in self._listed() if not (self.room.folder / path[1:]).is_dir())
        self.before = self.room.files() - set(brought)
        return f"{len(new) - 1} other packages came along"

    def files(self) -> str:
        """By the package's own list and sums."""
        listed = self._listed()
        missing = [path for path in listed if not os.path.lexists(self.room.folder / path.lstrip("/"))]
        require(not missing, f"missing: {missing[:5]}")
        changed = self.room.do("dpkg", "--verify", "lacuna")
        require(not changed, changed)
        return f"{len(listed)} files and folders"

    def version(self) -> str:
        """Through the link in /usr/bin."""
        return self.room.do("lacuna", "--version", user=USER).strip()

    def doctor(self) -> str:
        """Its lines are JSON, and it ends with 0."""
        told = self.room.do("lacuna", "doctor", "--json", user=USER)
        lines = [json.loads(line) for line in told.splitlines()]
        require(lines, "it said nothing")
        return f"{len(lines)} lines of JSON"

    def manual(self) -> str:
        """The page is found; a minimal root has no pager to show it."""
        return self.room.do("man", "-w", "lacuna").strip()

    def desktop(self) -> str:
        """The triggers of other packages have put Lacuna into the desktop's lists."""
        cache = (self.room.folder / _CACHE).read_text("utf-8")
        require(f"{_TYPE}=lacuna.desktop" in cache, "no menu entry opens the type")
        named, bare = sample(self.room, "x.lacuna"), sample(self.room, "nameless")
        kinds = [type_of(self.room, path) for path in (named, bare)]
        require(kinds == [_TYPE, _TYPE], f"x.lacuna and a copy without suffix are {kinds}")
        asked = self.room.do("xdg-mime", "query", "filetype", named, user=USER, XDG_CURRENT_DESKTOP="GNOME").strip()
        require(asked == _TYPE, f"xdg-mime says {asked}")
        opens = self.room.do("xdg-mime", "query", "default", _TYPE, user=USER).strip()
        require(opens == "lacuna.desktop", f"{opens} would open it")
        return f"x.lacuna is {_TYPE} by name and by content, and lacuna.desktop opens it"

    def window(self) -> str:
        """On a display of the machine, by its abstract socket."""
        return window(self.room, self.picture, "lacuna")

    def remove(self) -> str:
        """Purge it, then look for what was not there before, and for anything that bears its name."""
        self.room.do("apt-get", "purge", "-q", "-y", "lacuna")
        require(_TYPE not in (self.room.folder / _CACHE).read_text("utf-8"), "the menu still names it")
        now = {path for path in self.room.files() if not path.startswith(_APTS_OWN)}
        left = sorted(path for path in now if path not in self.before or "lacuna" in path.lower())
        require(not left, f"left: {left[:8]}")
        kept = sorted(path.name for path in (self.room.folder / _HOME[1:]).rglob("Lacuna*"))
        return f"nothing is left outside the home; there stay {', '.join(kept) or 'nothing'}"

    def _listed(self) -> list[str]:
        """What dpkg has of it; a folder may be another package's as well."""
        return self.room.do("dpkg", "-L", "lacuna").split("\n")[:-1]

    def _packages(self) -> set[str]:
        return set(self.room.do("dpkg-query", "-W", "-f", "${Package}\n").split())
