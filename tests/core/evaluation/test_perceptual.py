"""Perceptual distance: zero for the same, small for a speck of noise, large for another picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.evaluation.judge import Judge
from core.evaluation.perceptual import features_name, map_distance, perceptual_distances
from core.jobs.workshop import judge
from core.starter.world import draw, random_scene
from tests.core.models.pair import starter

Pictures = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def eyes() -> Judge:
    """The starter's judge."""
    return judge(starter().card.name)


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    """Forty drawn scenes, more than one batch."""
    rng = np.random.default_rng(0)
    return np.stack([draw(random_scene(rng, "still"), 64) for _ in range(40)])


def test_the_term_of_a_layer_is_the_papers() -> None:
    one = torch.zeros(1, 2, 1, 2)
    other = torch.zeros(1, 2, 1, 2)
    one[0, 0] = 3.0
    other[0, 0, 0, 0], other[0, 1, 0, 1] = 5.0, 7.0
    assert map_distance(one, other).tolist() == [pytest.approx((0 + 2) / 2)]


def test_distance_is_zero_for_the_same_and_symmetric(eyes: Judge, pictures: Pictures) -> None:
    assert perceptual_distances(eyes, pictures, pictures) == pytest.approx([0.0] * 40, abs=1e-6)
    turned = pictures[::-1].copy()
    there, back = perceptual_distances(eyes, pictures, turned), perceptual_distances(eyes, turned, pictures)
    assert there == pytest.approx(back, rel=1e-4)
    assert there == pytest.approx(there[::-1], rel=1e-4)


def test_it_grows_with_noise_and_another_picture_is_farther(eyes: Judge, pictures: Pictures) -> None:
    noise = np.random.default_rng(1).normal(size=pictures.shape)
    little, much = (np.clip(pictures + amount * noise, 0, 255).astype(np.uint8) for amount in (4, 24))
    near, far, other = (perceptual_distances(eyes, pictures, p) for p in (little, much, np.roll(pictures, 1, 0)))
    assert 0 < np.mean(near) < np.mean(far) < np.mean(other)
    assert min(other) > max(near)


def test_maps_have_a_place_for_every_patch(eyes: Judge, pictures: Pictures) -> None:
    maps = eyes.feature_maps(pictures[:2])
    vision = eyes.model.config.vision_config
    side = vision.image_size // vision.patch_size
    assert [m.shape for m in maps] == [(2, vision.hidden_size, side, side)] * vision.num_hidden_layers
    assert not torch.equal(maps[0], maps[-1])


def test_the_name_says_what_was_read(eyes: Judge) -> None:
    assert features_name(eyes).startswith(eyes.name)
    assert features_name(eyes).endswith("uncalibrated")
