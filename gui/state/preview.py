"""Which clips stand for an entry in small: before and after in the host that was filmed first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gui.state.comparison import hosts_of

if TYPE_CHECKING:
    from core.library.entry import Entry


def preview_paths(entry: Entry | None, host: str = "") -> tuple[Path, ...]:
    """The files before and after in a host, or in the first one; empty if there are none."""
    hosts = hosts_of(entry) if entry else []
    if entry is None or not hosts:
        return ()
    shown = host if host in hosts else hosts[0]
    found = (entry.previews.get(f"{column}-{shown}") for column in ("before", "after"))
    return tuple(path for path in found if path)
