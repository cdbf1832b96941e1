"""`models`: what can be erased from, what is offered, and one of them in full."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from core.cli import model_add_command, model_download_command
from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console
from core.cli.tables import size, table
from core.models.catalogue import FamilyCard, families
from core.models.component import Component, HostCard
from core.models.licences import accepted
from core.models.offers import Offer, offer, offers
from core.models.registry import Registry, absence

_ROLES = {
    "base": "pictures",
    "motion_adapter": "motion adapter",
    "lora": "LoRA",
    "video": "video model",
    "judge": "judge",
}


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `models` with its actions."""
    group = commands.add_parser("models", help="what can be erased from", description="The models of the catalogue.")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, common, "list", list_models, "List the models that are installed and those offered.", "--json")
    parser = add_command(actions, common, "show", show, "Say all there is to know of a model.", "sd15")
    parser.add_argument("model", metavar="ID", help="as `models list` names it")
    model_download_command.add_to(actions, common)
    model_add_command.add_to(actions, common)


def list_models(_arguments: argparse.Namespace, console: Console) -> int:
    """One line a model, or one object a model: what can be erased from, what else is installed, what is offered."""
    cards = families()
    named = {card.name for card in cards}
    others = [component for component in Registry().components() if component.id not in named]
    known = named | {component.id for component in others}
    offered = [found for found in offers() if found.id not in known]
    for data in (*map(_of_card, cards), *map(_of_component, others), *map(_of_offer, offered)):
        console.data(data)
    rows = (*map(_card_row, cards), *map(_component_row, others), *map(_offer_row, offered))
    console.say(table([("model", "title", "what", "status", "size", "licence", "hosts"), *rows]))
    if lost := absence():
        console.warn(lost)
    return DONE


def _card_row(card: FamilyCard) -> tuple[str, ...]:
    hosts = ", ".join(host.name for host in card.hosts)
    base = Registry().get(card.name)
    status, total = (_status(base), _total(base)) if base else ("bundled", "")
    return card.name, card.title, "pictures", status, total, card.licence, hosts


def _component_row(found: Component) -> tuple[str, ...]:
    role, host = _ROLES[found.role], _host(found.host)
    return found.id, found.title, role, _status(found), _total(found), found.licence, host


def _total(found: Component) -> str:
    return size(sum(count for count, _ in found.files.values()))


def _offer_row(found: Offer) -> tuple[str, ...]:
    told = size(found.bytes) if found.pinned else f"about {size(found.bytes)}"
    return found.id, found.title, _ROLES[found.role], "offered", told, found.licence.name, _host(found.host)


def _host(host: HostCard | None) -> str:
    return host.pipeline if host else ""


def _status(component: Component) -> str:
    return "moved or changed" if component.problems else "installed"


def _of_card(card: FamilyCard) -> dict[str, Any]:
    sources = {part: {**asdict(source), "path": str(source.path)} for part, source in card.sources.items()}
    installed = card.folder.is_dir() if card.bundled else True
    return {**asdict(card), "kind": "model", "folder": str(card.folder), "sources": sources, "installed": installed}


def _of_component(found: Component) -> dict[str, Any]:
    sources = {part: {**asdict(source), "path": str(source.path)} for part, source in found.sources.items()}
    problems = list(found.problems)
    return {**asdict(found), "kind": "component", "name": found.id, "sources": sources, "problems": problems}


def _of_offer(found: Offer) -> dict[str, Any]:
    parts = {part: {**asdict(source), "path": str(source.path)} for part, source in found.parts.items()}
    more = {"kind": "offer", "name": found.id, "pinned": found.pinned, "bytes": found.bytes, "page": found.page}
    return {**asdict(found), **more, "parts": parts, "licence_accepted": accepted(found)}


def show(arguments: argparse.Namespace, console: Console) -> int:
    """A model of the list as it lies on the disk, or an offer with its licence."""
    component = Registry().get(arguments.model)
    card = next((card for card in families() if card.name == arguments.model), None)
    if component is not None:
        console.data(_of_component(component))
        _say_component(component, console)
    elif card is not None:
        console.data(_of_card(card))
        console.say(f"{card.title}: {card.summary}\nIt came with Lacuna. Licence: {card.licence}.")
    else:
        found = offer(arguments.model)
        console.data(_of_offer(found))
        _say_offer(found, console)
    return DONE


def _say_component(found: Component, console: Console) -> None:
    kin = found.family or "every family"
    lines = [f"{found.title} ({_ROLES[found.role]} of {kin}), licence {found.licence or 'unknown'}"]
    lines += [f"  {part}: {source.path}" for part, source in found.sources.items()]
    lines += [f"  at the commit {revision}" for revision in filter(None, [found.settings.get("revision")])]
    lines += [f"  moved or changed: {path}" for path in found.problems]
    console.say("\n".join(lines))


def _say_offer(found: Offer, console: Console) -> None:
    pin = "pinned" if found.pinned else "as the hub lists them at the first download, and held to ever after"
    console.say(
        f"{found.title} ({_ROLES[found.role]} of {found.family or 'every family'}): {found.summary}\n"
        f"  from {found.page} at {found.revision}; sizes and hashes are {pin}\n"
        f"  size: {'' if found.pinned else 'about '}{size(found.bytes)}\n"
        f"  licence: {found.licence.name}, {found.licence.url}\n  {found.licence.summary}\n"
        f"  accepted: {'yes' if accepted(found) else 'not yet: models licence ' + found.id + ' --accept'}"
    )
