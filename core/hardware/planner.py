"""Chooses how a job uses its device: the fastest way that fits into the memory that is free now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.hardware.devices import Device, cpu, torch_gpus
from core.hardware.estimates import Estimate, largest, stages
from core.hardware.ladder import CHEAP, learning_rungs, merged, sampling_rungs
from core.hardware.nvml import window_gpus
from core.hardware.plan import Plan, level, make_plan, named
from core.hardware.tasks import Task, Work
from core.hardware.verdict import Fit, Verdict, fits, is_comfortable, verdict
from core.models.catalogue import FamilyCard
from core.models.component import HostCard
from core.settings import Settings

STARTER = {"weights": 40_000_000, "activations": 660_000_000, "context": 700_000_000}
"""Bytes that the largest job takes with the bundled pair, measured as what is resident."""

_MODEST = 0.5
"""Share of the free memory that a job may plan with where the person chose low: the rest is for other programs."""


@dataclass(frozen=True)
class Chosen:
    """The plan for a job on a device, what it needs at its peak, and the verdict on it.

    `stages` is the estimate of each kind of work in the job, `rungs` the leaner plans to try, in this order, when the
    device runs out of memory all the same.
    """

    plan: Plan
    estimate: Estimate
    verdict: Verdict
    device: Device
    rungs: tuple[Plan, ...] = ()
    stages: Mapping[Work, Estimate] = field(default_factory=dict)

    @property
    def fit(self) -> Fit:
        """How well the job fits."""
        return self.verdict.fit


def plan_for(task: Task, card: FamilyCard, host: HostCard, settings: Settings) -> Chosen:
    """The plan of a job that is about to run; imports torch, which knows what it can reach and what it holds itself."""
    if card.bundled:
        return _bundled(make_plan(settings), {gpu.id: gpu for gpu in torch_gpus()})
    return _on_named(task, card, host, settings, {gpu.id: gpu for gpu in torch_gpus()})


def foresee(task: Task, card: FamilyCard, host: HostCard, settings: Settings) -> Chosen:
    """The plan that a job would get by what NVIDIA's driver says: for the window, whose process holds no torch."""
    gpus = {gpu.id: gpu for gpu in window_gpus()}
    if card.bundled:
        device, note = named(settings.device, gpus)
        found = gpus.get(device, cpu())
        return _bundled(Plan(device, level(settings.memory, found), note), gpus)
    return _on_named(task, card, host, settings, gpus)


def _bundled(plan: Plan, gpus: Mapping[str, Device]) -> Chosen:
    """The small pair needs no ladder: it fits wherever Lacuna starts."""
    device, estimate = gpus.get(plan.device, cpu()), Estimate(STARTER)
    return Chosen(plan, estimate, verdict(plan, estimate.peak, device), device, stages={Work.ERASE: estimate})


def _on_named(task: Task, card: FamilyCard, host: HostCard, settings: Settings, gpus: Mapping[str, Device]) -> Chosen:
    device, note = named(settings.device, gpus)
    chosen = choose(task, card, host, gpus.get(device, cpu()), settings)
    rungs = tuple(replace(rung, note=note) for rung in chosen.rungs)
    return replace(chosen, plan=replace(chosen.plan, note=note), rungs=rungs)


def choose(task: Task, card: FamilyCard, host: HostCard, device: Device, settings: Settings) -> Chosen:
    """The first rung of the ladder that fits into what is free on a device, and the last one where none does."""
    memory = level(settings.memory, device)
    room = int((_MODEST if settings.memory == "low" else 1) * device.free_bytes)
    sampling, learning = sampling_rungs(device, memory), learning_rungs(device, memory)

    def needed(plan: Plan, *, learns: bool) -> int:
        found = stages(task, card, host, plan)
        return max((e.peak for work, e in found.items() if (work is Work.LEARN) is learns), default=0)

    at = _first(sampling, room, lambda plan: needed(plan, learns=False), CHEAP)
    down = _first(learning, room, lambda plan: needed(plan, learns=True))
    pairs = [(min(down + k, len(learning) - 1), min(at + k, len(sampling) - 1)) for k in range(len(sampling))]
    plans = [merged(learning[low], sampling[high]) for low, high in dict.fromkeys(pairs)]
    found = stages(task, card, host, plans[0])
    estimate = largest(found.values())
    return Chosen(plans[0], estimate, verdict(plans[0], estimate.peak, device), device, tuple(plans[1:]), found)


def rungs(task: Task, device: Device, memory: str = "balanced") -> tuple[Plan, ...]:
    """Every way to do a task on a device, from the fastest to the leanest."""
    learning, sampling = learning_rungs(device, memory), sampling_rungs(device, memory)
    if task.work is Work.LEARN:
        return learning
    if task.work not in (Work.ERASE, Work.PROBE):
        return sampling
    steps = max(len(learning), len(sampling))
    return tuple(merged(learning[min(k, len(learning) - 1)], sampling[min(k, len(sampling) - 1)]) for k in range(steps))


def _first(plans: tuple[Plan, ...], room: int, needed: Callable[[Plan], int], cheap: int = 0) -> int:
    """The place of the first plan that fits, else of the last.

    Among the first `cheap` ones, which differ little in time, one that fits with room to spare goes before one that
    just fits: else a small model would be filled up with pictures until it looks tighter than a large one.
    """
    roomy = (at for at, plan in enumerate(plans[:cheap]) if is_comfortable(needed(plan), room))
    if (found := next(roomy, None)) is not None:
        return found
    return next((at for at, plan in enumerate(plans) if fits(needed(plan), room)), len(plans) - 1)
