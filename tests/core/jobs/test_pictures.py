"""The pictures an erasure learns from: made, read, refused and encoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.concepts import world
from core.errors import Cancelled, FailureKind, LacunaError
from core.jobs import pictures
from core.jobs.events import Progress, Stage
from core.jobs.reporting import Report
from core.jobs.workshop import judge
from core.media.clip import write_picture
from tests.core.erasure.subjects import drawn
from tests.core.jobs.recorder import Recorder, picture_folder
from tests.core.models.pair import hurried, starter

WORLD = world("starter")
PIPWICK = WORLD.concepts[0]


def reporting(recorder: Recorder) -> Report:
    """A report in its only stage."""
    return Report(recorder, recorder.cancelled, {"Make the pictures": 1.0})


def test_the_model_makes_them_with_progress_and_the_same_again() -> None:
    recorder = Recorder()
    report = reporting(recorder)
    with report.stage("Make the pictures"):
        made = [pictures.generated(hurried(), WORLD, PIPWICK, 2, seed, report) for seed in (0, 0, 1)]
    assert made[0].shape == (2, 1, 64, 64, 3)
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])
    assert [(e.done, e.total) for e in recorder.of(Progress)][-1] == (2, 2)


def test_making_them_hears_a_cancel() -> None:
    recorder = Recorder(until=Stage)
    with pytest.raises(Cancelled), reporting(recorder).stage("Make the pictures"):
        pictures.generated(hurried(), WORLD, PIPWICK, 2, 0, reporting(recorder))
    assert not recorder.of(Progress)


def test_a_persons_own_are_read_whole_and_scaled(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path / "mine")
    (folder / ".hidden").write_text("not a picture", "utf-8")
    frames = pictures.own(str(folder), 64, 64)
    assert frames.shape == (3, 1, 64, 64, 3)
    assert np.abs(frames.astype(int) - drawn("Pipwick", 3)).mean() < 4


def test_shrinking_averages(tmp_path: Path) -> None:
    board = np.indices((512, 512)).sum(0) % 2 * 255
    write_picture(tmp_path / "board.png", board[..., None].repeat(3, 2).astype(np.uint8), {})
    inside = pictures.own(str(tmp_path), 64, 64)[0, 0, 4:-4, 4:-4]
    assert np.abs(inside.astype(int) - 128).max() <= 6


def test_a_concept_the_judge_sees_nowhere_is_refused_with_others() -> None:
    with pytest.raises(LacunaError, match=r"does not seem to know “Pipwick”.*Grumbo") as caught:
        pictures.refuse_unknown(judge("starter"), WORLD, PIPWICK, drawn("Grumbo", 4))
    assert caught.value.kind is FailureKind.UNKNOWN_CONCEPT


def test_a_concept_seen_once_is_enough() -> None:
    frames = np.concatenate([drawn("Grumbo", 2), drawn("Pipwick", 2)])
    pictures.refuse_unknown(judge("starter"), WORLD, PIPWICK, frames)
    assert judge("starter").name_pictures(frames[:, 0], judge("starter").ballot(WORLD, PIPWICK.kind)).count("Pipwick")


@torch.no_grad()
def test_latents_are_scaled_and_each_picture_is_flipped_or_not() -> None:
    frames = drawn("Pipwick", 8)
    latents = pictures.latents_of(starter(), frames, torch.Generator().manual_seed(1))
    shown = starter().vae.decode(latents / starter().vae.config.scaling_factor).sample.permute(0, 2, 3, 1)
    seen = ((shown.cpu().numpy() + 1) * 127.5).clip(0, 255)
    straight = np.abs(seen - frames[:, 0]).mean((1, 2, 3))
    flipped = np.abs(seen - frames[:, 0, :, ::-1]).mean((1, 2, 3))
    assert np.minimum(straight, flipped).max() < 25
    assert 0 < (straight < flipped).sum() < 8
