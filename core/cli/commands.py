"""What the command groups share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from core.cli.console import Console

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_subparsers` returns."""
Run = Callable[[argparse.Namespace, Console], int]
"""Does what a command says and returns the exit status."""


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
