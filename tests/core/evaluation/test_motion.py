"""The reader of motion on rendered clips, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.evaluation.motion import MotionJudge
from core.jobs.workshop import motion_judge
from core.starter.world import MOTIONS, draw_clip, random_scene
from tests.core.models.pair import starter

COUNT = 102


def test_rendered_motions_are_read() -> None:
    rng = np.random.default_rng(100)
    truth = [MOTIONS[k % len(MOTIONS)] for k in range(COUNT)]
    clips = np.stack([draw_clip(random_scene(rng, motion), 64) for motion in truth])
    reader = motion_judge(starter().card.name)
    assert reader is not None
    read = reader.read_frames(clips)
    assert np.mean([one == other for one, other in zip(read, truth, strict=True)]) >= 0.95


def test_a_reader_returns_from_its_file_as_it_went(tmp_path: Path) -> None:
    torch.manual_seed(0)
    reader = MotionJudge(4, ("left", "right"))
    reader.save(tmp_path / "reader")
    again = MotionJudge.load(tmp_path / "reader")
    clips = torch.rand(3, 4, 3, 32, 32) * 2 - 1
    assert (again.frames, again.motions, again.training) == (4, ("left", "right"), False)
    assert torch.equal(again(clips), reader(clips))


def test_only_what_changes_counts() -> None:
    torch.manual_seed(0)
    reader = MotionJudge(4, ("left", "right"))
    moving = torch.rand(1, 4, 3, 32, 32) * 0.5
    assert torch.allclose(reader(moving), reader(moving + 0.3), atol=1e-4)
