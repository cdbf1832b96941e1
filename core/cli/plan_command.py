"""`plan`: what each kind of work takes on a device with a model, and whether it fits, before anything is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console
from core.cli.tables import table
from core.errors import InputError
from core.hardware.devices import Device
from core.hardware.estimates import PARTS
from core.hardware.planner import Chosen, choose, foresee
from core.hardware.tasks import Task, Work
from core.models.catalogue import FamilyCard, family_card
from core.models.component import HostCard
from core.presets import presets
from core.settings import current

_GB = 1e9
_DESKTOP, _MOST = 0.3, 1000
"""Gigabytes of an imagined GPU that a desktop takes, and that it may have at most."""


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `plan`."""
    summary = "Say how much memory each kind of work takes with a model, and whether it fits, before anything starts."
    parser = add_command(commands, common, "plan", plan, summary, "--family sd15 --gpu-gb 8")
    add = parser.add_argument
    add("--family", default="starter", help="the model; %(default)s by default, see: models list")
    add("--host", default="", help="what makes the clips; by default the model's first host that does")
    add("--method", default="", help="one preset's erasure; by default every method's")
    add("--gpu-gb", type=float, default=0.0, metavar="GB", help="as if there were a GPU with so much memory, all free")


def plan(arguments: argparse.Namespace, console: Console) -> int:
    """One line a kind of work: the peak by part, the rung of the ladder and the verdict."""
    if not 0 <= arguments.gpu_gb <= _MOST:
        raise InputError(f"There is no GPU of {arguments.gpu_gb:g} GB.", fix=f"Give it up to {_MOST} GB.")
    card = family_card(arguments.family)
    host = card.host(arguments.host) if arguments.host else (*card.video_hosts, *card.hosts)[0]
    found = {name: _chosen(task, card, host, arguments.gpu_gb) for name, task in _tasks(card, host, arguments.method)}
    for name, chosen in found.items():
        console.data(_as_data(name, chosen))
    device = next(iter(found.values())).device
    console.say(f"{card.title} on {device.title}, {device.free_bytes / _GB:.1f} GB free; figures in GB")
    console.say(table([("work", *PARTS, "peak", "rung", "verdict"), *(_row(*pair) for pair in found.items())]))
    for why in dict.fromkeys(chosen.verdict.fix for chosen in found.values() if chosen.verdict.fix):
        console.say(why)
    return DONE


def _tasks(card: FamilyCard, host: HostCard, wanted: str) -> Iterator[tuple[str, Task]]:
    """Every kind of work by what it is called; `wanted` is the one preset to erase by, empty for one of each method."""
    known = {preset.name: preset for preset in presets()}
    if wanted and wanted not in known:
        raise InputError(f"There is no preset “{wanted}”.", fix=f"Use one of: {', '.join(known)}.")
    yield "pictures", Task(Work.PICTURES, count=4)
    methods = {preset.method: preset for preset in reversed(presets())}
    for preset in [known[wanted]] if wanted else reversed(methods.values()):
        yield f"erase: {preset.method}", Task(Work.LEARN, preset.method, preset.settings)
    if host.frames > 1:
        yield f"clips: {host.name}", Task(Work.CLIPS)
    if card.bundled or "judge" in card.sources:
        yield "judge", Task(Work.JUDGE)
    yield "probe", Task(Work.PROBE)


def _chosen(task: Task, card: FamilyCard, host: HostCard, gigabytes: float) -> Chosen:
    made = card.host("still") if task.work is not Work.CLIPS else host
    if not gigabytes or card.bundled:
        return foresee(task, card, made, current())
    size = int(gigabytes * _GB)
    imagined = Device("cuda:0", f"a GPU of {gigabytes:g} GB", size, int(size - _DESKTOP * _GB), capability=(8, 6))
    return choose(task, card, made, imagined, replace(current(), device="auto"))


def _as_data(name: str, chosen: Chosen) -> dict[str, Any]:
    return {
        "work": name,
        "parts": dict(chosen.estimate.parts),
        "peak": chosen.estimate.peak,
        "plan": asdict(chosen.plan),
        "fit": chosen.fit.value,
        "why": chosen.verdict.why,
        "fix": chosen.verdict.fix,
        "device": asdict(chosen.device),
    }


def _row(name: str, chosen: Chosen) -> tuple[str, ...]:
    parts = (f"{chosen.estimate.parts.get(part, 0) / _GB:.2f}" for part in PARTS)
    return name, *parts, f"{chosen.estimate.peak / _GB:.2f}", str(chosen.plan.rung), chosen.fit.value
