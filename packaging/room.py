"""A clean Debian in a folder, in which commands run as on a machine of its own; making and entering it needs root.

Each command gets mounts and processes of its own, which the kernel takes away with it: a check that is killed leaves
neither a mount nor a process behind. The network is the machine's: apt and the display are reached by it.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

USER = "person"
"""Who uses Lacuna in the room; no rights, a home of their own."""

_ENTER = """
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 shm "$1/dev/shm"
who=$2 room=$1
shift 2
exec chroot --userspec="$who" "$room" "$@"
"""

_PATIENCE = 900
"""Seconds for one command."""

_BASE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


@dataclass(frozen=True)
class Room:
    """A Debian root in a folder."""

    folder: Path

    def command(self, *words: str, user: str = "root") -> tuple[str, ...]:
        """The command that runs `words` inside."""
        enter = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", _ENTER, "sh")
        return (*enter, str(self.folder), f"{user}:{user}", *words)

    def environment(self, user: str = "root", **more: str) -> dict[str, str]:
        """All that a command inside finds in its environment."""
        home = "/root" if user == "root" else f"/home/{user}"
        return {**_BASE, "HOME": home, "USER": user, **more}

    def run(self, *words: str, user: str = "root", **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside to its end, whatever that is."""
        command, environment = self.command(*words, user=user), self.environment(user, **more)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False)

    def do(self, *words: str, user: str = "root", **more: str) -> str:
        """What a command inside prints; an AssertionError shows its last lines where it fails."""
        done = self.run(*words, user=user, **more)
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}:\n{last}")
        return done.stdout

    def bring(self, source: Path, name: str) -> str:
        """Copy a file in, for everyone to read; the path that it has inside."""
        inside = self.folder / name.lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, inside)
        inside.chmod(0o644)
        return f"/{inside.relative_to(self.folder)}"

    def files(self) -> set[str]:
        """Every file and folder inside, what the kernel shows there left out."""
        asked = ("find", str(self.folder), "-xdev", "-printf", "/%P\n")
        return set(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines())


def make_room(folder: Path, suite: str, cache: Path) -> Room:
    """A minimal Debian of that suite in `folder`; one that was made before is taken from `cache`.

    Raises CalledProcessError where Debian's servers are out of reach and the cache is empty.
    """
    folder, kept = folder.resolve(), cache.resolve() / f"{suite}.tar"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part.tar")
        subprocess.run(("mmdebstrap", "--quiet", "--variant=minbase", suite, str(part)), check=True)
        part.rename(kept)
    folder.mkdir(parents=True)
    subprocess.run(("tar", "-xpf", str(kept), "-C", str(folder), "--exclude=./dev/*"), check=True)
    room = Room(folder)
    shutil.copyfile("/etc/resolv.conf", folder / "etc/resolv.conf")
    room.do("useradd", "--create-home", USER)
    return room
