"""Figures of processes and folders that are known beforehand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from measure import MEBIBYTE, Peaks, engine, idle_share, largest, on_disk, pss, summed_up

PARENT = """
import subprocess, sys
small = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
large = "print(len(b'x' * (64 << 20)), flush=True); kept = b'x' * (64 << 20); print(flush=True); input()"
child = subprocess.Popen([sys.executable, "-c", large], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline(), child.stdout.readline()
print(child.pid, flush=True)
input()
child.communicate(b"\\n"), small.communicate(b"\\n")
"""


@pytest.fixture
def family() -> Iterator[tuple[int, int]]:
    """The process ids of a parent and of the larger of its two children, which holds 64 MiB."""
    command = (sys.executable, "-c", PARENT)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        process.communicate(b"\n")


def test_the_engine_is_the_largest_child(family: tuple[int, int]) -> None:
    parent, child = family
    assert engine(parent) == child
    assert engine(child) is None
    assert 64 * MEBIBYTE < pss(child) < 96 * MEBIBYTE
    with Peaks(parent).watching() as peaks:
        share = idle_share(parent, 1.5)
    assert share < 0.2
    assert 64 * MEBIBYTE < peaks.engine < 96 * MEBIBYTE
    assert 0 < peaks.window < 64 * MEBIBYTE


def test_a_process_that_is_gone_has_no_memory_and_no_engine() -> None:
    gone = subprocess.Popen(("/bin/true",))
    gone.wait()
    assert pss(gone.pid) == 0
    assert engine(gone.pid) is None


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "_internal" / "large").mkdir(parents=True)
    (tmp_path / "_internal" / "small").mkdir()
    (tmp_path / "_internal" / "large" / "a").write_bytes(os.urandom(3 * MEBIBYTE))
    (tmp_path / "_internal" / "large" / "b").hardlink_to(tmp_path / "_internal" / "large" / "a")
    (tmp_path / "_internal" / "file").write_bytes(os.urandom(MEBIBYTE))
    assert 4 * MEBIBYTE <= on_disk(tmp_path) < 5 * MEBIBYTE
    assert [name for name, _ in largest(tmp_path)] == ["large", "(files)", "small"]
    assert [name for name, _ in largest(tmp_path, 1)] == ["large"]


def test_runs_are_summed_up() -> None:
    assert summed_up([0.5, 2.0, 1.0]) == {"median": 1.0, "worst": 2.0, "runs": 3}
