"""The files below share/ by which a Linux desktop knows Lacuna: menu entry, file type, icons, man page."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

from icons import write_theme
from manual import page
from payload import LINUX

from core.files import atomic_write_bytes, atomic_write_text
from core.hardware.software import lacuna_version


def filled(name: str, **values: str) -> str:
    """A template of packaging/linux with every @NAME@ in it replaced; KeyError where a value has no place in it."""
    text = (LINUX / name).read_text("utf-8")
    for key, value in values.items():
        if f"@{key}@" not in text:
            raise KeyError(f"{name} has no place for {key}")
        text = text.replace(f"@{key}@", value)
    return text


def write_share(share: Path, when: int) -> None:
    """Fill a folder share/; `when`, in seconds since 1970, is the day of the release."""
    day = datetime.fromtimestamp(when, UTC).date().isoformat()
    atomic_write_text(share / "applications" / "lacuna.desktop", filled("lacuna.desktop"))
    atomic_write_text(share / "mime" / "packages" / "lacuna.xml", filled("lacuna.xml"))
    metainfo = filled("lacuna.metainfo.xml", VERSION=lacuna_version(), DATE=day)
    atomic_write_text(share / "metainfo" / "lacuna.metainfo.xml", metainfo)
    atomic_write_bytes(share / "man" / "man1" / "lacuna.1.gz", packed(page(when)))
    write_theme(share / "icons" / "hicolor")


def packed(text: str) -> bytes:
    """Text as gzip without a time or a name in it."""
    return gzip.compress(text.encode(), 9, mtime=0)
