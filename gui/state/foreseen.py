"""The memory bar of a job before it starts: what the planner foresees, put into pieces and words. No Qt."""

from __future__ import annotations

from core.hardware.planner import Chosen
from core.hardware.verdict import Fit
from core.i18n import tr
from core.jobs.estimate import foreseen
from core.jobs.spec import JobSpec
from gui.state.memory_bar import Bar, Piece
from gui.state.words import size

_STEP = 100_000_000
"""Bytes to which what is free is rounded, so that a bar does not flicker."""
FITS = {Fit.COMFORTABLE: "good", Fit.TIGHT: "warning", Fit.OFFLOAD: "warning", Fit.NO: "danger"}
"""The colour of a verdict, by theme role."""

_PARTS = (
    (tr("Model"), ("weights", "encoders"), "accent"),
    (tr("Learning"), ("gradients", "optimiser"), "before"),
    (tr("Computing"), ("activations",), "negative"),
    (tr("Decoding"), ("decode",), "violet"),
    (tr("Driver and libraries"), ("context",), "muted"),
)
"""The pieces of a bar: words, the parts of the estimate that they sum up, and the colour."""


def bar_of(chosen: Chosen) -> Bar:
    """The bar of a plan: what other programs hold comes first, then what the job will take at its peak."""
    device = chosen.device
    parts = {title: (sum(chosen.estimate.parts.get(name, 0) for name in names), role) for title, names, role in _PARTS}
    free = round(device.free_bytes / _STEP) * _STEP
    others = max(0, device.memory_bytes - free)
    pieces = ((tr("Other programs"), (others, "strong_line")), *parts.items())
    free_words, all_words = size(min(free, device.memory_bytes)), size(device.memory_bytes)
    return Bar(
        pieces=tuple(Piece(title, held, role) for title, (held, role) in pieces if held),
        total=device.memory_bytes,
        device=tr("{device}: {free} free of {all}", device=_called(chosen), free=free_words, all=all_words),
        verdict=chosen.fit.words,
        role=FITS[chosen.fit],
        why=" ".join(filter(None, (chosen.plan.note, *_advice(chosen)))),
        refused=chosen.fit is Fit.NO,
    )


def _called(chosen: Chosen) -> str:
    return tr("Computer") if chosen.device.id == "cpu" else chosen.device.title


def _advice(chosen: Chosen) -> tuple[str, ...]:
    """Why, and what to do; a job that is comfortable needs no words."""
    return () if chosen.fit is Fit.COMFORTABLE else (chosen.verdict.why, chosen.verdict.fix)


def bar_of_job(spec: JobSpec) -> Bar:
    """The bar of a job as this computer is now; takes as long as the driver does: not for the window's thread."""
    return bar_of(foreseen(spec))
