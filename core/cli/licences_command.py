"""`licences`: what Lacuna is made of, under which licences, and their texts."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console
from core.cli.tables import table
from core.errors import InputError
from core.files import atomic_write_text
from core.hardware.parts import Part, parts


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `licences`."""
    summary = "List the parts of Lacuna and their licences, or print the full texts of some."
    parser = add_command(commands, common, "licences", licences, summary, "pillow")
    parser.add_argument("name", metavar="NAME", nargs="?", default="", help="print the texts of the parts so named")
    parser.add_argument("--out", metavar="FILE", default="", help="write every text, or those asked for, to a file")


def licences(arguments: argparse.Namespace, console: Console) -> int:
    """List the parts; with a name, or for a file, their texts."""
    found = _named(arguments.name)
    if arguments.out:
        atomic_write_text(Path(arguments.out), "\n\n".join(map(_page, found)) + "\n")
        console.say(f"Saved as {arguments.out}.")
    elif arguments.name:
        console.say("\n\n".join(map(_page, found)))
    else:
        console.say(table([("part", "version", "kind", "licence"), *map(_row, found)]))
    console.data({"parts": [_told(part, texts=bool(arguments.name)) for part in found], "file": arguments.out})
    return DONE


def _named(name: str) -> tuple[Part, ...]:
    """The parts of that name, whatever its case, or those whose names hold it; InputError for none."""
    wanted = name.casefold()
    exact = tuple(part for part in parts() if part.name.casefold() == wanted)
    found = exact or tuple(part for part in parts() if wanted in part.name.casefold())
    if not found:
        raise InputError(f"No part of Lacuna is called “{name}”.", "", "Leave the name out to see them all.")
    return found


def _row(part: Part) -> tuple[str, str, str, str]:
    return part.name, part.version, part.kind, part.licence


def _page(part: Part) -> str:
    head = f"{part.name} {part.version}".strip()
    told = "\n".join(filter(None, (head, f"Licence: {part.licence}", part.home)))
    return f"{told}\n\n{part.whole_text().strip()}"


def _told(part: Part, *, texts: bool) -> dict[str, object]:
    """A part for a program; its texts only where they were asked for, since all of them are 1.5 MB."""
    told: dict[str, object] = {name: getattr(part, name) for name in ("name", "version", "licence", "kind", "home")}
    return {**told, "texts": {text.title: text.read() for text in part.texts}} if texts else told
