"""`settings`: what is set, and setting it."""

from __future__ import annotations

import argparse

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console
from core.cli.tables import table
from core.folders import settings_file
from core.settings import DEFAULTS, as_dict, change, load, parse, reset_values


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `settings` with its own commands."""
    group = commands.add_parser("settings", help="Show and change what the window's settings hold.")
    inner = group.add_subparsers(metavar="COMMAND", required=True)
    add_command(inner, common, "show", show, "Show every setting.", "--json")
    parser = add_command(inner, common, "set", set_one, "Change one setting.", "memory low")
    parser.add_argument("key", metavar="KEY", help="such as memory, device, theme or language")
    parser.add_argument("value", metavar="VALUE", help="what it shall be")
    add_command(inner, common, "reset", reset, "Go back to the defaults; the library's folder stays.", "")
    add_command(inner, common, "path", path, "Say where the settings are kept.", "")


def show(_arguments: argparse.Namespace, console: Console) -> int:
    """Each setting, with a star where it is not the default."""
    found = load()
    values, usual = as_dict(found.settings), as_dict(DEFAULTS)
    if found.note:
        console.warn(found.note)
    rows = [(key, _text(value), "*" if value != usual[key] else "") for key, value in values.items()]
    console.say(table([("setting", "value", "set"), *rows]))
    console.data({"settings": values, "file": str(settings_file()), "writable": found.writable})
    return DONE


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) or "the usual one"


def set_one(arguments: argparse.Namespace, console: Console) -> int:
    """Change one setting in the file."""
    changed = change(**{arguments.key: parse(arguments.key, arguments.value)})
    value = as_dict(changed)[arguments.key]
    console.say(f"{arguments.key}: {_text(value)}")
    console.data({arguments.key: value})
    return DONE


def reset(_arguments: argparse.Namespace, console: Console) -> int:
    """Set everything back but the library's folder."""
    console.data(as_dict(change(**reset_values())))
    console.say("All settings but the library's folder are the usual ones.")
    return DONE


def path(_arguments: argparse.Namespace, console: Console) -> int:
    """The file that holds the settings."""
    console.say(str(settings_file()))
    console.data({"file": str(settings_file())})
    return DONE
