"""Somebody who has the bundle and nothing else: no environment, no Python, no checkout, no right to change it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

NOBODY = "nobody"
"""Whom root runs the program as."""

INSTALLED = "Programme für Zoë – 映画 & more"
"""A folder with spaces and letters that no ASCII knows."""

HOME = "Zoë's Zuhause"


@dataclass(frozen=True)
class Stranger:
    """Where the stranger's things are; `user` is None where the script itself runs without root's rights."""

    folder: Path
    user: str | None

    @property
    def bundle(self) -> Path:
        """The folder that the program lies in."""
        return self.folder / INSTALLED / "lacuna"

    @property
    def program(self) -> str:
        """The executable."""
        return str(self.bundle / "lacuna")

    @property
    def home(self) -> Path:
        """The stranger's own folder, empty at first."""
        return self.folder / HOME

    @property
    def runtime(self) -> Path:
        """What a desktop session gives for sockets."""
        return self.folder / "run"

    @property
    def frames(self) -> Path:
        """Where the display keeps its pixels; not the stranger's."""
        return self.folder / "frames"

    @property
    def library(self) -> Path:
        """Where results go when nothing was set."""
        return self.home / ".local/share/Lacuna/library"

    @property
    def uid(self) -> int | None:
        """The number of the user, None for whoever runs the script."""
        return pwd.getpwnam(self.user).pw_uid if self.user else None

    def environment(self, **more: str) -> dict[str, str]:
        """All that the program is told by its surroundings: no locale, no Python, a PATH that leads nowhere."""
        empty = str(self.folder / "empty")
        return {"HOME": str(self.home), "PATH": empty, "XDG_RUNTIME_DIR": str(self.runtime), **more}

    def own(self, folder: Path) -> Path:
        """Make a folder that belongs to the stranger alone."""
        folder.mkdir(mode=0o700)
        if self.uid is not None:
            os.chown(folder, self.uid, -1)
        return folder

    def called(self, path: str) -> str:
        """A path as the stranger would write it, with ~ for the home."""
        return path.replace(str(self.home), "~").replace(str(self.runtime), "$XDG_RUNTIME_DIR")

    def run(
        self, *arguments: str, seconds: float, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command of the bundle to its end."""
        return subprocess.run(
            (self.program, *arguments),
            env=environment or self.environment(),
            cwd="/",
            user=self.user,
            extra_groups=[] if self.user else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )


def processes(someone: Stranger) -> list[psutil.Process]:
    """Whatever runs in the stranger's surroundings, which a process keeps from its start to its end."""
    return [process for process in psutil.process_iter() if _home(process) == str(someone.home)]


def _home(process: psutil.Process) -> str:
    try:
        return process.environ().get("HOME", "")
    except (psutil.Error, OSError):
        return ""


def _linked(source: str, target: str) -> None:
    """A second name for a file; a copy where that cannot be, or where its rights will have to change."""
    try:
        if os.geteuid():
            shutil.copy2(source, target)
        else:
            os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _lock(folder: Path) -> None:
    """Take the right to write to it from everyone but root, whose linked files are safe from nobody as they are."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink() and (path.is_dir() or os.geteuid()):
            path.chmod(path.stat().st_mode & ~0o222)


def _unlock(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o700)


@contextmanager
def stranger(bundle: Path) -> Iterator[Stranger]:
    """A stranger with a copy of the bundle; everything of theirs is removed with the block."""
    folder = Path(tempfile.mkdtemp(prefix="lacuna-proof-"))
    someone = Stranger(folder, NOBODY if os.geteuid() == 0 else None)
    try:
        folder.chmod(0o755)
        for name in ("empty", "frames"):
            (folder / name).mkdir()
        shutil.copytree(bundle, someone.bundle, symlinks=True, copy_function=_linked)
        _lock(someone.bundle.parent)
        someone.own(someone.home)
        someone.own(someone.runtime)
        yield someone
    finally:
        for process in processes(someone):
            process.kill()
        _unlock(folder)
        shutil.rmtree(folder)
