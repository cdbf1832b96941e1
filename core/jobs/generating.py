"""The job that makes one picture or clip."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from core.generation.sample import Frames, Sampling, sample
from core.jobs.events import Emit
from core.jobs.reporting import Report
from core.jobs.spec import GenerateSpec
from core.jobs.workshop import entry_encoder, family
from core.library.store import Library
from core.media.clip import write_clip, write_picture
from core.models.opened import Family


def enlargement(size: int) -> int:
    """The factor that brings a frame to about 384 pixels, 1 for real models."""
    return max(1, 384 // size)


def write_frames(path: Path, frames: Frames, fps: int, metadata: dict[str, Any]) -> Path:
    """Write the first of a batch as a clip, or as a picture when it has one frame."""
    scale = enlargement(frames.shape[2])
    if frames.shape[1] == 1:
        return write_picture(path.with_suffix(".png"), frames[0, 0], metadata, scale)
    return write_clip(path.with_suffix(".webm"), frames[0], fps, metadata, scale)


def _output(spec: GenerateSpec) -> Path:
    if spec.out:
        return Path(spec.out)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return Library(spec.library).root / "clips" / f"{stamp}-{spec.host}-{spec.seed}"


def metadata_of(spec: GenerateSpec, opened: Family) -> dict[str, Any]:
    """What the file remembers of how it was made."""
    card = opened.card.host(spec.host)
    return {
        "prompt": spec.prompt,
        "negative_prompt": spec.negative_prompt,
        "seed": spec.seed,
        "family": spec.family,
        "host": spec.host,
        "encoder": spec.entry or "original",
        "strength": spec.strength,
        "steps": spec.steps or card.steps,
        "guidance": spec.guidance or card.guidance,
    }


def generate(spec: GenerateSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Make the picture or clip and write it; gives its path."""
    report = Report(emit, cancelled, {"Open the model": 4.0, "Generate": 4.0})
    with report.stage("Open the model"):
        opened = family(spec.family)
        host = opened.host(spec.host)
        encoder = opened.encoder
        if spec.entry:
            library = Library(spec.library)
            encoder = entry_encoder(opened, library, library.get(spec.entry), spec.strength, report.warn)
    with report.stage("Generate"):

        def on_step(done: int, total: int, latents: Tensor) -> None:
            report.progress(done, total)
            report.glimpse(latents, opened.card, spec.prompt)

        sampling = Sampling(spec.steps, spec.guidance, spec.frames, spec.negative_prompt)
        frames = sample(host, encoder, [spec.prompt], [spec.seed], sampling, on_step, cancelled)
    report.preview(frames, spec.prompt)
    path = write_frames(_output(spec), frames, host.card.fps, metadata_of(spec, opened))
    return {"path": str(path), "seconds": report.seconds}
