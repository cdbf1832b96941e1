"""The runner: `run(spec, emit, cancelled)` does a job, the same under the window, the command line and the tests."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any

from core.errors import Cancelled, FailureKind, LacunaError
from core.generation.sample import never
from core.hardware.memory import reset_peak
from core.hardware.pace import Pace, watching
from core.i18n import tr
from core.jobs.erasing import erase
from core.jobs.estimate import family_of, planned
from core.jobs.events import CANCELLED, Emit, Event, Failure, Log, Result
from core.jobs.generating import generate
from core.jobs.identifying import identify
from core.jobs.judging import judge_clips
from core.jobs.ladder import descend, doubt, require_room
from core.jobs.probing import probe
from core.jobs.resuming import remembering
from core.jobs.scoring import score
from core.jobs.shooting import shoot
from core.jobs.spec import (
    KINDS,
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
from core.jobs.stacking import stack
from core.jobs.validate import validate
from core.models.catalogue import family_card

_JOBS: dict[type[Any], Callable[[Any, Emit, Callable[[], bool]], dict[str, Any]]] = {
    EraseSpec: erase,
    GenerateSpec: generate,
    ScoreSpec: score,
    IdentifySpec: identify,
    ProbeSpec: probe,
    StackSpec: stack,
    JudgeSpec: judge_clips,
    ShootSpec: shoot,
}


def run(spec: JobSpec, emit: Emit, cancelled: Callable[[], bool] = never) -> Result:
    """Do the job and emit its Result. Raises LacunaError, Cancelled, or whatever went wrong inside.

    Where memory runs out, the job is tried again by a leaner plan and goes on from what was done.
    """
    checked = validate(spec)
    chosen = planned(checked)
    if chosen.plan.note:
        emit(Log("warning", chosen.plan.note))
    require_room(chosen, anyway=getattr(checked, "anyway", True) or family_card(family_of(checked)).bundled)
    if doubted := doubt(chosen):
        emit(Log("warning", doubted))
    reset_peak()
    with remembering(), watching(Pace(lambda: tell_of_fallback(chosen.plan.device, emit))):
        work = _JOBS[type(checked)]
        data = descend(lambda: work(checked, emit, cancelled), chosen, lambda told: emit(Log("warning", told)))
    result = Result(next(name for name, cls in KINDS.items() if isinstance(spec, cls)), data)
    emit(result)
    return result


def tell_of_fallback(device: str, emit: Emit) -> None:
    """Explain slowness where a want of memory makes no error: on Windows, where the driver lends the computer's."""
    if sys.platform != "win32" or not device.startswith("cuda"):
        return
    note = (
        tr("A step took far longer than those before."),
        tr("The graphics memory may be full: NVIDIA's driver for Windows then uses the computer's, which is slow."),
        tr("Close other programs that use the graphics card, or choose a lower memory setting."),
    )
    emit(Log("warning", " ".join(note)))


def run_safely(spec: JobSpec, emit: Emit, cancelled: Callable[[], bool] = never) -> Event:
    """Like `run`, but a failure becomes a Failure event; the last event is emitted and returned."""
    try:
        return run(spec, emit, cancelled)
    except Cancelled:
        failure = Failure(CANCELLED, tr("The job was cancelled."))
    except LacunaError as error:
        failure = Failure(error.kind, error.what, error.why, error.fix, traceback.format_exc())
    except Exception as error:
        failure = Failure(
            FailureKind.INTERNAL,
            tr("The job failed for a reason Lacuna does not know."),
            f"{type(error).__name__}: {error}",
            tr("Look at the log; if it happens again, please report it."),
            traceback.format_exc(),
        )
    emit(failure)
    return failure
