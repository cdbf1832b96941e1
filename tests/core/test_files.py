from __future__ import annotations

import errno
from pathlib import Path

import pytest

from core.errors import FailureKind, LacunaError
from core.files import atomic_write_bytes, atomic_write_text, parse_object, read_object, storage, storage_error


def test_a_file_is_written_replaced_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    atomic_write_text(path, "one")
    atomic_write_text(path, "zwölf")
    assert path.read_bytes() == "zwölf".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_keeps_the_old_and_cleans_up(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    (target / "full").mkdir(parents=True)
    with pytest.raises(LacunaError) as caught:
        atomic_write_bytes(target, b"x")
    assert caught.value.kind is FailureKind.STORAGE
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, "The disk is full."),
        (errno.EROFS, "It is read-only."),
        (errno.EACCES, "Your account has no right to change it."),
        (errno.EIO, "The system says: Input/output error."),
    ],
)
def test_reasons_are_plain(tmp_path: Path, number: int, why: str) -> None:
    error = storage_error(tmp_path, OSError(number, "Input/output error"))
    assert error.why == why
    assert error.fix


def test_only_the_systems_failures_are_translated(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), storage(tmp_path):
        _ = 1 / 0


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"NaN", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": ' + b"9" * 400 + b"}", b"\xff", b'{"a": "\\ud800"}'],
)
def test_what_is_no_plain_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_object(data)


def test_links_and_folders_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text('{"a": 1}')
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    assert read_object(tmp_path / "real.json") == {"a": 1}
    for name in ("link.json", "missing.json", "."):
        with pytest.raises(ValueError, match="not a plain file"):
            read_object(tmp_path / name)
