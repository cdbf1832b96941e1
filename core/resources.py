"""Where the files that ship with Lacuna lie, from a checkout and from a frozen bundle alike."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a bundled file or folder below `resources/`."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[1]))
    return root.joinpath("resources", *parts)
