"""What can be done, by name: the palette, the overview of shortcuts and the menus all list these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def always() -> bool:
    """For a command that can be done at any time."""
    return True


@dataclass(frozen=True)
class Command:
    """One thing a person can do. `key` is its lasting name, such as `library.rename`; `title` is what they read.

    `keys` are shortcuts in Qt's portable form, such as `Ctrl+K`. Where the page listens for them itself, as a player
    does for Space, `bound` is False and they are only told.
    """

    key: str
    title: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    enabled: Callable[[], bool] = always
    bound: bool = True
