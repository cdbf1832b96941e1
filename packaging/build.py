"""Builds the frozen application of this system: python packaging/build.py [--out dist] [--variant cpu|cuda].

PyInstaller makes the folder, then it is made smaller, learns where releases are published, and gets its licences.
The variant is that of the installed torch; naming one makes sure that it is the right one.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from licences import collect
from payload import ROOT, size

from core.errors import LacunaError
from core.files import atomic_write_text
from core.hardware.devices import torch_cuda
from core.hardware.software import lacuna_version

STRIPPED = ("torch/lib/libtorch_c*.so", "torch/lib/libtorch_python.so", "libpython3*.so*", "python3*/lib-dynload/*.so")
"""Libraries that may carry a table of names for debuggers. Not every library: those that were rewritten for their wheel
(numpy's, OpenCV's) do not survive `strip`."""

UNTOUCHED = ("--wildcard", "--keep-symbol=*mkl*", "--keep-symbol=*MKL*")
"""Intel's oneMKL inside of torch's may be given on unmodified only: its names stay."""


def program_folder(out: Path) -> Path:
    """Where the bundle's own files lie: beside the program, or inside the application on macOS."""
    return out / "Lacuna.app/Contents/Frameworks" if sys.platform == "darwin" else out / "lacuna/_internal"


def require_variant(wanted: str) -> str:
    """The variant that the installed torch makes, cpu or cuda; SystemExit where another was asked for."""
    found = "cuda" if torch_cuda() else "cpu"
    if wanted not in ("", found):
        sys.exit(f"The torch in this environment makes the variant {found}, not {wanted}: install torch's other build.")
    return found


def freeze(out: Path) -> None:
    """Run PyInstaller; its work folder stays in build/, so that the next build is quicker."""
    if sys.platform != "linux":  # there the program's file bears the icon
        subprocess.run(
            (sys.executable, str(ROOT / "packaging/icons.py"), "--out", str(ROOT / "build/icons")), check=True
        )
    work = ROOT / "build" / "pyinstaller"
    spec = ROOT / "packaging" / "lacuna.spec"
    command = ("-m", "PyInstaller", "--noconfirm", "--log-level=WARN", f"--distpath={out}", f"--workpath={work}")
    subprocess.run((sys.executable, *command, str(spec)), cwd=ROOT, check=True)


def strip(inside: Path) -> int:
    """Take the debuggers' tables out of the large libraries; the bytes saved. Only where there is a `strip`."""
    if sys.platform != "linux" or shutil.which("strip") is None:
        return 0
    found = [path for pattern in STRIPPED for path in inside.glob(pattern) if not path.is_symlink()]
    before = sum(path.stat().st_size for path in found)
    subprocess.run(("strip", "--strip-unneeded", *UNTOUCHED, *map(str, found)), check=True)
    return before - sum(path.stat().st_size for path in found)


def publish(inside: Path, feed: str, page: str) -> None:
    """Tell the bundle where its releases are announced; a checkout does not know."""
    given = f'feed = "{feed}"\npage = "{page}"\n'
    if any(mark in f"{feed}{page}" for mark in '"\\\n'):
        sys.exit("An address holds no quotation mark, backslash or new line.")
    atomic_write_text(inside / "resources" / "release.toml", given)


def pack_for_windows(out: Path, variant: str) -> None:
    """Make setup.exe by Inno Setup, where this is Windows and it is installed."""
    if sys.platform != "win32":
        return
    if (compiler := shutil.which("iscc")) is None:
        print("No setup.exe: Inno Setup's iscc is not in the PATH.", file=sys.stderr)
        return
    defined = {"Version": lacuna_version(), "Bundle": out / "lacuna", "Out": out, "Variant": variant}
    flags = [f"/D{name}={value}" for name, value in defined.items()]
    subprocess.run((compiler, *flags, str(ROOT / "packaging/windows/lacuna.iss")), check=True)


def build(out: Path, variant: str = "", feed: str = "", page: str = "", *, own_use: bool = False) -> Path:
    """Make the bundle in `out`; its folder, or SystemExit with what is wrong.

    One for `own_use` is not looked at for its licences, and must not be given to others.
    """
    made = require_variant(variant)
    freeze(out)
    inside = program_folder(out)
    saved = strip(inside)
    if feed or page:
        publish(inside, feed, page)
    if not own_use:
        collect(out / "lacuna", inside / "resources" / "licences.json")
    pack_for_windows(out, made)
    bundle = out / ("Lacuna.app" if sys.platform == "darwin" else "lacuna")
    print(f"{bundle}: {made}, {size(bundle) / 1e6:,.0f} MB ({saved / 1e6:,.0f} MB of debuggers' tables taken out)")
    return bundle


def main() -> None:
    """Build as the command line says."""
    parser = argparse.ArgumentParser(description="Build the frozen application of this system.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the bundle; dist by default")
    parser.add_argument("--variant", choices=("cpu", "cuda"), default="", help="insist on torch's CPU or CUDA build")
    parser.add_argument("--feed", default="", metavar="URL", help="where the bundle asks for newer versions")
    parser.add_argument("--page", default="", metavar="URL", help="where a person finds the releases")
    parser.add_argument("--own-use", action="store_true", help="do not look at licences; not to be given to others")
    given = parser.parse_args()
    try:
        build(given.out.absolute(), given.variant, given.feed, given.page, own_use=given.own_use)
    except LacunaError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
