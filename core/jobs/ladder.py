"""Down the ladder: a job that runs out of memory is tried again with less, until it is done or no rung is left."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, TypeVar

from core.errors import FailureKind, LacunaError
from core.hardware.freeing import free_memory
from core.hardware.nvml import other_users
from core.hardware.oom import is_out_of_memory
from core.hardware.plan import Plan, using
from core.hardware.planner import Chosen
from core.hardware.verdict import Fit
from core.i18n import percent, tr
from core.jobs.resuming import notes
from core.jobs.workshop import let_go

T = TypeVar("T")


@dataclass(frozen=True)
class _Ran:
    """How an attempt ended: with what it gave, or with the traceback of an out-of-memory as text."""

    given: Any = None
    failed: str = ""


def descend(work: Callable[[], T], chosen: Chosen, tell: Callable[[str], None]) -> T:
    """Do the work by the chosen plan, and by ever leaner ones while memory runs out; `tell` hears what was lowered.

    Every plan is tried once. LacunaError(MEMORY) with advice when the last one does not do either.
    """
    plans = (chosen.plan, *(chosen.rungs or spare(chosen.plan)))
    ran = _Ran()
    for plan, leaner in zip_longest(plans, plans[1:]):
        notes().tries_left = leaner is not None
        ran = _attempt(work, plan)
        if not ran.failed:
            return ran.given
        let_go()
        free_memory()
        if leaner is not None:
            tell(lowered(plan, leaner))
    raise out_of_memory(chosen, ran.failed)


def _attempt(work: Callable[[], Any], plan: Plan) -> _Ran:
    """The failure is not passed on: its traceback would hold every tensor of the frames that it went through."""
    try:
        with using(plan):
            return _Ran(work())
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return _Ran(failed=traceback.format_exc())


def spare(plan: Plan) -> tuple[Plan, ...]:
    """The one rung below a plan for which the planner has none: all that can be done in small pieces is."""
    small = replace(plan, stills=1, clips=1, vae_slicing=True, decode_frames=1, split_guidance=True, chunk=1)
    small = replace(small, checkpointing=True, free_vae=True)
    return () if small == plan else (replace(small, rung=plan.rung + 1),)


def lowered(before: Plan, after: Plan) -> str:
    """In words, what a rung gives up to need less memory, and that nothing is lost."""
    said = (words(after) for name, words in _WORDS.items() if getattr(before, name) != getattr(after, name))
    changes = "; ".join(dict.fromkeys(said))
    return tr("The memory ran out. Going on with less: {changes}. What was done is kept.", changes=changes)


_WORDS: dict[str, Callable[[Plan], str]] = {
    "stills": lambda _plan: tr("fewer pictures and clips at once"),
    "clips": lambda _plan: tr("fewer pictures and clips at once"),
    "vae_slicing": lambda _plan: tr("pictures are decoded one after the other"),
    "decode_frames": lambda plan: tr("frames decoded at once: {count}", count=plan.decode_frames),
    "vae_tiling": lambda _plan: tr("large pictures are decoded in tiles"),
    "split_guidance": lambda _plan: tr("guidance takes two passes"),
    "offload": lambda plan: _OFFLOADS[plan.offload](),
    "fp8": lambda plan: tr("the model is kept in 8 bits") if plan.fp8 else tr("the model is kept in full"),
    "checkpointing": lambda _plan: tr("activations are computed again instead of kept"),
    "chunk": lambda _plan: tr("the erasure learns from one picture at a time"),
    "optimiser": lambda _plan: tr("the optimiser works in 8 bits"),
    "free_vae": lambda _plan: tr("parts that are not at work wait in the computer's memory"),
    "judge": lambda _plan: tr("the judge works on the processor"),
    "dtype": lambda _plan: tr("the model works in 16 bits"),
    "scale": lambda plan: tr("pictures and clips are {share} as high and wide", share=percent(plan.scale)),
}
"""What a person is told when a field of the plan changes."""

_OFFLOADS: dict[str, Callable[[], str]] = {
    "none": lambda: tr("the model stays on the device"),
    "model": lambda: tr("parts of the model come to the device when it is their turn"),
    "group": lambda: tr("layers of the model come to the device when it is their turn"),
    "sequential": lambda: tr("the model's weights come to the device one by one, which is slow"),
}


def require_room(chosen: Chosen, *, anyway: bool) -> None:
    """Refuse a job that will not fit before anything is loaded, unless it is to start anyway. LacunaError(MEMORY)."""
    if chosen.fit is Fit.NO and not anyway:
        what = tr("This will not fit into the memory of “{device}”.", device=chosen.device.title)
        fix = tr("Or start it anyway: Lacuna then uses less and less until it works or nothing is left to give up.")
        raise LacunaError(FailureKind.MEMORY, what, chosen.verdict.why, f"{chosen.verdict.fix} {fix}".strip())


def doubt(chosen: Chosen) -> str:
    """What a person is told of a job that starts although it will not fit; empty for one that does."""
    if chosen.fit is not Fit.NO:
        return ""
    what = tr("This will probably not fit into the memory of “{device}”.", device=chosen.device.title)
    then = tr("Lacuna uses less and less until it works or nothing is left to give up.")
    return f"{what} {chosen.verdict.why} {then}"


def out_of_memory(chosen: Chosen, trace: str) -> LacunaError:
    """What is told at the end of the ladder; the traceback goes with it to the log."""
    what, why = tr("The device ran out of memory."), tr("Nothing is left that would make the job need less of it.")
    error = LacunaError(FailureKind.MEMORY, what, why, advice(chosen.plan))
    error.add_note(trace)
    return error


def advice(plan: Plan) -> str:
    """What a person can do, with the other programs that hold memory of the GPU, as far as its driver tells."""
    if plan.device == "cpu":
        return tr("Close other programs, choose a smaller model or another host, or ask for fewer frames.")
    less = tr("Choose a smaller model or another host, or ask for fewer frames.")
    if names := ", ".join(dict.fromkeys(user.name for user in other_users(plan.device))):
        return f"{tr('Close programs that use the graphics memory: {names}.', names=names)} {less}"
    return less
