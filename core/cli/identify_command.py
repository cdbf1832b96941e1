"""`identify`: which concepts the model knows."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import Console, status_of
from core.cli.job_commands import run_job
from core.cli.tables import figure, percent, table
from core.jobs.events import Result
from core.jobs.spec import IdentifySpec


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `identify`."""
    summary = "Find out which concepts the model knows, by looking at pictures it makes of them."
    parser = add_command(commands, common, "identify", identify, summary, "Pipwick car --pictures 24")
    add = parser.add_argument
    add("concepts", metavar="CONCEPT", nargs="*", help="by name or synonym; all that the model's word list holds")
    add("--family", default="starter", metavar="MODEL", help="the model to look at; %(default)s by default")
    add("--kind", default="", help="of names that the word list does not hold: character, style, object or person")
    add("--pictures", type=int, default=12, help="pictures of each concept, 4 to 400; %(default)s by default")


def identify(arguments: argparse.Namespace, console: Console) -> int:
    """Scan the concepts and print what was found."""
    spec = IdentifySpec(
        concepts=tuple(arguments.concepts),
        family=arguments.family,
        pictures=arguments.pictures,
        seed=arguments.seed,
        library=arguments.library,
        kind=arguments.kind,
    )
    last = run_job(spec, console)
    if isinstance(last, Result):
        console.say(f"\n{knowledge_table(last.data['concepts'])}")
    return status_of(last)


def knowledge_table(concepts: list[dict[str, Any]]) -> str:
    """One line a concept: how often it was recognised, how often a guess would be right, and what follows."""
    return table([("concept", "kind", "recognised", "by chance", "verdict", "seen most as"), *map(_row, concepts)])


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    chance = percent(found["chance"])
    return found["name"], found["kind"], figure(found["rate"]), chance, found["verdict"], found["seen_as"]
