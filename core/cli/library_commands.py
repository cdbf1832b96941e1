"""`library`: the kept results, listed, shown, checked, removed and restored."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli import export_command, library_edits, library_folders, stack_command
from core.cli.commands import ENTRY, Commands, add_command, library_of
from core.cli.console import DONE, FAILED, Console
from core.cli.tables import percent, table
from core.library.fitting import is_waiting
from core.library.query import ORDERS, STATES, VERDICTS, Query

if TYPE_CHECKING:
    from core.library.entry import Entry
    from core.library.row import Row
    from core.library.store import Library


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `library` and its actions."""
    group = commands.add_parser("library", help="the kept results", description="List, check and tidy kept results.")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    _add_list(actions, common)
    add_command(actions, common, "rebuild", rebuild, "Rebuild the index from the entries' folders.", "")
    checking = add_command(actions, common, "verify", verify, "Compare every file with its checksum.", "Pipwick")
    checking.add_argument("entry", metavar="ENTRY", nargs="?", default="", help=f"{ENTRY}; all by default")
    for name, run, summary in (
        ("show", show, "Show an entry's manifest and scorecard."),
        ("remove", remove, "Move an entry to the library's trash."),
        ("restore", restore, "Bring an entry back from the trash."),
    ):
        action = add_command(actions, common, name, run, summary, "Pipwick")
        action.add_argument("entry", metavar="ENTRY", help=ENTRY)
    carding = add_command(actions, common, "card", card, "Write an entry's scorecard.", "Pipwick --out report.html")
    carding.add_argument("entry", metavar="ENTRY", help=ENTRY)
    carding.add_argument("--out", metavar="FILE", type=Path, required=True, help="a new .json, .csv or .html file")
    library_edits.add_to(actions, common)
    library_folders.add_to(actions, common)
    export_command.add_to(actions, common)
    stack_command.add_to(actions, common)


def _add_list(actions: Commands, common: argparse.ArgumentParser) -> None:
    example = '--search "pipwick meadow" --stars 3 --sort rating'
    add = add_command(actions, common, "list", list_entries, "List the entries that fit.", example).add_argument
    add("--trashed", action="store_true", help="list what was removed instead")
    add("--search", metavar="WORDS", default="", dest="text", help="hold all these words: name, prompt, notes, tags …")
    add("--kind", default="", help="character, style, object or person")
    add("--family", default="", help="made for this model")
    add("--method", default="", help="erased by this method")
    add("--tag", default="", help="have this tag")
    add("--stars", type=int, default=0, help="have at least so many stars")
    add("--verdict", default="", help=", ".join(VERDICTS))
    add("--state", default="", help=", ".join(STATES))
    add("--sort", default=Query.sort, help=f"{', '.join(ORDERS)}; %(default)s by default")


def list_entries(arguments: argparse.Namespace, console: Console) -> int:
    """One line an entry, or one object an entry."""
    library = library_of(arguments)
    query = Query(**{field.name: getattr(arguments, field.name) for field in fields(Query)})
    rows = library.rows(query, trashed=arguments.trashed)
    for row in rows if console.as_json else ():
        console.data(_listed(library, row, trashed=arguments.trashed))
    if rows:
        console.say(table([("id", "name", "kind", "method", "seen before → after", "stars"), *map(_cells, rows)]))
    elif query.narrows:
        console.say("No entry fits.")
    else:
        console.say(f"Nothing is kept in {library.root}." if not arguments.trashed else "The trash is empty.")
    return DONE


def _listed(library: Library, row: Row, *, trashed: bool) -> dict[str, Any]:
    """The whole entry, or what is left of one that is missing."""
    if row.missing:
        return {"id": row.id, "name": row.name, "missing": True}
    return _as_data(library.get_trashed(row.id) if trashed else library.get(row.id))


def show(arguments: argparse.Namespace, console: Console) -> int:
    """An entry with all that is known of it."""
    entry = library_of(arguments).get(arguments.entry)
    console.data(_as_data(entry))
    console.say(json.dumps(_as_data(entry), ensure_ascii=False, indent=2))
    return DONE


def card(arguments: argparse.Namespace, console: Console) -> int:
    """The scorecard as a file."""
    from core.library.cards import export_card

    path = export_card(library_of(arguments).get(arguments.entry), arguments.out)
    console.data({"path": str(path)})
    console.say(f"Written: {path}")
    return DONE


def verify(arguments: argparse.Namespace, console: Console) -> int:
    """Every file against its checksum; FAILED when one differs."""
    problems = library_of(arguments).verify(arguments.entry)
    for problem in problems:
        console.data({"id": problem.id, "file": problem.file, "what": problem.what})
        console.say(f"{problem.id}  {problem.file}: {problem.what}")
    if not problems:
        console.say("Every file is as it was written.")
    return FAILED if problems else DONE


def rebuild(arguments: argparse.Namespace, console: Console) -> int:
    """A fresh index."""
    count = library_of(arguments).rebuild()
    console.data({"entries": count})
    console.say(f"The index was rebuilt: {count} {'entry' if count == 1 else 'entries'}.")
    return DONE


def remove(arguments: argparse.Namespace, console: Console) -> int:
    """To the trash; nothing is deleted."""
    library = library_of(arguments)
    entry = library.get(arguments.entry)
    library.trash(entry.id)
    console.data({"removed": entry.id})
    console.say(f"“{entry.name}” is in the trash. To bring it back: library restore {entry.id}")
    return DONE


def restore(arguments: argparse.Namespace, console: Console) -> int:
    """Back from the trash."""
    entry = library_of(arguments).restore(arguments.entry)
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


def _cells(row: Row) -> tuple[str, ...]:
    """A line of the table."""
    if row.missing:
        return row.id, row.name, "missing", "Its folder is gone.", "–", ""
    if row.damage:
        return row.id, row.name, "newer" if row.newer else "damaged", row.damage, "–", ""
    if is_waiting(row):
        return row.id, row.name, "waiting", f"No model of {row.kin} is installed.", "–", ""
    known = row.seen_before is not None and row.seen_after is not None
    seen = f"{percent(row.seen_before or 0)} → {percent(row.seen_after or 0)}" if known else "–"
    return row.id, row.name, row.kind, row.method, seen, "★" * row.stars
