"""`library rescan`, `adopt`, `relink`, `forget`, `purge` and `history`: what happens to the folders of entries."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from core.cli.commands import ENTRY, Commands, add_command, library_of
from core.cli.console import DONE, Console
from core.errors import InputError


def add_to(actions: Commands, common: argparse.ArgumentParser) -> None:
    """Add the actions to those of `library`."""
    add_command(actions, common, "rescan", rescan, "Look for entries that came, changed or vanished outside.", "")
    taking = add_command(
        actions, common, "adopt", adopt, "Copy entries' folders into the library.", "/media/old/library"
    )
    taking.add_argument(
        "folders", metavar="DIR", nargs="+", type=Path, help="the folder of an entry, or one of several"
    )
    linking = add_command(
        actions, common, "relink", relink, "Bring a missing entry back from where it is.", "Pipwick ~/Desktop/pipwick"
    )
    linking.add_argument("entry", metavar="ENTRY", help=ENTRY)
    linking.add_argument("folder", metavar="DIR", type=Path, help="its folder, which is copied and stays")
    leaving = add_command(actions, common, "forget", forget, "Take a missing entry off the list.", "Pipwick")
    leaving.add_argument("entry", metavar="ENTRY", help=ENTRY)
    purging = add_command(actions, common, "purge", purge, "Delete an entry of the trash for good.", "Pipwick")
    purging.add_argument("entry", metavar="ENTRY", nargs="?", default="", help="an entry of the trash")
    purging.add_argument("--all", action="store_true", help="empty the trash")
    telling = add_command(actions, common, "history", history, "Tell what has happened to an entry.", "Pipwick")
    telling.add_argument("entry", metavar="ENTRY", help=ENTRY)


def rescan(arguments: argparse.Namespace, console: Console) -> int:
    """What changed since the last look."""
    found = asdict(library_of(arguments).rescan())
    console.data(found)
    for what, ids in found.items():
        for id in ids:
            console.say(f"{what:8}  {id}")
    if not any(found.values()):
        console.say("Nothing has changed outside.")
    return DONE


def adopt(arguments: argparse.Namespace, console: Console) -> int:
    """Entries from elsewhere, each checked and copied."""
    from core.library.filling import entry_folders

    library = library_of(arguments)
    found = [inside for folder in arguments.folders for inside in entry_folders(folder.expanduser().absolute())]
    if not found:
        raise InputError(f"There is no entry in {arguments.folders[0]}.", fix="Name the folder of an entry.")
    for folder in found:
        entry = library.adopt(folder)
        console.data({"id": entry.id, "name": entry.name})
        console.say(f"“{entry.name}” was taken in: {entry.id}")
    return DONE


def relink(arguments: argparse.Namespace, console: Console) -> int:
    """A missing entry found again."""
    entry = library_of(arguments).relink(arguments.entry, arguments.folder.expanduser().absolute())
    console.data({"id": entry.id, "name": entry.name})
    console.say(f"“{entry.name}” is back: {entry.id}")
    return DONE


def forget(arguments: argparse.Namespace, console: Console) -> int:
    """Off the list."""
    library_of(arguments).forget(arguments.entry)
    console.data({"forgotten": arguments.entry})
    console.say(f"“{arguments.entry}” is off the list.")
    return DONE


def purge(arguments: argparse.Namespace, console: Console) -> int:
    """Out of the trash, for good; a person says of what."""
    library = library_of(arguments)
    if bool(arguments.entry) is arguments.all:
        raise InputError("What shall be deleted?", fix="Name one entry of the trash, or give --all.")
    count = library.empty_trash() if arguments.all else 1
    if arguments.entry:
        library.purge(arguments.entry)
    console.data({"deleted": count})
    console.say(f"Deleted for good: {count} {'entry' if count == 1 else 'entries'}.")
    return DONE


def history(arguments: argparse.Namespace, console: Console) -> int:
    """Its past, the oldest first."""
    from core.jobs.history import history as history_of

    library = library_of(arguments)
    names = {row.id: row.name for row in library.rows()}
    for moment in history_of(library.get(arguments.entry), names):
        console.data(asdict(moment))
        console.say(f"{moment.when[:19].replace('T', ' ')}  {moment.what}")
    return DONE
