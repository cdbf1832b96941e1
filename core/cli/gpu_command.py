"""`gpu`: torch's CUDA build beside the application, put in and taken out, and what stands in its way."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict

from core.cli.commands import Commands, add_command
from core.cli.console import CANCELLED, DONE, FAILED, Console
from core.cli.interrupt import interruptible
from core.cli.tables import size
from core.errors import Cancelled, InputError
from core.hardware.pack.install import Step, check, install
from core.hardware.pack.place import USES, Marker, Place, choice, decide, place_here
from core.hardware.pack.standing import look
from core.jobs import events
from core.jobs.events import Failure, Progress


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `gpu` with its own commands."""
    group = commands.add_parser("gpu", help="Use an NVIDIA card: install, try and remove the GPU pack.")
    inner = group.add_subparsers(metavar="COMMAND", required=True)
    add_command(inner, common, "status", status, "Say whether jobs use the GPU, and if not, why.", "--json")
    summary = "Download torch's CUDA build and use it from then on; what is there of a stopped download is kept."
    parser = add_command(inner, common, "install", install_it, summary, "--accept-licence")
    parser.add_argument("--accept-licence", action="store_true", help="you have read NVIDIA's licence and accept it")
    add_command(inner, common, "check", check_it, "Try the installed pack anew, as after an update of the driver.", "")
    summary = "Say when the pack is used: auto (if NVIDIA's driver answers), always (even if none does), or never."
    add_command(inner, common, "use", use, summary, "auto").add_argument("when", choices=USES, metavar="WHEN")
    parser = add_command(inner, common, "remove", remove, "Delete the pack; jobs run on the CPU again.", "--yes")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def status(_arguments: argparse.Namespace, console: Console) -> int:
    """Where it stands; a pack that cannot be used is told, and is no failure of this command."""
    found, place = look(), place_here()
    sheet = place.sheet if place else None
    data = {"state": found.state, "used": found.used, "why": found.words, "fix": found.fix}
    if place is not None and sheet is not None:
        data |= {"folder": str(place.folder), "use": choice(place.root).use, "others": [str(p) for p in place.others()]}
        data |= {"torch": sheet.torch, "cuda": sheet.cuda, "download_bytes": sheet.download_bytes}
        data |= {"disk_bytes": sheet.disk_bytes, "driver": sheet.driver, "capability": list(sheet.capability)}
    console.data(data)
    console.say(f"{found.state}: {found.words}{f' {found.fix}' if found.fix else ''}")
    if place is not None and place.marker() is not None:
        console.say(f"  {place.folder}, used {choice(place.root).use}")
    return DONE


def _place() -> Place:
    """The pack of this system; InputError where there is none."""
    if (place := place_here()) is None:
        raise InputError("There is no GPU pack for this system and this Python.", look().fix)
    return place


def install_it(arguments: argparse.Namespace, console: Console) -> int:
    """All of it, with a bar; Ctrl-C stops it, and what was downloaded is kept."""
    place = _place()
    sheet, shown = place.sheet, set[Step]()
    if arguments.accept_licence:
        decide(place.root, accepted=sheet.licence)
    elif choice(place.root).accepted != sheet.licence:
        fix = f"Read it at {sheet.licence_url}, and give --accept-licence."
        raise InputError("The licence of the GPU pack has not been accepted.", f"{sheet.licence}.", fix)
    console.say(f"{sheet.name}: {size(sheet.download_bytes)} to download, {size(sheet.disk_bytes)} on the disk")

    def told(step: Step, done: int, total: int) -> None:
        if step not in shown:
            shown.add(step)
            console.say(f"[{len(shown)}/{len(Step)}] {step}")
        unit = 1 if console.as_json else 1_000_000
        console.emit(Progress(done // unit, max(1, total // unit), None))

    return _finished(console, lambda asked: install(place, told, asked))


def check_it(_arguments: argparse.Namespace, console: Console) -> int:
    """The import and a sum, in a process of its own."""
    place = _place()
    if place.marker() is None:
        raise InputError("There is no GPU pack to try.", fix="Install it with: gpu install")
    return _finished(console, lambda asked: check(place, asked))


def _finished(console: Console, act: Callable[[Callable[[], bool]], Marker | None]) -> int:
    """Do it, and tell what came of it: FAILED where the pack is there and its torch cannot be used."""
    try:
        with interruptible() as asked:
            marker = act(asked)
    except Cancelled:
        console.emit(Failure(events.CANCELLED, "The installation was stopped.", fix="What was downloaded is kept."))
        return CANCELLED
    problem = marker.problem if marker else ""
    console.data({"event": "result", **(asdict(marker) if marker else {})})
    console.say("The GPU pack is there and works." if not problem else "The GPU pack is there.")
    if problem:
        console.warn(f"It cannot be used: {problem}. The bundled torch does the work.")
    return FAILED if problem else DONE


def use(arguments: argparse.Namespace, console: Console) -> int:
    """Write the decision down."""
    decide(_place().root, use=arguments.when)
    console.data({"use": arguments.when})
    console.say(f"The GPU pack is used: {arguments.when}.")
    return DONE


def remove(arguments: argparse.Namespace, console: Console) -> int:
    """Ask first; a program must say --yes."""
    place = _place()
    question = f"Delete the GPU pack in {place.root}? [y/N] "
    if not arguments.yes and not (sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes")):
        raise InputError("Nothing was removed.", fix="Answer y, or give --yes.")
    freed = place.remove()
    console.data({"event": "result", "freed_bytes": freed})
    console.say(f"The GPU pack was removed: {size(freed)} freed.")
    return DONE
