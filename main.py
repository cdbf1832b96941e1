"""Lacuna: without a command the window opens; with one, the command line does the work."""

from __future__ import annotations

import multiprocessing
import os
import sys


def main(argv: list[str]) -> int:
    """Open the window, or run the command that `argv` names; the exit status."""
    for name in ("stdout", "stderr"):  # a windowed build has neither, and printing must not end it
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    if len(argv) < 2 or argv[1].partition("=")[0] == "--library":
        from gui.app import run

        return run(argv)
    from core.cli import main as run_command

    return run_command(argv[1:])


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv))
