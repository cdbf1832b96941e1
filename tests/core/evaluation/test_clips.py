"""Figures of clips on frames whose motion is known: still, sliding, flickering and mixed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.evaluation.clips import consistency, frozen, motion_amount
from core.media.cv import cv2

Clip = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def texture(side: int = 160) -> Clip:
    """A soft random pattern, (side, side, 3)."""
    rough = np.random.default_rng(0).integers(0, 255, (side // 8, side // 8, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(rough.repeat(8, 0).repeat(8, 1), (0, 0), 3), np.uint8)


def sliding(speed: int, frames: int = 8) -> Clip:
    """The whole view slides by so many pixels a frame."""
    pattern = texture()
    return np.stack([pattern[:64, speed * k : speed * k + 64] for k in range(frames)])


def square(speed: int, frames: int = 8) -> Clip:
    """A light square crosses a dark field."""
    clip = np.full((frames, 64, 64, 3), 30, np.uint8)
    for k in range(frames):
        clip[k, 24:40, 4 + speed * k : 20 + speed * k] = 220
    return clip


@pytest.mark.parametrize("speed", [1, 2, 3])
def test_a_view_that_slides_moves_by_its_speed(speed: int) -> None:
    assert motion_amount(sliding(speed)) == pytest.approx(speed, rel=0.1)


def test_a_frozen_clip_does_not_move() -> None:
    assert motion_amount(sliding(0)) < 0.02
    assert motion_amount(square(0)) < 0.02


def test_a_faster_square_moves_more_and_light_alone_is_no_motion() -> None:
    slow, fast = motion_amount(square(1)), motion_amount(square(4))
    assert 0.05 < slow < fast
    lighter = np.stack([np.clip(texture()[:64, :64].astype(int) + 5 * k, 0, 255) for k in range(8)]).astype(np.uint8)
    assert motion_amount(lighter) < 0.5 * motion_amount(sliding(1))


def test_noise_counts_as_motion() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (8, 64, 64, 3), dtype=np.uint8)
    assert motion_amount(noise) > 0.5


def test_one_subject_is_consistent_and_two_in_turn_are_not() -> None:
    one, other = torch.eye(4)[0], torch.eye(4)[1]
    assert consistency(one.repeat(6, 1)) == 1.0
    assert consistency(torch.stack([one, other, one, other])) == pytest.approx((0 + 0.5 + 0) / 3)
    drifting = functional.normalize(torch.stack([one + k * other for k in range(4)]), dim=1)
    cosines = drifting @ drifting.T
    expected = [(cosines[k, 0] + cosines[k, k - 1]) / 2 for k in (1, 2, 3)]
    assert consistency(drifting) == pytest.approx(float(sum(expected)) / 3)


def test_a_frozen_clip_is_told_by_its_original() -> None:
    figure = frozen([0.1, 0.9, 1.1, 0.0], [1.0, 1.0, 1.0, 0.0])
    assert (figure["value"], figure["n"]) == (pytest.approx(1 / 3), 3)
    assert frozen([0.0], [0.0])["n"] == 0


def test_a_frozen_clip_cannot_look_good() -> None:
    moving, still = sliding(2), sliding(0)
    amounts = [motion_amount(still)], [motion_amount(moving)]
    assert frozen(*amounts)["value"] == 1.0
    assert consistency(torch.eye(4)[:1].repeat(8, 1)) == 1.0
