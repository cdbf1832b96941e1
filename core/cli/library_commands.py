"""`library`: the kept results, listed, shown, checked, removed and restored."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli import stack_command
from core.cli.commands import Commands, add_command
from core.cli.console import DONE, FAILED, Console
from core.cli.tables import seen, table

if TYPE_CHECKING:
    from core.library.entry import Entry
    from core.library.store import Library

_ENTRY = "an entry, by id, unique beginning of an id, or name"


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `library` and its actions."""
    group = commands.add_parser("library", help="the kept results", description="List, check and tidy kept results.")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = add_command(actions, common, "list", list_entries, "List the entries, the newest first.", "--json")
    listing.add_argument("--trashed", action="store_true", help="list what was removed instead")
    add_command(actions, common, "rebuild", rebuild, "Rebuild the index from the entries' folders.", "")
    checking = add_command(actions, common, "verify", verify, "Compare every file with its checksum.", "Pipwick")
    checking.add_argument("entry", metavar="ENTRY", nargs="?", default="", help=f"{_ENTRY}; all by default")
    for name, run, summary in (
        ("show", show, "Show an entry's manifest and scorecard."),
        ("remove", remove, "Move an entry to the library's trash."),
        ("restore", restore, "Bring an entry back from the trash."),
    ):
        action = add_command(actions, common, name, run, summary, "Pipwick")
        action.add_argument("entry", metavar="ENTRY", help=_ENTRY)
    carding = add_command(actions, common, "card", card, "Write an entry's scorecard.", "Pipwick --out report.html")
    carding.add_argument("entry", metavar="ENTRY", help=_ENTRY)
    carding.add_argument("--out", metavar="FILE", type=Path, required=True, help="a new .json, .csv or .html file")
    stack_command.add_to(actions, common)


def _library(arguments: argparse.Namespace) -> Library:
    from core.library.store import Library

    return Library(arguments.library or None)


def list_entries(arguments: argparse.Namespace, console: Console) -> int:
    """One line an entry, or one object an entry."""
    library = _library(arguments)
    entries = library.trashed() if arguments.trashed else library.entries()
    for entry in entries:
        console.data(_as_data(entry))
    if entries:
        console.say(table([("id", "name", "kind", "method", "seen before → after"), *map(_row, entries)]))
    else:
        console.say(f"Nothing is kept in {library.root}." if not arguments.trashed else "The trash is empty.")
    return DONE


def show(arguments: argparse.Namespace, console: Console) -> int:
    """An entry with all that is known of it."""
    entry = _library(arguments).get(arguments.entry)
    console.data(_as_data(entry))
    console.say(json.dumps(_as_data(entry), ensure_ascii=False, indent=2))
    return DONE


def card(arguments: argparse.Namespace, console: Console) -> int:
    """The scorecard as a file."""
    from core.library.cards import export_card

    path = export_card(_library(arguments).get(arguments.entry), arguments.out)
    console.data({"path": str(path)})
    console.say(f"Written: {path}")
    return DONE


def verify(arguments: argparse.Namespace, console: Console) -> int:
    """Every file against its checksum; FAILED when one differs."""
    problems = _library(arguments).verify(arguments.entry)
    for problem in problems:
        console.data({"id": problem.id, "file": problem.file, "what": problem.what})
        console.say(f"{problem.id}  {problem.file}: {problem.what}")
    if not problems:
        console.say("Every file is as it was written.")
    return FAILED if problems else DONE


def rebuild(arguments: argparse.Namespace, console: Console) -> int:
    """A fresh index."""
    count = _library(arguments).rebuild()
    console.data({"entries": count})
    console.say(f"The index was rebuilt: {count} {'entry' if count == 1 else 'entries'}.")
    return DONE


def remove(arguments: argparse.Namespace, console: Console) -> int:
    """To the trash; nothing is deleted."""
    library = _library(arguments)
    entry = library.get(arguments.entry)
    library.trash(entry.id)
    console.data({"removed": entry.id})
    console.say(f"“{entry.name}” is in the trash. To bring it back: library restore {entry.id}")
    return DONE


def restore(arguments: argparse.Namespace, console: Console) -> int:
    """Back from the trash."""
    entry = _library(arguments).restore(arguments.entry)
    console.data({"restored": entry.id})
    console.say(f"“{entry.name}” is back: {entry.id}")
    return DONE


def _as_data(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "folder": str(entry.folder),
        "damage": entry.damage,
        "manifest": entry.manifest.to_dict() if entry.manifest else None,
        "scorecard": entry.scorecard,
    }


def _row(entry: Entry) -> tuple[str, ...]:
    if entry.manifest is None or entry.damage:
        return entry.id, entry.name, "damaged", entry.damage, "–"
    return entry.id, entry.name, entry.manifest.kind, entry.manifest.method, seen(entry.scorecard)
