"""What a job will take, told before it starts: the starter's seconds on 2 CPU cores, others' as measured. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.hardware.planner import Chosen, foresee, plan_for
from core.hardware.tasks import Task, Work
from core.hardware.verdict import Verdict
from core.jobs import timings
from core.jobs.spec import (
    EraseSpec,
    GenerateSpec,
    IdentifySpec,
    JobSpec,
    JudgeSpec,
    ProbeSpec,
    ScoreSpec,
    ShootSpec,
    StackSpec,
)
from core.models.catalogue import FamilyCard, family_card
from core.models.component import HostCard
from core.presets import preset
from core.settings import current

STARTER = "starter"
LEARNT = 40.0
"""Pictures that the denoiser sees in what takes a second of learning on the starter."""

OPENING, STILL, CLIP = 2.0, 0.085, 2.0
"""Seconds to open the model, and for one picture or clip with its judging."""
FILMING, LEARNING = 14.0, 1.0
"""Seconds for the clips before and after an erasure, and for the pictures it learns one concept from."""
KEEPING = 0.3
"""Seconds to put an entry into the library."""
CARDS = {True: 35.0, False: 795.0}
"""Seconds for the quick scorecard and the full one."""
SEARCHES = {"token_search": 20.0, "embedding_inversion": 10.0, "genetic_prefix": 2.0, "latent_inversion": 2.0}
"""Seconds of each attack's search against both encoders at the usual budget."""

WEIGHTS = {
    "Open the model": OPENING,
    "Make the pictures": LEARNING,
    "Make the clips before": FILMING * 2 / 3,
    "Erase": 20.0,
    "Make the clips after": FILMING / 3,
    "Judge": CARDS[True],
    "Keep": KEEPING,
}
"""The stages of an erasure, and their seconds for one concept with the default preset and the quick scorecard."""


@dataclass(frozen=True)
class Estimate:
    """Expected seconds, None where this computer has not measured any yet, and the plan with its memory.

    `memory` is the bytes at the peak by part, as in `core.hardware.estimates`.
    """

    seconds: float | None
    memory_bytes: int
    memory: Mapping[str, int] = field(default_factory=dict)
    verdict: Verdict | None = None


def stage_seconds(spec: EraseSpec) -> dict[str, float]:
    """The stages of an erasure in their order, with the expected seconds of each; every concept more is learnt anew.

    For another model than the starter they are what this computer took the last time, or else amounts of work, which
    stand in the same relation to each other.
    """
    if spec.family == STARTER:
        return _starter_seconds(spec)
    known = timings.recall(spec)
    return known if list(known) == list(WEIGHTS) else work(spec)


def _starter_seconds(spec: EraseSpec) -> dict[str, float]:
    concepts = 1 + len(spec.also)
    return {
        **WEIGHTS,
        "Make the pictures": concepts * LEARNING,
        "Erase": concepts * preset(spec.preset).seconds,
        "Judge": CARDS[spec.quick],
    }


def work(spec: EraseSpec) -> dict[str, float]:
    """The stages of an erasure by how many pictures or frames the denoiser sees in each, opening and keeping by guess.

    The starter's seconds do not grow to other models as they are: there a clip is most of the time.
    """
    card, chosen = family_card(spec.family), preset(spec.preset)
    still, concepts = card.host("still"), 1 + len(spec.also)
    clip = sum(host.steps * host.frames for host in card.video_hosts) * 2
    shares = {name: seconds / WEIGHTS["Erase"] for name, seconds in _starter_seconds(spec).items()}
    erasing = chosen.seconds * LEARNT * concepts
    return {
        "Open the model": 0.05 * erasing,
        "Make the pictures": 2.0 * still.steps * concepts * int(spec.settings.get("images", 4)),
        "Make the clips before": max(2.0 * clip, 1.0),
        "Erase": erasing,
        "Make the clips after": max(1.0 * clip, 1.0),
        "Judge": shares["Judge"] * erasing,
        "Keep": 0.01 * erasing,
    }


def estimate(spec: EraseSpec) -> Estimate:
    """The expected cost of an erasure on the device that the settings ask for, by what the window may know of it."""
    chosen = foreseen(spec)
    return Estimate(expected_seconds(spec), chosen.estimate.peak, chosen.estimate.parts, chosen.verdict)


def expected_seconds(spec: EraseSpec) -> float | None:
    """The expected duration of an erasure, None where this computer has not measured any yet; asks no device."""
    known = stage_seconds(spec) if spec.family == STARTER else timings.recall(spec)
    return sum(known.values()) if known else None


def planned(spec: JobSpec) -> Chosen:
    """The plan for a job that is about to run; imports torch. InputError where its model or entry is not there."""
    return plan_for(*task_of(spec), current())


def foreseen(spec: JobSpec) -> Chosen:
    """The plan that a job would get now, without torch: what the window shows before the start."""
    return foresee(*task_of(spec), current())


def task_of(spec: JobSpec) -> tuple[Task, FamilyCard, HostCard]:
    """What a job does, with which model and host, as the planner takes it."""
    card = family_card(family_of(spec))
    host = card.host(_host_of(spec, card))
    match spec:
        case EraseSpec():
            chosen = preset(spec.preset)
            settings = {**chosen.settings_for(spec.kind), **spec.settings}
            return Task(Work.ERASE, chosen.method, settings, continued=bool(spec.start)), card, host
        case GenerateSpec():
            return Task(_making(host), frames=spec.frames), card, host
        case ShootSpec():
            count = max(1, len(spec.prompts) * len(spec.seeds))
            return Task(_making(host), count=count, frames=spec.frames), card, host
        case ProbeSpec():
            return Task(Work.PROBE, count=spec.pictures), card, host
        case JudgeSpec():
            return Task(Work.JUDGE), card, host
        case IdentifySpec():
            return Task(Work.PICTURES, count=spec.pictures), card, host
        case _:
            return Task(Work.SCORE, count=MANY), card, host


MANY = 100
"""More pictures than are ever made at once."""


def _making(host: HostCard) -> Work:
    return Work.PICTURES if host.frames == 1 else Work.CLIPS


def family_of(spec: JobSpec) -> str:
    """The model of a job, which for work on an entry stands in its manifest."""
    if not isinstance(spec, ScoreSpec | ProbeSpec | StackSpec):
        return spec.family
    name = spec.entries[0] if isinstance(spec, StackSpec) else spec.entry
    from core.library.entry import require_manifest
    from core.library.fitting import model_for
    from core.library.store import Library

    return model_for(require_manifest(Library(spec.library or None).get(name))).name


def _host_of(spec: JobSpec, card: FamilyCard) -> str:
    """The job's host; for jobs with several or none, one that makes clips where there is any."""
    if isinstance(spec, GenerateSpec | ShootSpec | ProbeSpec):
        return spec.host
    if isinstance(spec, JudgeSpec | IdentifySpec) or not card.video_hosts:
        return "still"
    return card.video_hosts[0].name


def asking_seconds(count: int, *, clips: bool) -> float:
    """Seconds for `count` pictures or clips of each of two encoders, with their judging."""
    return 2 * count * (CLIP if clips else STILL)


def search_seconds(name: str, budget: int) -> float:
    """Seconds of an attack's search; 0 for a probe that does not search."""
    return SEARCHES.get(name, 0.0) * budget / ProbeSpec.budget
