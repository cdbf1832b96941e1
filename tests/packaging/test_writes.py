"""Files that were written are found, by looking before and after and in strace's words, and each is judged."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from stranger import Stranger
from writes import Call, calls, changed, foreign, snapshot, top_level, verdict

HOME = "/tmp/p/Zo\\303\\253's Zuhause"
"""A home in strace's words."""


@pytest.fixture
def someone() -> Stranger:
    return Stranger(Path("/tmp/p"), None)


def test_every_kind_of_change_is_seen(tmp_path: Path) -> None:
    for name in ("kept", "changed", "gone", "replaced"):
        (tmp_path / name).write_text(name, "utf-8")
    before = snapshot(tmp_path)
    assert not changed(before, snapshot(tmp_path))
    os.utime(tmp_path / "changed", (1, 1))
    (tmp_path / "gone").unlink()
    (tmp_path / "new").write_text("new", "utf-8")
    (tmp_path / "other").write_text("replaced", "utf-8")
    (tmp_path / "other").replace(tmp_path / "replaced")
    names = {Path(path).name for path in changed(before, snapshot(tmp_path)) if path != str(tmp_path)}
    assert names == {"changed", "gone", "new", "replaced"}


def test_of_a_shared_folder_only_the_user_s_own_counts(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert list(top_level(tmp_path, None)) == [str(tmp_path / "mine")]
    assert not top_level(tmp_path, os.geteuid() + 1)


@pytest.mark.parametrize(
    ("line", "call"),
    [
        (
            f'openat(AT_FDCWD</>, "{HOME}/a \\"b\\".log", O_WRONLY|O_CREAT, 0666) = 7<{HOME}/a>',
            Call("openat", ('/tmp/p/Zoë\'s Zuhause/a "b".log',), writes=True),
        ),
        (
            'openat(AT_FDCWD</>, "/etc/fonts/fonts.conf", O_RDONLY|O_CLOEXEC) = 5</etc/fonts/fonts.conf>',
            Call("openat", ("/etc/fonts/fonts.conf",), writes=False),
        ),
        ('mkdirat(9</home/zoe>, "new", 0777) = 0', Call("mkdirat", ("/home/zoe/new",), writes=True)),
        ('rename("/tmp/a.part", "/tmp/a") = 0', Call("rename", ("/tmp/a.part", "/tmp/a"), writes=True)),
        (
            'renameat2(3</x>, "a", AT_FDCWD</y>, "b", RENAME_NOREPLACE) = 0',
            Call("renameat2", ("/x/a", "/y/b"), writes=True),
        ),
    ],
)
def test_a_call_is_read_from_the_words_of_strace(line: str, call: Call) -> None:
    assert list(calls([line])) == [call]


def test_calls_that_failed_changed_nothing() -> None:
    assert not list(calls(['mkdir("/opt/lacuna/x", 0777) = -1 EACCES (Permission denied)', "+++ exited with 0 +++"]))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("~/.local/share/Lacuna/library/index.sqlite", "Lacuna's own"),
        ("~/.local/share", "Lacuna's own"),
        ("~/.config/Lacuna", "Lacuna's own"),
        ("~/.cache/fontconfig/x.cache-9", "fontconfig keeps its list of fonts here for every program"),
        ("/dev/null", "not on a disk"),
        ("/tmp/p/run/lacuna-1", "sockets of the session"),
        ("~/.local/share/lacuna/x", ""),
        ("~/.cache/huggingface", ""),
        ("~/Lacuna", ""),
        ("/tmp/gone-again", "for a moment, and gone"),
        ("/tmp/gone-again/inside", "for a moment, and gone"),
        ("/tmp", ""),
        ("/", ""),
    ],
)
def test_a_path_is_judged(path: str, why: str, someone: Stranger) -> None:
    assert verdict(path.replace("~", str(someone.home)), someone) == why


@pytest.mark.parametrize(
    ("path", "strange"),
    [
        ("/srv/checkout/core/files.py", True),
        ("/usr/lib/python3.11/os.py", True),
        ("/opt/venv/lib/site-packages/x.py", True),
        ("/tmp/p/lacuna/_internal/python3.11/lib-dynload/x.so", False),
        ("/usr/lib/x86_64-linux-gnu/libGL.so.1", False),
    ],
)
def test_the_checkout_and_other_pythons_are_foreign(path: str, strange: bool, someone: Stranger) -> None:
    assert foreign(path, someone, Path("/srv/checkout")) is strange


def test_what_is_still_in_a_shared_folder_has_no_excuse(someone: Stranger) -> None:
    with tempfile.NamedTemporaryFile(dir="/tmp") as left:
        assert verdict(left.name, someone) == ""
