"""`models download`, `verify`, `repair`, `remove`, `licence`, `token`: models fetched and kept sound."""

from __future__ import annotations

import argparse
import queue
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.cli.commands import Commands, add_command
from core.cli.console import CANCELLED, DONE, Console, status_of
from core.cli.interrupt import interruptible
from core.cli.tables import size
from core.errors import InputError, LacunaError
from core.jobs import events
from core.jobs.events import Failure, Progress
from core.models.licences import accept, accepted
from core.models.offers import Offer, offer, offers
from core.models.registry import Registry
from core.models.token import clear_token, set_token, token, token_file

if TYPE_CHECKING:
    from core.models.component import Component
    from core.models.downloads import Downloads, Status

_MODEL = "a model, as `models list` names it"


def add_to(actions: Commands, common: argparse.ArgumentParser) -> None:
    """Add the actions to those of `models`."""
    summary = "Download models of the catalogue; what is there of a download that was stopped is kept."
    parser = add_command(actions, common, "download", download, summary, "sd15 animatediff-v1-5-3 --accept-licence")
    parser.add_argument("models", metavar="ID", nargs="+", help=_MODEL)
    parser.add_argument("--dry-run", action="store_true", help="say what would be fetched, and fetch nothing")
    parser.add_argument("--accept-licence", action="store_true", help="you have read the licences and accept them")
    summary = "Read every file of a model and compare it with what it was; all downloaded models by default."
    add_command(actions, common, "verify", verify, summary, "sd15").add_argument(
        "model", metavar="ID", nargs="?", default="", help=_MODEL
    )
    summary = "Fetch anew what is missing or broken of a model, and nothing else."
    add_command(actions, common, "repair", repair, summary, "sd15").add_argument("model", metavar="ID", help=_MODEL)
    parser = add_command(actions, common, "remove", remove, "Delete what was downloaded of a model.", "sd15 --yes")
    parser.add_argument("model", metavar="ID", help=_MODEL)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser = add_command(actions, common, "licence", licence, "Show a model's licence, or accept it.", "sd15 --accept")
    parser.add_argument("model", metavar="ID", help=_MODEL)
    parser.add_argument("--accept", action="store_true", help="you have read it and accept it")
    _add_token(actions, common)


def _add_token(actions: Commands, common: argparse.ArgumentParser) -> None:
    parser = actions.add_parser("token", help="the token of your account at the hub, for models that ask for one")
    inner = parser.add_subparsers(metavar="COMMAND", required=True)
    add_command(inner, common, "set", store_token, "Keep a token; it is read from stdin.", "< token.txt")
    add_command(inner, common, "clear", forget_token, "Forget the token.", "")
    add_command(inner, common, "show", show_token, "Say whether there is a token, and where; never the token.", "")


def download(arguments: argparse.Namespace, console: Console) -> int:
    """One after the other; the first that fails ends it."""
    wanted = [offer(name) for name in arguments.models]
    for found in wanted:
        if arguments.accept_licence and not arguments.dry_run:
            accept(found)
        status = _preview(found, console)
        if not arguments.dry_run and status == DONE:
            status = _run(found, lambda downloads, name: downloads.start(name), "downloaded", console)
        if status != DONE:
            return status
    return DONE


def _preview(found: Offer, console: Console) -> int:
    from core.models.install import Installer

    installer = Installer()
    seen = installer.preview(found)
    console.data(
        {
            "event": "preview",
            "model": seen.id,
            "total": seen.total,
            "missing": seen.missing,
            "free": seen.free,
            "revision": seen.revision,
            "pinned": seen.pinned,
            "licence": found.licence.name,
            "licence_accepted": accepted(found),
            "files": [{"path": file.path, "size": file.size, "url": file.urls[0]} for file in seen.files],
        }
    )
    trust = "" if seen.pinned else "; its hashes are the hub's own, trusted at this first download"
    console.say(f"{found.title}: {size(seen.missing)} of {size(seen.total)} to fetch, {size(seen.free)} free")
    console.say(f"  from {found.repo} at {seen.revision}{trust}")
    return DONE


def _run(found: Offer, act: Callable[[Downloads, str], None], done: str, console: Console) -> int:
    """Do one thing with a model as the window does it, and tell of it."""
    from core.models.downloads import RUNNING, Downloads, State

    heard: queue.SimpleQueue[Status] = queue.SimpleQueue()
    downloads = Downloads(lambda _name, status: heard.put(status))
    try:
        with interruptible() as asked:
            act(downloads, found.id)
            last = _follow(found, downloads, heard, asked, console)
            while last.state in RUNNING:
                last = _follow(found, downloads, heard, asked, console)
    finally:
        downloads.close()
    if last.state is State.PAUSED:
        console.emit(Failure(events.CANCELLED, f"“{found.title}” was paused.", fix="What is there is kept."))
        return CANCELLED
    if last.error is not None:
        failure = Failure(last.error.kind, last.error.what, last.error.why, last.error.fix)
        console.emit(failure)
        return status_of(failure)
    console.data({"event": "result", "model": found.id, "state": last.state, "bytes": last.total})
    console.say(f"“{found.title}” was {done}.")
    return DONE


