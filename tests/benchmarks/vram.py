"""What the planner says of graphics memory beside what a card measures, with the process held to 6, 8, 12 and 24 GB.

    python -m tests.benchmarks.vram --out runs/vram
    python -m tests.benchmarks.vram --out runs/vram --families sd1 sdxl --gigabytes 8 16
    python -m tests.benchmarks.vram --out runs/vram-tiny --device cpu --tiny

Stable Diffusion 1.5 with AnimateDiff and 2.1 with ZeroScope, in their real architectures with random weights: memory
does not depend on the values. Each limit has a process of its own, which erases for a few steps and makes a clip in
two, at the defaults, down the same ladder as a job. `vram.json` holds a row for each: the estimate without the driver's
share, torch's peak allocated and reserved, the seconds, the rungs, and how often memory ran out on the way. A limit
above the card's memory is left out. The weights take about 15 GB of disk in the folder while it runs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from core.concepts import Kind, world
from core.erasure import METHODS
from core.erasure.method import Subject, Target
from core.errors import LacunaError
from core.files import atomic_write_text
from core.generation.sample import Sampling, sample
from core.hardware.devices import Device, cpu, torch_gpus
from core.hardware.freeing import at_work, forgetful
from core.hardware.memory import peak_memory, reserved_memory, reset_peak
from core.hardware.plan import Plan, plan
from core.hardware.planner import choose
from core.hardware.tasks import Task, Work
from core.jobs.ladder import descend
from core.models.catalogue import FamilyCard, assembled
from core.models.component import Component, HostCard
from core.models.opened import Family
from core.models.recipe import Width
from core.models.registry import Registry
from core.settings import Settings
from tests.core.hardware.models import ANIMATEDIFF, ZEROSCOPE
from tests.models import write_base, write_motion_adapter, write_video

GB = 10**9
LIMITS = (6.0, 8.0, 12.0, 24.0)
VIDEO = {
    "sd1": ANIMATEDIFF,
    "sd2": ZEROSCOPE,
    "sdxl": replace(ANIMATEDIFF, pipeline="AnimateDiffSDXLPipeline", size=1024),
}
STEPS = 3
"""Steps of an erasure that are taken: from the second one on the optimiser's moments are there."""


@dataclass(frozen=True)
class Row:
    """One piece of work under one limit, in bytes and seconds; `failed` is what a person would be told."""

    family: str
    work: str
    gigabytes: float
    device: str
    estimate: int
    fit: str
    rung: int
    plan: dict[str, Any]
    allocated: int = 0
    reserved: int = 0
    seconds: float = 0.0
    rung_used: int = 0
    out_of_memory: tuple[str, ...] = ()
    failed: str = ""


def write_models(root: Path, family: str, width: Width) -> None:
    """A family's text-to-image model and its video host, on the list of the models folder `root`."""
    base = write_base(root / family, family, width, torch.bfloat16)
    if family == "sd2":
        other = write_video(root / f"{family}-video", width=width)
    else:
        adapter = "motion-adapter-v1-5-2" if family == "sd1" else ""
        other = write_motion_adapter(root / f"{family}-video", family, adapter, width)
    for one in (base, other):
        Registry(root).add(_at_defaults(one, family) if width == "real" else one)


def _at_defaults(component: Component, family: str) -> Component:
    """The component with its host's defaults, where it brings one; test models make small clips."""
    if component.host is None:
        return component
    usual = VIDEO[family]
    sizes = {name: getattr(usual, name) for name in ("frames", "size", "height", "guidance")}
    return replace(component, host=replace(component.host, **sizes))


def card_in(root: Path, family: str, width: Width) -> FamilyCard:
    """The model that was written; at its tiny width it makes pictures of 64 pixels."""
    installed = Registry(root).components()
    card = assembled(next(one for one in installed if one.id == family), installed)
    small = tuple(replace(host, size=64, height=0, frames=min(host.frames, 4)) for host in card.hosts)
    return card if width == "real" else replace(card, hosts=small)


def device_of(name: str, gigabytes: float) -> Device:
    """The device as it is, held to so many gigabytes; this process cannot take more of it from then on."""
    if name == "cpu":
        return cpu()
    found = next(gpu for gpu in torch_gpus() if gpu.id == name)
    limit = int(gigabytes * GB)
    torch.cuda.set_per_process_memory_fraction(min(1.0, limit / found.memory_bytes), int(name.partition(":")[2]))
    return replace(found, memory_bytes=limit, free_bytes=min(limit, found.free_bytes))


