"""`updates`: whether there is a newer Lacuna. Being asked for, it asks whatever the setting says."""

from __future__ import annotations

import argparse

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `updates`."""
    summary = "Ask whether there is a newer Lacuna; nothing is downloaded."
    add_command(commands, common, "updates", updates, summary, "--json")


def updates(_arguments: argparse.Namespace, console: Console) -> int:
    """Say which version is out, and where."""
    from core.hardware.software import lacuna_version
    from core.updates import ask

    found, own = ask(), lacuna_version()
    if found.newer:
        lines = (f"Lacuna {found.version} is out; this is {own}.", found.summary, found.page)
        console.say("\n".join(filter(None, lines)))
    else:
        console.say(f"This is Lacuna {own}; none is newer.")
    data = {"version": own, "newest": found.version, "newer": found.newer, "page": found.page}
    console.data({**data, "summary": found.summary})
    return DONE
