"""The runner: `run(spec, emit, cancelled)` does a job, the same under the window, the command line and the tests."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import torch

from core.errors import Cancelled, FailureKind, LacunaError
from core.generation.sample import never
from core.jobs.erasing import erase
from core.jobs.events import Emit, Event, Failure, Result
from core.jobs.generating import generate
from core.jobs.identifying import identify
from core.jobs.probing import probe
from core.jobs.scoring import score
from core.jobs.spec import KINDS, EraseSpec, GenerateSpec, IdentifySpec, JobSpec, ProbeSpec, ScoreSpec, StackSpec
from core.jobs.stacking import stack
from core.jobs.validate import validate

_JOBS: dict[type[Any], Callable[[Any, Emit, Callable[[], bool]], dict[str, Any]]] = {
    EraseSpec: erase,
    GenerateSpec: generate,
    ScoreSpec: score,
    IdentifySpec: identify,
    ProbeSpec: probe,
    StackSpec: stack,
}


def run(spec: JobSpec, emit: Emit, cancelled: Callable[[], bool] = never) -> Result:
    """Do the job and emit its Result. Raises LacunaError, Cancelled, or whatever went wrong inside."""
    checked = validate(spec)
    data = _JOBS[type(checked)](checked, emit, cancelled)
    result = Result(next(name for name, cls in KINDS.items() if isinstance(spec, cls)), data)
    emit(result)
    return result


def run_safely(spec: JobSpec, emit: Emit, cancelled: Callable[[], bool] = never) -> Event:
    """Like `run`, but a failure becomes a Failure event; the last event is emitted and returned."""
    try:
        return run(spec, emit, cancelled)
    except Cancelled:
        failure = Failure("cancelled", "The job was cancelled.")
    except LacunaError as error:
        failure = Failure(error.kind, error.what, error.why, error.fix, traceback.format_exc())
    except (torch.OutOfMemoryError, MemoryError):
        failure = Failure(
            FailureKind.MEMORY,
            "The device ran out of memory.",
            "Other programs may be using it, or the clip is too large for it.",
            "Close other programs that use the GPU, or ask for fewer frames.",
            traceback.format_exc(),
        )
    except Exception as error:
        failure = Failure(
            FailureKind.INTERNAL,
            "The job failed for a reason Lacuna does not know.",
            f"{type(error).__name__}: {error}",
            "Look at the log; if it happens again, please report it.",
            traceback.format_exc(),
        )
    emit(failure)
    return failure
