"""`library rename`, `rate`, `tag`, `note`, `duplicate`, `strength`, `again`: an entry changed, copied or made anew."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from core.cli.commands import ENTRY, Commands, Run, add_command, library_of
from core.cli.console import DONE, Console, status_of
from core.cli.job_commands import run_job, tell_erasure
from core.jobs.events import Result

if TYPE_CHECKING:
    from core.library.entry import Entry


def add_to(actions: Commands, common: argparse.ArgumentParser) -> None:
    """Add the actions to those of `library`."""

    def action(name: str, run: Run, summary: str, example: str) -> argparse.ArgumentParser:
        made = add_command(actions, common, name, run, summary, example)
        made.add_argument("entry", metavar="ENTRY", help=ENTRY)
        return made

    renaming = action("rename", rename, "Give an entry another name.", "Pipwick 'Pipwick, gentle'")
    renaming.add_argument("name", metavar="NAME", help="the new name; a number is added where it is taken")
    rating = action("rate", rate, "Give an entry 0 to 5 stars.", "Pipwick 4")
    rating.add_argument("stars", metavar="STARS", type=int, help="0 takes the rating away")
    tagging = action("tag", tag, "Give an entry tags, or take them off.", "Pipwick demo keep --off old")
    tagging.add_argument("tags", metavar="TAG", nargs="*", help="tags to give")
    tagging.add_argument("--off", metavar="TAG", action="append", default=[], help="a tag to take off; may be repeated")
    noting = action("note", note, "Replace the notes of an entry.", "Pipwick 'Works on posters too.'")
    noting.add_argument("text", metavar="TEXT", help="the notes; empty takes them away")
    copying = action("duplicate", duplicate, "Make a copy of an entry.", "Pipwick --name 'Pipwick, to play with'")
    copying.add_argument("--name", default="", help="what the copy is called; as the entry, with a number, by default")
    applying = action("strength", strength, "Make a copy of an entry with another strength.", "Pipwick 0.8")
    applying.add_argument("strength", metavar="X", type=float, help="how much of the change goes in, 0 to 1.5")
    applying.add_argument("--name", default="", help="what the copy is called")
    applying.add_argument("--replace", action="store_true", help="move the entry to the trash; the copy takes its name")
    action("again", again, "Run the job that made an entry again.", "Pipwick")


def _told(entry: Entry, console: Console, text: str, **more: Any) -> int:
    console.data({"id": entry.id, "name": entry.name, **more})
    console.say(text)
    return DONE


def rename(arguments: argparse.Namespace, console: Console) -> int:
    """Another name."""
    entry = library_of(arguments).rename(arguments.entry, arguments.name)
    return _told(entry, console, f"{entry.id} is now called “{entry.name}”.")


def rate(arguments: argparse.Namespace, console: Console) -> int:
    """Stars."""
    entry = library_of(arguments).annotate(arguments.entry, stars=arguments.stars)
    return _told(entry, console, f"“{entry.name}” has {arguments.stars} of 5 stars.", stars=arguments.stars)


def tag(arguments: argparse.Namespace, console: Console) -> int:
    """Tags given and taken off."""
    from core.library.entry import require_manifest

    library = library_of(arguments)
    entry = library.get(arguments.entry)
    off = {word.casefold() for word in arguments.off}
    kept = [word for word in require_manifest(entry).tags if word.casefold() not in off]
    entry = library.annotate(entry.id, tags=(*kept, *arguments.tags))
    tags = require_manifest(entry).tags
    return _told(entry, console, f"“{entry.name}” has the tags: {', '.join(tags) or 'none'}.", tags=list(tags))


def note(arguments: argparse.Namespace, console: Console) -> int:
    """Other notes."""
    entry = library_of(arguments).annotate(arguments.entry, notes=arguments.text)
    return _told(entry, console, f"The notes of “{entry.name}” were written.", notes=arguments.text)


def duplicate(arguments: argparse.Namespace, console: Console) -> int:
    """A copy."""
    entry = library_of(arguments).duplicate(arguments.entry, arguments.name)
    return _told(entry, console, f"“{entry.name}” was made: {entry.id}")


def strength(arguments: argparse.Namespace, console: Console) -> int:
    """A copy at another strength, which is not measured yet."""
    library = library_of(arguments)
    old = library.get(arguments.entry)
    entry = library.duplicate(old.id, arguments.name, arguments.strength)
    if arguments.replace:
        library.trash(old.id)
        entry = library.rename(entry.id, arguments.name or old.name)
    text = (
        f"“{entry.name}” was made with the strength {arguments.strength:g}: {entry.id}. To measure it: score {entry.id}"
    )
    return _told(entry, console, text, strength=arguments.strength)


def again(arguments: argparse.Namespace, console: Console) -> int:
    """The same job once more; its result is a new entry."""
    from core.jobs.recipe import recipe

    library = library_of(arguments)
    last = run_job(recipe(library.get(arguments.entry), str(library.root)), console)
    if isinstance(last, Result):
        tell_erasure(last.data, console)
    return status_of(last)
