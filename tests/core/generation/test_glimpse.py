"""Glimpses: the map in the catalogue is the one that fits the decoder, and latents of every shape give a picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.generation.glimpse import glimpse
from core.models.catalogue import FamilyCard, family_card
from core.models.opened import open_family
from core.starter.brush import Pose
from core.starter.world import Scene, draw_clip

SUBJECTS = ("Pipwick", "Grumbo", "car", "house", "Mara Quillon", "umbrella")
PLACES = ("meadow", "night", "beach", "room")


@pytest.fixture(scope="module")
def card() -> FamilyCard:
    """The starter, which has a map."""
    return family_card("starter")


def drawn() -> Tensor:
    """A picture of each subject in each place, (n, 3, 64, 64) in [-1, 1]."""
    pose = Pose(0.5, 0.57, 0.34)
    scenes = [Scene(s, None, None, p, "bounce", pose, seed=3) for s in SUBJECTS for p in PLACES]
    frames = np.stack([draw_clip(scene, 64)[4] for scene in scenes])
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1


def test_the_map_shows_what_the_decoder_would_show(card: FamilyCard) -> None:
    vae, pictures = open_family("starter", "cpu").vae, drawn()
    with torch.no_grad():
        latents = vae.encode(pictures).latents * vae.config.scaling_factor
    rows = latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1])
    rows = torch.cat([rows, torch.ones(len(rows), 1)], dim=1)
    small = torch.nn.functional.adaptive_avg_pool2d(pictures, latents.shape[-1])
    colours = small.permute(0, 2, 3, 1).reshape(-1, 3)
    best = torch.linalg.lstsq(rows, colours).solution
    ours = torch.tensor(card.latent_rgb)
    error, least = ((rows @ m - colours).square().mean().item() for m in (ours, best))
    assert error < 1.3 * least
    assert error < 0.15 * colours.var().item()


def test_a_glimpse_is_the_middle_frame_at_the_size_of_the_picture(card: FamilyCard) -> None:
    clip = torch.zeros(1, 8, 5, 16, 16)
    clip[:, :, 2] = 3.0
    still = glimpse(clip[:, :, 2], card)
    middle = glimpse(clip, card)
    other = glimpse(torch.zeros(1, 8, 16, 16), card)
    assert still is not None
    assert middle is not None
    assert middle.shape == (1, 1, 64, 64, 3)
    assert middle.dtype == np.uint8
    assert np.array_equal(middle, still)
    assert other is not None
    assert not np.array_equal(middle, other)


def test_a_family_without_a_map_has_no_glimpse(card: FamilyCard) -> None:
    bare = FamilyCard(card.name, card.title, card.summary, card.licence, card.folder, card.tokens, card.hosts)
    assert glimpse(torch.zeros(1, 4, 16, 16), bare) is None
