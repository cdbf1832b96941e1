"""The runner: `run(spec, emit, cancelled)` does a job, the same under the window, the command line and the tests."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import torch

from core.errors import Cancelled, FailureKind, LacunaError
from core.generation.sample import never
from core.hardware.plan import Plan, make_plan, using
from core.i18n import tr
from core.jobs.erasing import erase
from core.jobs.events import CANCELLED, Emit, Event, Failure, Log, Result
from core.jobs.generating import generate
from core.jobs.identifying import identify
from core.jobs.judging import judge_clips
from core.jobs.probing import probe
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
from core.settings import current

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
    """Do the job and emit its Result. Raises LacunaError, Cancelled, or whatever went wrong inside."""
    checked = validate(spec)
    with using(_plan(emit)):
        data = _JOBS[type(checked)](checked, emit, cancelled)
    result = Result(next(name for name, cls in KINDS.items() if isinstance(spec, cls)), data)
    emit(result)
    return result


def _plan(emit: Emit) -> Plan:
    """The plan by the settings of this moment; a device that is gone is told in the log."""
    made = make_plan(current())
    if made.note:
        emit(Log("warning", made.note))
    return made


def run_safely(spec: JobSpec, emit: Emit, cancelled: Callable[[], bool] = never) -> Event:
    """Like `run`, but a failure becomes a Failure event; the last event is emitted and returned."""
    try:
        return run(spec, emit, cancelled)
    except Cancelled:
        failure = Failure(CANCELLED, tr("The job was cancelled."))
    except LacunaError as error:
        failure = Failure(error.kind, error.what, error.why, error.fix, traceback.format_exc())
    except (torch.OutOfMemoryError, MemoryError):
        failure = Failure(
            FailureKind.MEMORY,
            tr("The device ran out of memory."),
            tr("Other programs may be using it, or the clip is too large for it."),
            tr("Close other programs that use the GPU, or ask for fewer frames."),
            traceback.format_exc(),
        )
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
