"""The judge on rendered pictures: it names what was drawn, whatever the order and size of the batch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.concepts import Kind, named, world
from core.evaluation.judge import Judge
from core.hardware.freeing import at_work
from core.hardware.plan import Plan, using
from core.jobs.workshop import judge
from core.starter.world import Scene, draw, random_scene
from tests.core.hardware.test_freeing import Traveller
from tests.core.models.pair import starter
from tests.models import write_judge

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


def test_a_ballot_holds_a_name_that_no_list_does(reader: Judge) -> None:
    wider = WORLD.knowing(named("Zib", Kind.CHARACTER))
    usual, more = reader.ballot(WORLD, Kind.OBJECT), reader.ballot(wider, Kind.OBJECT)
    assert set(more.names) - set(usual.names) == {"Zib"}
    assert reader.ballot(WORLD, Kind.OBJECT) is usual
    assert reader.ballot(wider, Kind.STYLE) is reader.ballot(WORLD, Kind.STYLE)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP folder as it is published, small."""
    folder = tmp_path_factory.mktemp("clip")
    write_judge(folder)
    return folder


SIZES: list[dict[str, object]] = [
    {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}},
    {"size": 32, "crop_size": 32},
    {"size": {"height": 32, "width": 32}},
    {},
]


@pytest.mark.parametrize("form", SIZES)
def test_every_form_of_the_published_configuration_is_read(
    published: Path, tmp_path: Path, form: dict[str, object]
) -> None:
    own = Judge.load(published)
    for file in published.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "preprocessor_config.json").unlink()
    side = {"size": own.size, "shortest_edge": own.size, "height": own.size, "width": own.size, "crop_size": own.size}
    text = json.dumps(form).replace("32", str(side["size"]))
    (tmp_path / "preprocessor_config.json").write_text(text, "utf-8")
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (3, 48, 80, 3), dtype=np.uint8)
    torch.testing.assert_close(Judge.load(tmp_path).picture_features(pictures), own.picture_features(pictures))


def test_the_middle_of_a_wide_picture_is_looked_at(published: Path) -> None:
    reader = Judge.load(published)
    size = reader.size
    wide = np.zeros((1, size, 3 * size, 3), np.uint8)
    wide[:, :, size : 2 * size] = 200
    inside = reader.pixel_values(wide)
    assert inside.shape == (1, 3, size, size)
    assert torch.equal(inside, reader.pixel_values(np.full((1, size, size, 3), 200, np.uint8)))


def test_many_pictures_are_looked_at_in_parts(
    reader: Judge, pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    whole = reader.picture_features(pictures)
    one = torch.cat([reader.picture_features(pictures[k : k + 1]) for k in range(0, COUNT, 35)])
    torch.testing.assert_close(whole[::35], one, atol=1e-5, rtol=1e-4)


def test_a_sparing_plan_sends_the_rest_away_while_the_judge_looks(tmp_path: Path) -> None:
    """On `meta`, which has shapes and no numbers: the judge is the only one there, and was loaded for it."""
    write_judge(tmp_path / "judge")
    eyes, other = Judge.load(tmp_path / "judge", "meta"), Traveller()
    with at_work((other,), "meta", alone=False):
        assert other.place == "meta"
    with using(Plan("meta")):
        eyes.feature_maps(np.zeros((1, 8, 8, 3), np.uint8))
    assert other.place == "meta"
    with using(Plan("meta", free_vae=True)):
        maps = eyes.feature_maps(np.zeros((1, 8, 8, 3), np.uint8))
    assert other.place == "cpu"
    assert maps[0].device.type == "meta"
