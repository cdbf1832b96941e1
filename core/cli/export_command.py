"""`library export` and `library import`: erased encoders for other tools, and entries as one file to pass on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.commands import ENTRY, Commands, add_command, library_of
from core.cli.console import DONE, Console
from core.cli.tables import size

_TO = "diffusers, pipeline, checkpoint, comfyui, forge, invokeai, change or lora; without it, a .lacuna bundle"


def add_to(actions: Commands, common: argparse.ArgumentParser) -> None:
    """Add `library export` and `library import`."""
    summary = "Write an erased encoder for another tool, or an entry as one file to pass on."
    example = "Pipwick --to diffusers --out pipwick-encoder"
    exporting = add_command(actions, common, "export", export, summary, example)
    exporting.add_argument("entry", metavar="ENTRY", help=ENTRY)
    exporting.add_argument("--to", metavar="TOOL", default="", help=_TO)
    exporting.add_argument("--out", metavar="PATH", type=Path, required=True, help="a new file or folder")
    exporting.add_argument("--strength", metavar="X", type=float, help="another strength than the entry's own")
    exporting.add_argument("--rank", metavar="R", type=int, default=0, help="lora: this rank")
    share = "lora: the smallest rank that keeps this share of the change (0.99)"
    exporting.add_argument("--captured", metavar="SHARE", type=float, default=0.99, help=share)
    summary = "Take entries into the library from .lacuna bundles."
    taking = add_command(actions, common, "import", take, summary, "pipwick.lacuna")
    taking.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a .lacuna bundle")


def export(arguments: argparse.Namespace, console: Console) -> int:
    """Write the file or folder and say what it holds."""
    made = _for_tool(arguments) if arguments.to else _bundle(arguments)
    console.data(made)
    rank = f", rank {made['rank']}, {made['captured']:.2%} of the change" if "rank" in made else ""
    console.say(f"Written: {made['path']} ({size(made['bytes'])}{rank})")
    return DONE


def _for_tool(arguments: argparse.Namespace) -> dict[str, Any]:
    from core.library.exporters.gather import export_entry

    wish = (arguments.strength, arguments.rank, arguments.captured)
    return export_entry(library_of(arguments), arguments.entry, arguments.to, arguments.out, *wish)


def _bundle(arguments: argparse.Namespace) -> dict[str, Any]:
    from core.library.bundle import pack
    from core.library.entry import require_manifest
    from core.library.fitting import licence_of

    entry = library_of(arguments).get(arguments.entry)
    path = pack(entry, arguments.out, licence_of(require_manifest(entry)))
    return {"path": str(path), "bytes": path.stat().st_size}


def take(arguments: argparse.Namespace, console: Console) -> int:
    """Take every bundle in, in order, until one cannot be."""
    from core.library.bundle import unpack
    from core.library.fitting import waiting
    from core.library.row import row_of

    library = library_of(arguments)
    for path in arguments.files:
        entry = unpack(path, library)
        console.data({"entry": entry.id, "name": entry.name})
        console.say(f"Taken in: {entry.name} ({entry.id})")
        if waiting([row_of(entry)]):
            console.say("It waits for its model: see the models with “models list”.")
    return DONE
