"""Lacuna: without a command the window opens; with one, the command line does the work."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    """Open the window, or run the command that `argv` names; the exit status."""
    for name in ("stdout", "stderr"):  # a windowed build has neither, and printing must not end it
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    first = argv[1] if len(argv) > 1 else "--library"
    file = first.lower().endswith(".lacuna") or Path(first).name != first  # no command looks like one
    if file or first.partition("=")[0] == "--library":
        from gui.preflight import start

        return start(argv)
    from core.cli import main as run_command

    return run_command(argv[1:])


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv))
