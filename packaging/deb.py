"""Packs a bundle as a Debian package: python packaging/deb.py BUNDLE [--out dist].

xz -6, after what a sample of 226 MB of the bundle took on one core: xz -6 26.0 % and 79 s, unpacked in 2.2 s; xz -9
25.8 %, 106 s, 2.3 s; zstd -19 27.6 %, 88 s, 0.24 s. zstd would save some seconds once, but makes a larger file, and
neither Debian's archive nor its lintian takes it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from needed_packages import depends
from payload import ROOT, arguments, copy_bundle, settle, size, source_date
from share import filled, packed, write_share

from core.files import atomic_write_bytes, atomic_write_text
from core.hardware.software import lacuna_version

PROGRAM = Path("opt/lacuna")
"""The bundle's place below the root."""

_XZ = ("-Zxz", "-z6", "--threads-max=2")
"""With two threads or more xz cuts into blocks of one size, so that the bytes do not tell how many there were."""

_NO_ADDRESS = "nobody@lacuna.invalid"
"""Debian asks for an address; the project file states none yet."""


def maintainer() -> str:
    """The first author of the project file, with an address that cannot be anybody's where none is stated."""
    author = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["authors"][0]
    return f"{author['name']} <{author.get('email', _NO_ADDRESS)}>"


def _architecture() -> str:
    asked = ("dpkg", "--print-architecture")
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def _changelog(when: int) -> str:
    """Debian's form of it, which points to the real one beside it."""
    day = format_datetime(datetime.fromtimestamp(when, UTC))
    told = "  * What changed is in CHANGELOG.md.gz beside this file."
    return f"lacuna ({lacuna_version()}) stable; urgency=medium\n\n{told}\n\n -- {maintainer()}  {day}\n"


def _copyright() -> str:
    told = (ROOT / "LICENSE").read_text("utf-8").partition("\n\n")[2]
    marked = "\n".join(line or "." for line in told.strip().splitlines())
    return filled("copyright", LICENCE=textwrap.indent(marked, " "))


def _write_documents(root: Path, when: int) -> None:
    folder = root / "usr/share/doc/lacuna"
    atomic_write_text(folder / "copyright", _copyright())
    atomic_write_bytes(folder / "changelog.gz", packed(_changelog(when)))
    atomic_write_bytes(folder / "CHANGELOG.md.gz", packed((ROOT / "CHANGELOG.md").read_text("utf-8")))
    atomic_write_text(root / "usr/share/lintian/overrides/lacuna", filled("overrides"))


def stage(bundle: Path, root: Path, when: int) -> None:
    """Lay out below `root` what the package puts onto a system."""
    copy_bundle(bundle, root / PROGRAM)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/lacuna").symlink_to("/opt/lacuna/lacuna")
    write_share(root / "usr/share", when)
    _write_documents(root, when)


def _sums(root: Path) -> str:
    """MD5 of every file, as dpkg --verify reads them."""
    lines = []
    for path in sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()):
        with path.open("rb") as file:
            told = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        lines.append(f"{told}  {path.relative_to(root).as_posix()}\n")
    return "".join(lines)


def _control(root: Path, needed: str) -> str:
    values = {"VERSION": lacuna_version(), "ARCHITECTURE": _architecture(), "MAINTAINER": maintainer()}
    return filled("control", KIB=str(-(-size(root) // 1024)), DEPENDS=needed, **values)


def _write_control(root: Path, needed: str) -> None:
    sums, control = _sums(root), _control(root, needed)
    atomic_write_text(root / "DEBIAN/md5sums", sums)
    atomic_write_text(root / "DEBIAN/control", control)


def build(bundle: Path, out: Path) -> Path:
    """Make the package in the folder `out`; two runs on one bundle give the same bytes.

    Raises LookupError for a library that no package of this system has, CalledProcessError where dpkg-deb fails.
    """
    when, needed = source_date(), depends(bundle)
    made = out / f"lacuna_{lacuna_version()}_{_architecture()}.deb"
    with tempfile.TemporaryDirectory(prefix=".deb-", dir=out) as folder:
        root = Path(folder) / "root"
        stage(bundle, root, when)
        _write_control(root, needed)
        settle(root, when)
        packing = ("dpkg-deb", "--root-owner-group", *_XZ, "--build", str(root), str(Path(folder) / "made"))
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(when)}
        subprocess.run(packing, check=True, env=environment, stdout=sys.stderr)
        shutil.move(Path(folder) / "made", made)
    return made


def main() -> None:
    """Pack the bundle named on the command line and print the package's path."""
    given = arguments(main.__doc__ or "")
    try:
        print(build(given.bundle, given.out))
    except LookupError as error:
        sys.exit(str(error.args[0]))


if __name__ == "__main__":
    main()
