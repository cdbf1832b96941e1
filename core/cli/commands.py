"""What the command groups share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from core.cli.console import Console

if TYPE_CHECKING:
    from core.library.store import Library

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_subparsers` returns."""
Run = Callable[[argparse.Namespace, Console], int]
"""Does what a command says and returns the exit status."""

ENTRY = "an entry, by id, unique beginning of an id, or name"
"""What `--help` says of an argument that names one."""


def library_of(arguments: argparse.Namespace) -> Library:
    """The library that a command was told, else the usual one; imported late, since `--help` needs no numpy."""
    from core.library.store import Library

    return Library(arguments.library or None)


def add_command(
    commands: Commands, common: argparse.ArgumentParser, name: str, run: Run, summary: str, example: str
) -> argparse.ArgumentParser:
    """A command whose `--help` ends with an example."""
    parser = commands.add_parser(
        name,
        parents=[common],
        help=summary,
        description=summary,
        epilog=f"example:\n  %(prog)s {example}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser
