"""`diagnostics`: a zip file to send with a report of a fault."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console
from core.cli.tables import size
from core.jobs.diagnostics import collect, save


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `diagnostics`."""
    summary = "Save versions, settings and logs as one zip file, without folders and names of your own."
    parser = add_command(commands, common, "diagnostics", diagnostics, summary, "--out lacuna-diagnostics.zip")
    parser.add_argument("--out", metavar="FILE", default="", help="the new zip file; without it the parts are listed")


def diagnostics(arguments: argparse.Namespace, console: Console) -> int:
    """List what would be saved, and save it if a file is named."""
    parts = collect(Path(arguments.library) if arguments.library else None)
    console.say("\n".join(f"{part.name}  {size(len(part.text.encode()))}" for part in parts))
    saved = str(save(parts, Path(arguments.out))) if arguments.out else ""
    if saved:
        console.say(f"Saved as {saved}.")
    console.data({"parts": [part.name for part in parts], "file": saved})
    return DONE