def learn(card: FamilyCard) -> None:
    """A few steps of the default erasure on random latents."""
    opened, still = Family(card, plan().device), card.host("still")
    concept = replace(world("general").of_kind(Kind.OBJECT)[0], anchor="an object")
    side = int(still.size * plan().scale) // 8
    drawn = torch.randn(4, 4, side, side, generator=torch.Generator().manual_seed(0)).to(opened.device)
    moving = Family(card, plan().device).encoder
    subject = Subject(
        encoder=moving,
        original=opened.encoder,
        start=opened.encoder,
        tokenizer=opened.tokenizer,
        unet=opened.denoiser,
        scheduler=opened.scheduler,
        targets=(Target(concept, drawn),),
        world=world("general"),
        generator=torch.Generator().manual_seed(0),
        seed=0,
    )
    parts, alone = (opened.unet, moving, opened.encoder), plan().free_vae or plan().offload != "none"
    with at_work(parts, opened.device, alone=alone), forgetful(moving, plan().checkpointing):
        list(METHODS["guarded"](subject, {"steps": STEPS}))


def film(card: FamilyCard, host: HostCard) -> None:
    """A clip at the host's defaults in two steps: more take no more memory."""
    opened = Family(card, plan().device)
    sample(opened.host(host.name), opened.encoder, ["a red kite over the sea"], [0], Sampling(steps=2))


def measured(card: FamilyCard, work: Work, device: Device, gigabytes: float) -> Row:
    """The row of a piece of work under a limit that holds already."""
    host = card.video_hosts[0]
    chosen = choose(Task(work), card, host, device, Settings())
    told: list[str] = []
    used: list[Plan] = []

    def attempt() -> None:
        used.append(plan())
        reset_peak()
        learn(card) if work is Work.LEARN else film(card, host)

    row = Row(
        family=card.family,
        work=work.value,
        gigabytes=gigabytes,
        device=device.title,
        estimate=chosen.estimate.allocated if device.id != "cpu" else chosen.estimate.peak,
        fit=chosen.fit.value,
        rung=chosen.plan.rung,
        plan=asdict(chosen.plan),
    )
    began = time.perf_counter()
    failed = _failure(lambda: descend(attempt, chosen, told.append))
    return replace(
        row,
        allocated=peak_memory(),
        reserved=reserved_memory(),
        seconds=round(time.perf_counter() - began, 2),
        rung_used=used[-1].rung,
        out_of_memory=tuple(told),
        failed=failed,
    )


def _failure(work: Callable[[], Any]) -> str:
    try:
        work()
    except LacunaError as error:
        return str(error)
    return ""


def rows_of(arguments: argparse.Namespace, family: str) -> Iterator[dict[str, Any]]:
    """Every row of a family, each from a new process."""
    for gigabytes in limits(arguments):
        for work in (Work.LEARN, Work.CLIPS):
            one = [str(arguments.out), family, arguments.width, arguments.device, str(gigabytes), work.value]
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.vram", "--one", *one], capture_output=True, text=True
            )
            if done.returncode:
                raise RuntimeError(done.stderr)
            yield json.loads(done.stdout.splitlines()[-1])


def limits(arguments: argparse.Namespace) -> list[float]:
    """The limits that the device has room for; the CPU's memory is not limited."""
    if arguments.device == "cpu":
        return [0.0]
    whole = next(gpu.memory_bytes for gpu in torch_gpus() if gpu.id == arguments.device)
    return [limit for limit in arguments.gigabytes if limit * GB <= whole * 1.08]


def _one(out: str, family: str, width: Width, device: str, gigabytes: str, work: str) -> None:
    limited = device_of(device, float(gigabytes))
    card = card_in(Path(out) / "models", family, width)
    print(json.dumps(asdict(measured(card, Work(work), limited, float(gigabytes)))))


def said(row: dict[str, Any]) -> str:
    """A row as a line of a table."""
    off = row["estimate"] / row["allocated"] - 1
    sizes = " | ".join(f"{row[name] / GB:.2f}" for name in ("estimate", "allocated", "reserved"))
    ran_out = row["failed"] or len(row["out_of_memory"])
    what, rungs = f"{row['family']} | {row['work']} | {row['gigabytes']:g}", f"{row['rung']} → {row['rung_used']}"
    return f"| {what} | {sizes} | {off:+.0%} | {row['seconds']} | {rungs} | {ran_out} |"


def main() -> None:
    """Write the models, measure, and print as rows come."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/vram"))
    parser.add_argument("--families", nargs="+", default=["sd1", "sd2"], choices=list(VIDEO))
    parser.add_argument("--gigabytes", nargs="+", type=float, default=list(LIMITS))
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--tiny", dest="width", action="store_const", const="tiny", default="real")
    parser.add_argument("--one", nargs=6, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return _one(*arguments.one)
    rows: list[dict[str, Any]] = []
    print("| family | work | limit, GB | estimate | allocated | reserved | off | seconds | rung | out of memory |")
    for family in arguments.families:
        write_models(arguments.out / "models", family, arguments.width)
        for row in rows_of(arguments, family):
            rows.append(row)
            print(said(row), flush=True)
            atomic_write_text(arguments.out / "vram.json", json.dumps(rows, indent=1))
    return None


if __name__ == "__main__":
    main()
