"""Writing so that a kill or a full disk leaves the old file or the new one, and reading JSON nobody vouches for."""

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import FailureKind, LacunaError
from core.i18n import tr

JSON_LIMIT = 4_000_000
"""Bytes; more JSON than this is refused unread."""

_DIGITS = 300
"""Digits of a whole number at most."""

_READ_ONLY = (tr("It is read-only."), tr("Choose a folder you may write to."))
_FORBIDDEN = (tr("Your account has no right to change it."), tr("Choose a folder you may write to."))
_BLOCKED = (tr("A file stands where a folder is needed."), tr("Choose another folder."))
_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: (tr("The disk is full."), tr("Free some space or choose a folder on another disk.")),
    errno.EDQUOT: (tr("Your share of the disk is used up."), tr("Free some space or choose a folder on another disk.")),
    errno.EFBIG: (tr("The disk takes no file of this size."), tr("Choose a folder on another disk.")),
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOTDIR: _BLOCKED,
    errno.EEXIST: _BLOCKED,
    errno.ENOENT: (tr("The folder does not exist and cannot be made."), tr("Choose another folder.")),
}


def storage_error(path: Path, error: OSError) -> LacunaError:
    """The STORAGE failure that tells a person why the disk did not do as asked with `path`."""
    why, fix = _REASONS.get(
        error.errno or 0, (tr("The system says: {reason}.", reason=error.strerror), tr("Choose another folder."))
    )
    return LacunaError(FailureKind.STORAGE, tr("“{path}” cannot be used.", path=path), why, fix)


@contextmanager
def storage(path: Path) -> Generator[None]:
    """Turn an OSError of the block into a LacunaError of kind STORAGE about `path`."""
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` survive a power cut; Windows needs and allows no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk; raises OSError, also when `path` exists."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def atomic_write_bytes(path: Path, data: bytes) -> None:
    """Put `data` at `path`, making its folder at need; on a LacunaError(STORAGE) the old file is untouched."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_synced(part, data)
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def atomic_write_text(path: Path, text: str) -> None:
    """Put `text` at `path` in UTF-8, as `atomic_write_bytes` does."""
    atomic_write_bytes(path, text.encode())


def is_plain_file(path: Path) -> bool:
    """Whether `path` is a regular file itself, not a link, pipe or device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _whole(digits: str) -> int:
    """A whole number that a float can hold too."""
    if len(digits) > _DIGITS:
        raise ValueError(tr("it holds a number of {count} digits", count=len(digits)))
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object that names nothing twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError(tr("it names something twice"))
    return made


def parse_object(data: bytes | str, *, once: bool = False) -> dict[str, Any]:
    """The JSON object in `data`; anything else, NaN, absurd depth or numbers and broken text too, is a ValueError.

    With `once` an object that names something twice is one too, where Python alone would take the last.
    """
    try:
        value = json.loads(data, parse_int=_whole, object_pairs_hook=_once if once else None)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError(tr("it is nested too deep")) from None
    except json.JSONDecodeError as error:
        raise ValueError(tr("it is broken in line {line}", line=error.lineno)) from None
    except UnicodeError:
        raise ValueError(tr("it is not text")) from None
    if not isinstance(value, dict):
        raise ValueError(tr("it is not a JSON object"))
    return value


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a regular file of at most `JSON_LIMIT` bytes; ValueError says in words what is wrong."""
    if not is_plain_file(path):
        raise ValueError(tr("it is missing or not a plain file"))
    try:
        if path.stat().st_size > JSON_LIMIT:
            raise ValueError(tr("it is too large"))
        return parse_object(path.read_bytes())
    except OSError as error:
        raise ValueError(tr("it cannot be read: {reason}", reason=error.strerror)) from None
