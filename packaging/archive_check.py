"""What is looked at when the archive is unpacked, started, put into the menu and taken out again in a clean room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deb_check import Step, require
from room import USER, Room
from rooms_window import complaint, window

_HOME = f"/home/{USER}"
PLACE = f"{_HOME}/Größe & Übung"
"""Where it is unpacked: spaces, an ampersand and letters outside ASCII."""

REFUSED = 3
"""How launcher and program end where the system lacks something."""

_LINK = f"{_HOME}/.local/bin/lacuna"
_TRIES = 8


def _named(told: str) -> list[str]:
    """The packages in the command that a complaint ends with."""
    found = re.search(r"apt(?:-get)? install ([\w.+ -]+)", told)
    require(found, f"it names no command: {told}")
    return [word for word in found[1].split() if not word.startswith("-")] if found else []


@dataclass
class ArchiveCheck:
    """One archive in a room of today and in one that is too old; `picture` is where the screenshot goes."""

    room: Room
    old: Room
    archive: Path
    picture: Path

    def steps(self) -> Iterator[Step]:
        """The steps in order, each with its title."""
        yield "unpacked into a folder with spaces and letters outside ASCII", self.unpack
        yield "a system without OpenGL: the program says what to install, and that helps", self.complain
        yield "install.sh puts it into the menu", self.install
        yield "the window opens by the link and closes", self.window
        yield "install.sh --remove takes all of it away", self.remove
        yield "on Debian 11 an older glibc is told in a sentence", self.refuse

    def unpack(self) -> str:
        """As the person, with tar alone."""
        self.room.do("apt-get", "update", "-q")
        self.room.do("apt-get", "install", "-q", "-y", "--no-install-recommends", "xz-utils")
        return f"{self._unpacked(self.room)}, as tar unpacks it"

    def complain(self) -> str:
        """Do as the program says until a window comes: each time it names a command, run that."""
        said: list[str] = []
        for _ in range(_TRIES):
            told = complaint(self.room, f"{self._folder()}/lacuna.sh")
            if not told:
                require(said, "it missed nothing")
                return f"{'; '.join(said)}; then a window came"
            said.append(f"“{told}”")
            self.room.do("apt-get", "install", "-q", "-y", "--no-install-recommends", *_named(told))
        raise AssertionError(f"it is never content: {said}")

    def install(self) -> str:
        """The person's own menu, and the command in their path."""
        told = self.room.do(f"{self._folder()}/install.sh", user=USER)
        entry = self._text(f"{_HOME}/.local/share/applications/lacuna.desktop")
        require(f'Exec="{self._folder()}/lacuna.sh" %f' in entry, entry)
        version = self.room.do(_LINK, "--version", user=USER).strip()
        return f"{told.strip()} {_LINK} --version: {version}"

    def window(self) -> str:
        """A font is what a desktop would have had."""
        self.room.do("apt-get", "install", "-q", "-y", "--no-install-recommends", "fonts-dejavu-core")
        return window(self.room, self.picture, _LINK)

    def remove(self) -> str:
        """Only what the person made stays."""
        self.room.do(f"{self._folder()}/install.sh", "--remove", user=USER)
        share = self.room.folder / f"{_HOME}/.local".lstrip("/")
        left = [str(path.relative_to(share)) for path in share.rglob("*lacuna*") if "Lacuna" not in path.parts]
        require(not left, f"left: {left}")
        return f"in ~/.local/share stay {sorted(path.name for path in (share / 'share').iterdir())}"

    def refuse(self) -> str:
        """In a root whose glibc is older than the bundle's need."""
        self.old.do("apt-get", "update", "-q")
        self.old.do("apt-get", "install", "-q", "-y", "--no-install-recommends", "xz-utils")
        launcher = f"{self._unpacked(self.old)}/lacuna.sh"
        done = self.old.run(launcher, user=USER)
        require(done.returncode == REFUSED and "glibc" in done.stderr, f"{done.returncode}: {done.stderr}")
        return done.stderr.strip()

    def _unpacked(self, room: Room) -> str:
        inside = room.bring(self.archive, f"{_HOME}/{self.archive.name}")
        room.do("mkdir", PLACE, user=USER)
        room.do("tar", "-xf", inside, "-C", PLACE, user=USER)
        return self._folder()

    def _folder(self) -> str:
        return f"{PLACE}/{self.archive.name.partition('-linux')[0]}"

    def _text(self, path: str) -> str:
        return (self.room.folder / path.lstrip("/")).read_text("utf-8")
