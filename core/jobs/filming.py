"""The clips a job shows: one prompt under one seed, made with each encoder, and the small picture beside the entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from core.generation.sample import Frames, Sampling, sample
from core.i18n import tr
from core.jobs.generating import enlargement, write_frames
from core.jobs.judging import Eye
from core.jobs.reporting import Report
from core.media.clip import write_picture
from core.media.picture import resized, small
from core.models.hosts import Host
from core.models.opened import Family

THUMBNAIL = 256
"""Pixels of the longer side of each picture in a thumbnail, at most."""


@dataclass(frozen=True)
class Take:
    """One clip: the encoder, what the file calls it, and what the clip is asked not to show."""

    encoder: nn.Module
    label: str = "original"
    negative: str = ""


@dataclass
class Reel:
    """Makes clips and remembers them: `clips` by “column-host”, and those of the host `shown` for the thumbnail.

    A clip that is there already is not made again.

    `eye` looks at every frame, so that a comparison can show where the concept is seen without a job of its own.
    """

    opened: Family
    prompt: str
    seed: int
    shown: str
    folder: Path
    report: Report
    eye: Eye
    clips: dict[str, Path] = field(default_factory=dict)
    thumbnails: list[Frames] = field(default_factory=list)

    def film(self, takes: dict[str, Take], hosts: Sequence[str] = ()) -> None:
        """A clip of each take, by column, with each of these video hosts, or with all; Cancelled between two steps."""
        names = hosts or [card.name for card in self.opened.card.video_hosts]
        opened = [self.opened.host(name) for name in names]
        for host in opened:
            if host.own is not None:
                self.report.log(host.reading)
        total, done = len(takes) * sum(host.card.steps for host in opened), 0

        def on_step(_done: int, _total: int, latents: Tensor) -> None:
            nonlocal done
            done += 1
            self.report.progress(done, total)
            self.report.glimpse(latents, self.opened.card, caption)

        for host in opened:
            for column, take in takes.items():
                if f"{column}-{host.card.name}" in self.clips:
                    done += host.card.steps
                    continue
                caption = tr("{what}, taking shape", what=f"{_COLUMNS.get(column, column)}: {self.prompt}")
                sampling = Sampling(negative_prompt=take.negative)
                prompts, seeds = [self.prompt], [self.seed]
                frames = sample(host, take.encoder, prompts, seeds, sampling, on_step, self.report.cancelled)
                self._keep(column, take, host, frames)

    def _keep(self, column: str, take: Take, host: Host, frames: Frames) -> None:
        name, card = f"{column}-{host.card.name}", host.card
        metadata = {
            "prompt": self.prompt,
            "negative_prompt": take.negative,
            "seed": self.seed,
            "family": self.opened.card.name,
            "host": card.name,
            "encoder": take.label,
            "base": self.opened.fingerprint,
            "settings": {"steps": card.steps, "guidance": card.guidance},
            **self.eye.remark(frames[0]),
        }
        self.clips[name] = write_frames(self.folder / name, frames, card.fps, metadata)
        if card.name == self.shown and not take.negative:
            self.thumbnails.append(frames)
            self.report.preview(frames, f"{_COLUMNS.get(column, column)}: {self.prompt}")

    def previews(self) -> dict[str, Path]:
        """What the library keeps: the clips, and the thumbnail of their middle frames side by side."""
        picture = _side_by_side(self.thumbnails)
        return {**self.clips, "thumbnail": write_picture(self.folder / "thumbnail.png", picture, {}, 1)}


_COLUMNS = {"before": tr("before"), "after": tr("after"), "negative": tr("negative prompt")}


def _of_height(picture: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    if picture.shape[0] == height:
        return picture
    return resized(picture, round(picture.shape[1] * height / picture.shape[0]), height)


def _side_by_side(clips: list[Frames]) -> Frames:
    """The middle frames in one row, small; a clip that was made smaller than the first is brought to its height."""
    middles = [small(clip[0, clip.shape[1] // 2], THUMBNAIL) for clip in clips]
    height = middles[0].shape[0]
    middles = [_of_height(middle, height) for middle in middles]
    scale = max(1, enlargement(height) // 2)
    return np.concatenate(middles, axis=1).repeat(scale, 0).repeat(scale, 1)
