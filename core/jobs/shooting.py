"""The job behind the Studio: every prompt under every seed with every encoder, each kept as soon as it is made."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from core.errors import Cancelled
from core.generation.sample import Frames, Sampling, sample
from core.hardware.plan import plan
from core.i18n import tr
from core.jobs.estimate import OPENING
from core.jobs.events import Emit
from core.jobs.generating import write_frames
from core.jobs.keeping import versions
from core.jobs.reporting import Report
from core.jobs.resuming import notes
from core.jobs.shot_list import Lens, count_takes, lenses, making_seconds, shots
from core.jobs.spec import ShootSpec
from core.jobs.workshop import entry_encoder, family
from core.library.gallery import Gallery
from core.library.store import Library
from core.media.beside import write_sidecar
from core.models.opened import Family


@dataclass(frozen=True)
class _Camera:
    """A lens with its encoder, and what a take says of both."""

    lens: Lens
    encoder: nn.Module
    title: str
    strength: float | None = None

    def metadata(self) -> dict[str, Any]:
        return {
            "negative_prompt": self.lens.negative_prompt,
            "encoder": self.lens.entry or "original",
            "encoder_name": self.title,
            "strength": self.strength,
        }


def _camera(lens: Lens, opened: Family, library: Library, warn: Callable[[str], None]) -> _Camera:
    if not lens.entry:
        return _Camera(lens, opened.encoder, "Original")
    entry = library.get(lens.entry)
    own = entry.manifest.strength if entry.manifest else None
    encoder = entry_encoder(opened, library, entry, lens.strength, warn)
    return _Camera(lens, encoder, entry.name, own if lens.strength is None else lens.strength)


class _Shoot:
    """Makes and keeps the takes of one job; `kept` are the paths of those that are done, by their place."""

    def __init__(self, spec: ShootSpec, report: Report, opened: Family, library: Library) -> None:
        self.spec, self.report, self.opened = spec, report, opened
        self.host = opened.host(spec.host)
        self.gallery = Gallery(library.root)
        self.cameras = [_camera(lens, opened, library, report.warn) for lens in lenses(spec)]
        self.group = notes().once("group", lambda: f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}")
        self.kept: dict[int, Path] = notes().once("takes", dict)

    def run(self) -> None:
        """Make every take, those of one prompt and seed one after the other."""
        size = plan().batch(self.host.card.frames)
        listed = shots(self.spec)
        for first in range(0, len(listed), size):
            for at, camera in enumerate(self.cameras):
                places = {n * len(self.cameras) + at: listed[n] for n in range(first, min(first + size, len(listed)))}
                missing = {place: shot for place, shot in places.items() if place not in self.kept}
                if missing:
                    self._keep(camera, missing, self._frames(camera, list(missing.values())))
                self.report.progress(len(self.kept), count_takes(self.spec))

    def _frames(self, camera: _Camera, batch: list[tuple[str, int]]) -> Frames:
        spec = self.spec
        sampling = Sampling(spec.steps, spec.guidance, spec.frames, camera.lens.negative_prompt)
        prompts, seeds = [prompt for prompt, _ in batch], [seed for _, seed in batch]
        total = count_takes(spec)

        def on_step(done: int, steps: int, latents: Tensor) -> None:
            self.report.progress(len(self.kept), total, (len(self.kept) + len(batch) * done / steps) / total)
            self.report.glimpse(latents, self.opened.card, f"{camera.title}: {prompts[0]}")

        return sample(self.host, camera.encoder, prompts, seeds, sampling, on_step, self.report.cancelled)

    def _keep(self, camera: _Camera, batch: dict[int, tuple[str, int]], made: Frames) -> None:
        """Write the takes of a batch, each with its place in the order of all."""
        for at, (place, (prompt, seed)) in enumerate(batch.items()):
            metadata = {"prompt": prompt, "seed": seed, **camera.metadata(), **self._shared(), "order": place}
            path = self.gallery.new_path(prompt, seed, self.group)
            path = write_frames(path, made[at : at + 1], self.host.card.fps, metadata)
            write_sidecar(path, metadata)
            self.kept[place] = path
        *_, (last, _seed) = batch.values()
        self.report.preview(made[-1:], f"{camera.title}: {last}")

    def _shared(self) -> dict[str, Any]:
        card, spec = self.host.card, self.spec
        return {
            "family": spec.family,
            "host": spec.host,
            "base": self.opened.fingerprint,
            "steps": spec.steps or card.steps,
            "guidance": spec.guidance or card.guidance,
            "frames": 1 if card.frames == 1 else spec.frames or card.frames,
            "size": card.size,
            "height": card.pixels[1],
            "group": self.group,
            "created": datetime.now(UTC).isoformat(),
            "versions": versions(),
        }


def shoot(spec: ShootSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Make the takes and keep them in the gallery; a cancel leaves those that are done, and says how many.

    Gives `group`, which the takes share, `takes`, their paths, and the `seconds` of the stages.
    """
    report = Report(emit, cancelled, {"Open the model": OPENING, "Make the takes": making_seconds(spec)})
    with report.stage("Open the model"):
        opened = family(spec.family)
        made = _Shoot(spec, report, opened, Library(spec.library))
    try:
        with report.stage("Make the takes"):
            made.run()
    except Cancelled:
        report.log(_kept(len(made.kept), count_takes(spec)))
        raise
    return {"group": made.group, "takes": [str(path) for path in made.kept.values()], "seconds": report.seconds}


def _kept(count: int, total: int) -> str:
    return tr("{count} of {total} takes are kept in the gallery.", count=count, total=total)
