"""A program that says what surrounds it stands in for the bundle: it knows nothing but what a stranger has."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from stranger import Stranger, processes, stranger

PROGRAM = """#!/bin/sh
here="$(/usr/bin/dirname "$0")"
if [ "$1" = stay ]; then exec /usr/bin/sleep 600; fi
/usr/bin/env
( echo x > "$here/lacuna" ) 2>/dev/null && echo WROTE
( echo x > "$here/new" ) 2>/dev/null && echo WROTE
echo x > "$HOME/own" && echo "in $here"
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "lacuna"
    (folder / "_internal").mkdir(parents=True)
    (folder / "lacuna").write_text(PROGRAM, "utf-8")
    (folder / "lacuna").chmod(0o755)
    (folder / "_internal" / "link").symlink_to("../lacuna")
    return folder


@pytest.fixture
def someone(bundle: Path) -> Iterator[Stranger]:
    with stranger(bundle) as found:
        yield found


def test_the_program_knows_nothing_else_and_writes_nowhere_else(someone: Stranger) -> None:
    told = someone.run(seconds=20).stdout.decode().splitlines()
    *environment, where = [line for line in told if not line.startswith(("PWD=", "_=", "SHLVL="))]
    assert sorted(line.partition("=")[0] for line in environment) == ["HOME", "PATH", "XDG_RUNTIME_DIR"]
    assert where == f"in {someone.bundle}"
    assert " " in where
    assert not where.isascii()
    assert (someone.home / "own").read_text("utf-8") == "x\n"


def test_the_bundle_itself_stays_as_it_is(bundle: Path) -> None:
    with stranger(bundle) as someone:
        assert (someone.bundle / "_internal" / "link").is_symlink()
        assert not someone.bundle.stat().st_mode & 0o222
    assert (bundle / "lacuna").read_text("utf-8") == PROGRAM
    assert (bundle / "lacuna").stat().st_mode & 0o777 == 0o755
    assert not someone.folder.exists()


def test_what_still_runs_is_found_and_ended(bundle: Path) -> None:
    with stranger(bundle) as someone:
        started = subprocess.Popen((someone.program, "stay"), env=someone.environment(), cwd="/", user=someone.user)
        assert started.pid in [process.pid for process in processes(someone)]
    assert started.wait(10) == -9
