"""The headless twin of the window: the same job specs, told in lines or in JSON."""

from __future__ import annotations

from core.cli.app import main

__all__ = ["main"]
