"""Measure the shipped starter pair again: `python -m core.starter.measure --parts judge,still,animatediff,text2video`.

Every figure comes from final prompts and seeds, which no stage of the training saw, and goes into
`resources/starter/figures.json` with its n and interval; contact sheets go into `docs/images`. Parts may be measured
in separate processes, one after the other or side by side.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.concepts import Kind, world
from core.evaluation.figures import Figure, rate
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.evaluation.scorecard import Bench, Measured, judge_frames
from core.files import atomic_write_text
from core.generation.sample import Frames, Sampling, sample_many
from core.media.clip import write_picture
from core.models.opened import Family, open_family
from core.prompts import Prompt, Purpose, Writer
from core.resources import resource
from core.starter.world import draw, draw_clip, random_scene

SEED = 77
"""The final prompts and seeds of these figures; scorecards start from 0."""


@dataclass(frozen=True)
class Measuring:
    """The opened pair, its judges, and the sample size of each figure."""

    family: Family
    bench: Bench
    n: int


def open_pair(n: int) -> Measuring:
    """Open the shipped pair."""
    family = open_family("starter")
    judge, motion = Judge.load(family.card.folder / "judge"), MotionJudge.load(family.card.folder / "motion_judge")
    return Measuring(family, Bench(judge, motion, world("starter"), Purpose.FINAL, SEED), n)


def judged_renderings(pair: Measuring) -> dict[str, Figure]:
    """How often the judges are right about rendered pictures and clips: subjects, subjects under a style, styles."""
    rng, bench, size = np.random.default_rng(SEED), pair.bench, 64
    assert bench.motion is not None
    scenes = [random_scene(rng, styled=0.5) for _ in range(4 * pair.n)]
    pictures = np.stack([draw(scene, size, rng.random()) for scene in scenes])
    subjects = bench.judge.name_pictures(pictures, bench.judge.ballot(bench.world, Kind.OBJECT))
    styles = bench.judge.name_pictures(pictures, bench.judge.ballot(bench.world, Kind.STYLE))
    plain = [name == s.subject for name, s in zip(subjects, scenes, strict=True) if s.style is None]
    dressed = [name == s.subject for name, s in zip(subjects, scenes, strict=True) if s.style]
    style = [name == (s.style or "plain") for name, s in zip(styles, scenes, strict=True)]
    moving = [random_scene(rng) for _ in range(pair.n)]
    clips = np.stack([draw_clip(scene, size, bench.motion.frames) for scene in moving])
    motion = [name == s.motion for name, s in zip(bench.motion.read_frames(clips), moving, strict=True)]
    hits = {"subjects": plain, "subjects under a style": dressed, "styles": style, "motions": motion}
    return {name: rate(sum(values), len(values)) for name, values in hits.items()}


def prompts_of(pair: Measuring, kind: Kind, count: int) -> list[Prompt]:
    """Final direct prompts about every concept of a kind in turn."""
    return Writer(pair.bench.world, Purpose.FINAL, SEED + list(Kind).index(kind)).many(
        pair.bench.world.of_kind(kind), count
    )


def generated(pair: Measuring, host: str, prompts: list[Prompt]) -> Frames:
    """The prompts' pictures or clips under the original encoder."""
    texts, seeds = [p.text for p in prompts], [p.seed for p in prompts]
    return sample_many(pair.family.host(host), pair.family.encoder, texts, seeds, Sampling())


def measured_kinds(pair: Measuring, host: str, count: int, sheet: Path) -> Iterator[tuple[Kind, Measured]]:
    """What the judge sees, kind by kind; the first of each kind go on a contact sheet."""
    rows = []
    for kind in Kind:
        prompts = prompts_of(pair, kind, count)
        frames = generated(pair, host, prompts)
        rows.append(_row(frames))
        yield kind, judge_frames(pair.bench, frames, prompts)
    write_picture(sheet, np.concatenate(rows), {"host": host, "seed": SEED}, 2)


def _row(frames: Frames) -> Frames:
    """Twelve stills, or two clips by six of their frames each, put side by side."""
    if frames.shape[1] == 1:
        return np.concatenate(list(frames[:12, 0]), axis=1)
    strips = [np.concatenate(list(clip[::2]), axis=1) for clip in frames[:2]]
    return np.concatenate(strips, axis=1)


def measured_host(pair: Measuring, host: str, sheet: Path) -> dict[str, Any]:
    """Rates by kind; for clips `n` counts clips over all kinds, and motion is read over all of them."""
    still = pair.family.card.host(host).frames == 1
    count = pair.n if still else -(-pair.n // len(Kind))
    kinds, moved, shares = {}, [], []
    for kind, measured in measured_kinds(pair, host, count, sheet):
        kinds[kind.value] = measured.rate()
        moved += measured.moved
        shares += measured.shares
        print(host, kind.value, kinds[kind.value], flush=True)
    if still:
        return {"kinds": kinds}
    frames = pair.family.card.host(host).frames
    everything = rate(sum(shares) * frames, len(shares) * frames, len(shares))
    return {"kinds": kinds, "frames": everything, "motion": rate(sum(moved), len(moved))}


def keep(path: Path, part: str, figures: dict[str, Any]) -> None:
    """Add a part's figures to the file; other parts stay as they are."""
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    atomic_write_text(path, json.dumps({**known, part: figures}, indent=1) + "\n")


def main() -> None:
    """Entry point of the command."""
    parser = argparse.ArgumentParser(prog="python -m core.starter.measure", description="Measure the starter pair.")
    parser.add_argument("--parts", default="judge,still,animatediff,text2video")
    parser.add_argument("--n", type=int, default=400, help="pictures per kind, and clips per host")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--sheets", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    pair = open_pair(given.n)
    for part in given.parts.split(","):
        began = time.perf_counter()
        sheet = given.sheets / f"starter-{part}.png"
        figures = judged_renderings(pair) if part == "judge" else measured_host(pair, part, sheet)
        seconds = round(time.perf_counter() - began)
        keep(resource("starter", "figures.json"), part, {**figures, "seconds": seconds})
        print(part, figures, f"{seconds} s", flush=True)


if __name__ == "__main__":
    main()
