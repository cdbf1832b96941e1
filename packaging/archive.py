"""Packs a bundle as an archive for any Linux: python packaging/archive.py BUNDLE [--out dist].

xz, since every desktop's tar and file manager opens it; zstd would be 6 % larger and is missing from some.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from elf import Needs, needs, parse_version
from payload import LINUX, ROOT, arguments, copy_bundle, settle, source_date
from share import filled, write_share

from core.files import atomic_write_text
from core.hardware.software import lacuna_version

_XZ = ("xz", "--stdout", "-6", "--threads=2")
"""With two threads or more xz cuts into blocks of one size, so that the bytes do not tell how many there were."""


def systems(glibc: tuple[int, ...]) -> str:
    """The oldest release of every known system with such a glibc, as a list in words."""
    known = tomllib.loads((LINUX / "systems.toml").read_text("utf-8"))
    found = list(_first_releases(known, glibc)) or ["a newer system"]
    return ", ".join(found[:-1]) + (" or " if found[1:] else "") + found[-1]


def _first_releases(known: dict[str, dict[str, str]], glibc: tuple[int, ...]) -> Iterator[str]:
    for name, releases in known.items():
        enough = [release for release, has in releases.items() if parse_version(has) >= glibc]
        if enough:
            yield f"{name} {enough[0]}"


def _write_program(path: Path, text: str) -> None:
    atomic_write_text(path, text)
    path.chmod(0o755)


def write_launcher(folder: Path, found: Needs) -> None:
    """Write `lacuna.sh`, which knows what the bundle needs."""
    machine = platform.machine()
    told = filled("lacuna.sh", GLIBC=found.glibc_text, SYSTEMS=systems(found.glibc), MACHINE=machine)
    _write_program(folder / "lacuna.sh", told)


def stage(bundle: Path, folder: Path, when: int) -> None:
    """Lay out the archive's one folder: the bundle, launcher, installer, what to read, and what install.sh shares."""
    found = needs(bundle)
    copy_bundle(bundle, folder)
    write_launcher(folder, found)
    _write_program(folder / "install.sh", filled("install.sh"))
    values = {"VERSION": lacuna_version(), "MACHINE": platform.machine(), "SYSTEMS": systems(found.glibc)}
    atomic_write_text(folder / "README.txt", filled("README.txt", **values))
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    write_share(folder / "share", when)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _pack(folder: Path, made: Path) -> None:
    """Tar and compress; names in order, and no word of who packed it."""
    with made.open("xb") as out, subprocess.Popen(_XZ, stdin=subprocess.PIPE, stdout=out) as xz:
        assert xz.stdin is not None
        with tarfile.open(fileobj=xz.stdin, mode="w|", format=tarfile.GNU_FORMAT) as tar:
            tar.add(folder, folder.name, filter=_anonymous)
        xz.stdin.close()
    if xz.returncode:
        raise subprocess.CalledProcessError(xz.returncode, _XZ)


def build(bundle: Path, out: Path) -> Path:
    """Make the archive in the folder `out`; two runs on one bundle give the same bytes. Raises OSError without xz."""
    when, name = source_date(), f"lacuna-{lacuna_version()}"
    made = out / f"{name}-linux-{platform.machine()}.tar.xz"
    with tempfile.TemporaryDirectory(prefix=".archive-", dir=out) as scratch:
        folder = Path(scratch) / name
        stage(bundle, folder, when)
        settle(folder, when)
        _pack(folder, Path(scratch) / made.name)
        shutil.move(Path(scratch) / made.name, made)
    return made


def main() -> None:
    """Pack the bundle named on the command line and print the archive's path."""
    given = arguments(main.__doc__ or "")
    print(build(given.bundle, given.out))


if __name__ == "__main__":
    main()