def _follow(
    found: Offer,
    downloads: Downloads,
    heard: queue.SimpleQueue[Status],
    asked: Callable[[], bool],
    console: Console,
) -> Status:
    """Wait a moment for news, and tell it."""
    if asked():
        downloads.pause(found.id)
    try:
        status = heard.get(timeout=0.1)
    except queue.Empty:
        return downloads.state(found.id)
    console.data({"model": found.id, "state": status.state, "rate": round(status.rate)})
    unit = 1 if console.as_json else 1_000_000
    console.emit(Progress(status.done // unit, status.total // unit, status.seconds_left))
    return status


def verify(arguments: argparse.Namespace, console: Console) -> int:
    """One model, or all that were downloaded; the worst status counts."""
    registry = Registry()
    if arguments.model:
        return _verify(arguments.model, console)
    names = [component.id for component in registry.components() if component.catalogue]
    if not names:
        console.say("No model was downloaded.")
    return max((_verify(name, console) for name in names), default=DONE)


def _verify(name: str, console: Console) -> int:
    component = Registry().get(name)
    if component is None or _is_offered(component):
        return _run(offer(name), lambda downloads, model: downloads.verify(model), "checked: it is sound", console)
    from core.models import adding

    try:
        said = adding.verify(component)
    except LacunaError as error:
        failure = Failure(error.kind, error.what, error.why, error.fix)
        console.emit(failure)
        return status_of(failure)
    console.data({"event": "result", "model": name, "state": "ready"})
    console.say(said or f"“{component.title}” was checked: it is sound.")
    return DONE


def _is_offered(component: Component) -> bool:
    """Whether it was downloaded, and its sheet is still there."""
    return component.catalogue in {found.id for found in offers()}


def repair(arguments: argparse.Namespace, console: Console) -> int:
    """What is broken, and that alone."""
    found = offer(arguments.model)
    return _run(found, lambda downloads, name: downloads.repair(name), "repaired", console)


def remove(arguments: argparse.Namespace, console: Console) -> int:
    """Ask first; a program must say --yes."""
    from core.models.install import Installer

    component = Registry().get(arguments.model)
    if component is not None and not _is_offered(component):
        raise InputError(
            f"“{component.title}” is not a download that is offered.",
            fix=f"To take it off the list: models forget {component.id}",
        )
    found, installer = offer(arguments.model), Installer()
    there, _ = installer.there(found)
    if not arguments.yes and not _agreed(f"Delete {size(there)} of “{found.title}” from {installer.folder(found)}?"):
        raise InputError("Nothing was removed.", fix="Answer y, or give --yes.")
    installer.remove(found)
    console.data({"event": "result", "model": found.id, "state": "absent", "bytes": there})
    console.say(f"“{found.title}” was removed: {size(there)} freed.")
    return DONE


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def licence(arguments: argparse.Namespace, console: Console) -> int:
    """The terms, and whether they were accepted."""
    found = offer(arguments.model)
    if arguments.accept:
        accept(found)
    told = found.licence
    yes = accepted(found)
    console.data({"model": found.id, "licence": told.name, "url": told.url, "summary": told.summary, "accepted": yes})
    console.say(f"{told.name}\n{told.url}\n{told.summary}\n{'Accepted.' if yes else 'Not accepted: give --accept.'}")
    return DONE


def store_token(_arguments: argparse.Namespace, console: Console) -> int:
    """From stdin, so that it stands in no list of commands."""
    if sys.stdin.isatty():
        console.say("Paste the token and press Enter:")
    set_token(sys.stdin.readline())
    console.data({"token": True})
    console.say(f"The token is kept in {token_file()}, for you alone to read.")
    return DONE


def forget_token(_arguments: argparse.Namespace, console: Console) -> int:
    """Off the disk."""
    clear_token()
    console.data({"token": bool(token())})
    console.say("No token is kept." if not token() else "No token is kept; HF_TOKEN is still set.")
    return DONE


def show_token(_arguments: argparse.Namespace, console: Console) -> int:
    """Whether, not what."""
    console.data({"token": bool(token()), "file": str(token_file()), "stored": token_file().is_file()})
    console.say("There is a token." if token() else "There is no token.")
    return DONE
