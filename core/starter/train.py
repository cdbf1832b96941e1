"""Train the starter pair from nothing: `python -m core.starter.train --out runs/starter`.

Stages run in the order of STAGES; a finished stage is skipped and an unfinished one goes on from its
checkpoint, so the command can be stopped and given again. Two shells may share one folder and take
different stages (`--stages`): a stage waits for the folders it needs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import torch

from core.starter.judge import train_judge, train_motion_judge
from core.starter.latents import keep_clips, keep_stills
from core.starter.motion import train_motion
from core.starter.run import Run
from core.starter.settings import TrainSettings
from core.starter.stills import train_unet
from core.starter.text import train_text_encoder, train_tokenizer
from core.starter.vae import train_vae
from core.starter.video import train_video

Train = Callable[[Run], None]

STAGES: dict[str, tuple[Train, tuple[str, ...]]] = {
    "tokenizer": (train_tokenizer, ()),
    "text_encoder": (train_text_encoder, ("tokenizer",)),
    "vae": (train_vae, ()),
    "judge": (train_judge, ("tokenizer",)),
    "motion_judge": (train_motion_judge, ()),
    "stills": (keep_stills, ("vae",)),
    "clips": (keep_clips, ("vae",)),
    "unet": (train_unet, ("text_encoder", "stills")),
    "motion_adapter": (train_motion, ("unet", "clips")),
    "video_unet": (train_video, ("text_encoder", "stills", "clips")),
}
"""Each stage writes the folder of its name and needs the folders named beside it."""


def finished(run: Run, stage: str) -> bool:
    """Whether the stage's mark is there; it is written after the stage's files."""
    return (run.folder / "checkpoints" / f"{stage}.done").exists()


def _await(run: Run, needs: tuple[str, ...]) -> None:
    while missing := [need for need in needs if not finished(run, need)]:
        run.say("waiting", needs=",".join(missing))
        time.sleep(20)


def train(run: Run, stages: list[str]) -> None:
    """Run the stages that are not finished."""
    (run.folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    for name in stages:
        stage, needs = STAGES[name]
        if not finished(run, name):
            _await(run, needs)
            began = time.perf_counter()
            stage(run)
            (run.folder / "checkpoints" / f"{name}.done").touch()
            run.say(name, finished_after=round(time.perf_counter() - began))


def begin_from(run: Run, pair: Path) -> None:
    """Take the parts that stay as they are from a shipped pair: words, encoder, autoencoder and judges."""
    (run.folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    for part in ("tokenizer", "text_encoder", "vae", "judge", "motion_judge"):
        if not finished(run, part):
            shutil.copytree(pair / part, run.folder / part, dirs_exist_ok=True)
            (run.folder / "checkpoints" / f"{part}.done").touch()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m core.starter.train", description="Train the starter pair.")
    parser.add_argument("--out", type=Path, default=Path("runs/starter"))
    parser.add_argument("--stages", default=",".join(STAGES), help="comma-separated, in order")
    parser.add_argument("--start", type=Path, help="train the denoisers on from a shipped pair: resources/starter")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1 if (os.cpu_count() or 1) < 4 else 0)
    for setting in fields(TrainSettings):
        if isinstance(setting.default, int | float):
            parser.add_argument(
                f"--{setting.name.replace('_', '-')}", type=type(setting.default), default=setting.default
            )
    return parser.parse_args()


def main() -> None:
    """Entry point of the command."""
    given = _arguments()
    if given.threads:
        torch.set_num_threads(given.threads)
    numbers = {f.name: getattr(given, f.name) for f in fields(TrainSettings) if hasattr(given, f.name)}
    given.out.mkdir(parents=True, exist_ok=True)
    run = Run(given.out, replace(TrainSettings(), **numbers), given.device, given.start)
    if given.start:
        begin_from(run, given.start)
    train(run, given.stages.split(","))


if __name__ == "__main__":
    main()
