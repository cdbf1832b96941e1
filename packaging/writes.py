"""Which files a program wrote: by comparing folders before and after, and by listening to the kernel with strace."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stranger import Stranger

OWN = (".config/Lacuna", ".local/share/Lacuna", ".cache/Lacuna", ".local/state/Lacuna")
"""Lacuna's folders below a home, where the XDG variables are not set."""

JUDGED = {
    ".cache/fontconfig": "fontconfig keeps its list of fonts here for every program",
    ".cache/mesa_shader_cache": "the OpenGL driver keeps compiled shaders here",
    ".cache/at-spi": "the accessibility service",
    ".config/dconf": "the accessibility service reads the desktop's settings",
}
"""What others write below a home when a window opens, and why that is none of Lacuna's doing."""

SHARED = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - to see that nothing is left there
"""Folders that anyone may write to for a while."""

MEMORY = ("/dev/", "/proc/self/", "/memfd:")
"""Where an open for writing puts nothing on a disk."""

CALLS = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,truncate"
"""The system calls that make or change a file, or open one."""

STRACE = ("-f", "-ff", "-qq", "-y", "--seccomp-bpf", "-s", "4096", "-e", f"trace={CALLS}", "-e", "signal=none")
"""At full speed, with the children, and each process into a file of its own: in one, calls interrupt each other."""

_CALL = re.compile(r"^(?P<name>\w+)\((?P<given>.*)\) += (?P<result>-?\d+)")
_TEXT = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')

State = dict[str, tuple[int, int, int]]
"""Paths, and what changes when a file does: inode, bytes and time of change in nanoseconds."""


def listening(folder: Path) -> tuple[str, ...]:
    """A command that starts the program named after it and writes the calls of its processes into files there."""
    found = shutil.which("strace")
    if found is None:
        raise FileNotFoundError("strace is not installed.")
    return (found, *STRACE, "-o", str(folder / "calls"))


def heard(folder: Path) -> list[Call]:
    """The calls in those files."""
    return [call for file in folder.iterdir() for call in calls(file.read_text("utf-8", "replace").splitlines())]


def snapshot(folder: Path) -> State:
    """The state of everything below a folder, itself included."""
    return {str(path): _state(path) for path in (folder, *folder.rglob("*"))}


def top_level(folder: Path, uid: int | None) -> State:
    """The state of what lies right in a shared folder and belongs to a user; None takes whoever runs this."""
    owner = os.geteuid() if uid is None else uid
    return {e.path: _state(Path(e.path)) for e in os.scandir(folder) if e.stat(follow_symlinks=False).st_uid == owner}


def _state(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def changed(before: State, after: State) -> list[str]:
    """The paths that are new, gone or different."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


@dataclass(frozen=True)
class Call:
    """One system call that succeeded: its paths in full, and whether it writes."""

    name: str
    paths: tuple[str, ...]
    writes: bool


def calls(lines: Iterable[str]) -> Iterator[Call]:
    """The calls in strace's words that succeeded."""
    for line in lines:
        if (found := _CALL.match(line)) and int(found["result"]) >= 0:
            paths = tuple(_whole(text) for text in _TEXT.finditer(found["given"]))
            yield Call(found["name"], paths, _writes(found["name"], found["given"]))


def _writes(name: str, given: str) -> bool:
    flags = given.rpartition('"')[2]
    return name not in ("open", "openat") or any(flag in flags for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))


def _whole(text: re.Match[str]) -> str:
    path, folder = _plain(text["path"]), _plain(text["folder"] or "/")
    return os.path.normpath(path if path.startswith("/") else f"{folder}/{path}")


def _plain(quoted: str) -> str:
    """What stands behind strace's octal and other escapes."""
    return re.sub(r"\\([0-7]{1,3}|.)", _character, quoted).encode("latin-1").decode("utf-8", "replace")


def _character(escape: re.Match[str]) -> str:
    code = escape[1]
    return chr(int(code, 8)) if code.isdigit() else {"n": "\n", "t": "\t", "r": "\r"}.get(code, code)


def foreign(path: str, someone: Stranger, checkout: Path) -> bool:
    """Whether a path leads to the checkout or to a Python that is not the bundle's."""
    if Path(path).is_relative_to(someone.folder):
        return False
    return Path(path).is_relative_to(checkout) or "/python" in path or "site-packages" in path


def verdict(path: str, someone: Stranger) -> str:
    """Why a path may be written: “Lacuna's own”, a reason that has nothing to do with Lacuna, or nothing at all."""
    if path.startswith(MEMORY):
        return "not on a disk"
    if not Path(path).is_relative_to(someone.folder) and _gone_again(Path(path)):
        return "for a moment, and gone"
    return next((why for folder, why in _reasons(someone) if _inside_or_above(Path(path), folder, someone)), "")


def _reasons(someone: Stranger) -> Iterator[tuple[Path, str]]:
    yield someone.runtime, "sockets of the session"
    yield from ((someone.home / name, "Lacuna's own") for name in OWN)
    yield from ((someone.home / name, why) for name, why in JUDGED.items())


def _gone_again(path: Path) -> bool:
    """Whether it lay in a shared folder, where nothing of it is left."""
    tops = (folder / path.relative_to(folder).parts[0] for folder in SHARED if folder in path.parents)
    return any(not os.path.lexists(top) for top in tops)


def _inside_or_above(path: Path, folder: Path, someone: Stranger) -> bool:
    """Whether a path is a folder, lies in it, or is one of the stranger's folders that lead to it."""
    return path.is_relative_to(folder) or (folder.is_relative_to(path) and path.is_relative_to(someone.home))
