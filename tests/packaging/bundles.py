"""A small folder that looks like a bundle: a real program, a real library, and what they need from outside."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make_bundle(folder: Path) -> Path:
    """`lacuna` prints its arguments; `_internal` holds a library that needs the C library alone, and a link to it."""
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    shutil.copyfile("/bin/echo", folder / "lacuna")
    (folder / "lacuna").chmod(0o755)
    library = next(Path("/lib").glob("*-linux-gnu/libz.so.1"))
    shutil.copyfile(library, inside / "libz.so.1")
    (inside / "libz.so").symlink_to("libz.so.1")
    (inside / "größe.txt").write_text("words", "utf-8")
    (inside / "resources").mkdir()
    (inside / "resources/licences.json").write_text("{}")
    return folder


def packed(script: str, bundle: Path, out: Path, when: int = 1_700_000_000) -> Path:
    """What a packer makes of a bundle, run as a person runs it."""
    command = (sys.executable, str(ROOT / "packaging" / f"{script}.py"), str(bundle), "--out", str(out))
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(out), "SOURCE_DATE_EPOCH": str(when)}
    done = subprocess.run(command, env=environment, cwd=bundle.parent, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(done.stderr)
    return out / Path(done.stdout.splitlines()[-1]).name
