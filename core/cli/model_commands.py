"""`models`: what can be erased from."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console
from core.cli.tables import table
from core.models.catalogue import FamilyCard, families


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `models list`."""
    group = commands.add_parser("models", help="what can be erased from", description="The models of the catalogue.")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, common, "list", list_models, "List the models and their hosts.", "--json")


def list_models(_arguments: argparse.Namespace, console: Console) -> int:
    """One line a model, or one object a model."""
    for card in families():
        console.data(_as_data(card))
    console.say(table([("model", "title", "licence", "installed", "hosts"), *map(_row, families())]))
    return DONE


def _as_data(card: FamilyCard) -> dict[str, Any]:
    return {**asdict(card), "folder": str(card.folder), "installed": card.folder.is_dir()}


def _row(card: FamilyCard) -> tuple[str, ...]:
    hosts = ", ".join(host.name for host in card.hosts)
    return card.name, card.title, card.licence, "yes" if card.folder.is_dir() else "no", hosts
