"""What a signal said."""

from __future__ import annotations

from typing import Any

from pytestqt.wait_signal import SignalBlocker


def args_of(heard: SignalBlocker) -> list[Any]:
    """The arguments of the signal that was waited for."""
    assert heard.args is not None
    return list(heard.args)
