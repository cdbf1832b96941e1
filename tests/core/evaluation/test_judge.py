"""The judge on rendered pictures: it names what was drawn, whatever the order and size of the batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.concepts import Kind, world
from core.evaluation.judge import Judge
from core.jobs.workshop import judge
from core.starter.world import Scene, draw, random_scene
from tests.core.models.pair import starter

WORLD = world("starter")
COUNT = 140


@pytest.fixture(scope="module")
def reader() -> Judge:
    """The starter's judge."""
    return judge(starter().card.name)


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """Plain scenes of every subject in turn, all standing."""
    rng = np.random.default_rng(100)
    subjects = [c.name for c in (*WORLD.concepts, *WORLD.ordinary) if c.kind is not Kind.STYLE]
    plain = [random_scene(rng, "still", styled=0) for _ in range(COUNT)]
    coloured = {c.name for c in (*WORLD.concepts, *WORLD.ordinary) if c.kind is Kind.OBJECT}
    named = zip(plain, (subjects[k % len(subjects)] for k in range(COUNT)), strict=True)
    return [replace(scene, subject=name, colour="red" if name in coloured else None) for scene, name in named]


@pytest.fixture(scope="module")
def pictures(scenes: list[Scene]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The scenes as pictures, (n, 64, 64, 3)."""
    return np.stack([draw(scene, 64) for scene in scenes])


def test_rendered_subjects_are_named(
    reader: Judge, scenes: list[Scene], pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    named = reader.name_pictures(pictures, reader.ballot(WORLD, Kind.OBJECT))
    assert np.mean([name == scene.subject for name, scene in zip(named, scenes, strict=True)]) >= 0.95


def test_rendered_styles_are_named(reader: Judge) -> None:
    rng = np.random.default_rng(101)
    scenes = [random_scene(rng, "still", styled=0.8) for _ in range(COUNT)]
    named = reader.name_pictures(np.stack([draw(s, 64) for s in scenes]), reader.ballot(WORLD, Kind.STYLE))
    truth = [scene.style or "plain" for scene in scenes]
    assert np.mean([name == style for name, style in zip(named, truth, strict=True)]) >= 0.95


def test_frames_are_named_clip_by_clip(
    reader: Judge, pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    ballot = reader.ballot(WORLD, Kind.PERSON)
    clips = pictures[:12].reshape(3, 4, 64, 64, 3)
    flat = reader.name_pictures(pictures[:12], ballot)
    assert reader.name_frames(clips, ballot) == [flat[:4], flat[4:8], flat[8:]]


def test_larger_pictures_are_scaled_to_the_judges_size(
    reader: Judge, pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    ballot = reader.ballot(WORLD, Kind.CHARACTER)
    doubled = pictures[:20].repeat(2, 1).repeat(2, 2)
    same = zip(reader.name_pictures(doubled, ballot), reader.name_pictures(pictures[:20], ballot), strict=True)
    assert sum(one == other for one, other in same) >= 18


def test_a_ballot_has_everything_of_its_sort_and_unit_features(reader: Judge) -> None:
    subjects, styles = reader.ballot(WORLD, Kind.OBJECT), reader.ballot(WORLD, Kind.STYLE)
    everything = {c.name for c in (*WORLD.concepts, *WORLD.ordinary)}
    assert set(subjects.names) | set(styles.names) == everything
    assert set(subjects.names).isdisjoint(styles.names)
    assert "plain" in styles.names
    assert reader.ballot(WORLD, Kind.PERSON) is subjects
    assert torch.allclose(subjects.features.norm(dim=1), torch.ones(len(subjects.names)), atol=1e-5)


def test_a_judges_name_is_its_own(reader: Judge) -> None:
    assert reader.name == Judge.load(starter().card.folder / "judge").name
    assert reader.name.startswith("clip-zero-shot-")
