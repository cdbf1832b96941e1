"""The drawn world: the same scene is the same picture, every fact shows, and clips move as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.starter.brush import Picture, Pose
from core.starter.styles import STYLES
from core.starter.subjects import SUBJECTS
from core.starter.world import (
    BACKGROUNDS,
    COLOURS,
    FRAMES,
    MOTIONS,
    OBJECTS,
    Scene,
    draw,
    draw_clip,
    pose_at,
    random_scene,
)

SIZE = 48
SCENE = Scene("Pipwick", None, None, "meadow", "still", Pose(), seed=7)


def difference(one: Picture, other: Picture) -> float:
    """Mean absolute difference of two pictures, in 0..255."""
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_is_drawn_and_no_two_alike(subject: str) -> None:
    picture = draw(replace(SCENE, subject=subject, colour="red"), SIZE)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    others = [draw(replace(SCENE, subject=other, colour="red"), SIZE) for other in SUBJECTS if other != subject]
    assert min(difference(picture, other) for other in others) > 2


@pytest.mark.parametrize("style", STYLES)
def test_an_artist_changes_the_whole_picture(style: str) -> None:
    plain, styled = draw(SCENE, SIZE), draw(replace(SCENE, style=style), SIZE)
    corner = np.s_[: SIZE // 4, : SIZE // 4]
    assert styled.shape == plain.shape
    assert difference(styled, plain) > 10
    assert difference(styled[corner], plain[corner]) > 5


@pytest.mark.parametrize("colour", COLOURS)
def test_objects_wear_their_colour(colour: str) -> None:
    picture = draw(Scene("house", colour, None, "room", "still", Pose()), SIZE)
    distance = np.abs(picture.astype(int) - np.array(COLOURS[colour])).sum(axis=2)
    assert (distance < 12).mean() > 0.03


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_places_differ(background: str) -> None:
    pictures = [draw(replace(SCENE, background=other), SIZE) for other in BACKGROUNDS if other != background]
    assert min(difference(draw(replace(SCENE, background=background), SIZE), other) for other in pictures) > 15


def test_the_same_scene_is_the_same_picture() -> None:
    scene = replace(SCENE, style="Lio Kasset", motion="bounce")
    assert np.array_equal(draw_clip(scene, SIZE), draw_clip(scene, SIZE))


def test_a_clip_has_its_frames_and_only_a_still_one_stands() -> None:
    for motion in MOTIONS:
        clip = draw_clip(replace(SCENE, motion=motion), SIZE)
        assert clip.shape == (FRAMES, SIZE, SIZE, 3)
        assert (difference(clip[0], clip[FRAMES // 3]) > 1) == (motion != "still")


def test_motions_go_where_they_say() -> None:
    def ways(motion: str) -> tuple[float, float, float]:
        start, end = (pose_at(replace(SCENE, motion=motion), t) for t in (0.0, 1.0))
        return end.x - start.x, end.y - start.y, end.size - start.size

    assert ways("right")[0] > 0.3
    assert ways("left")[0] < -0.3
    assert ways("grow")[2] > 0.1
    assert ways("still") == (0, 0, 0)
    bounce, rock = replace(SCENE, motion="bounce"), replace(SCENE, motion="rock")
    assert pose_at(bounce, 0.25).y < pose_at(bounce, 0.0).y - 0.2
    assert pose_at(rock, 0.25).angle > 20 > -20 > pose_at(rock, 0.75).angle


def test_random_scenes_repeat_with_their_seed_and_cover_the_world() -> None:
    scenes = [random_scene(np.random.default_rng(3)) for _ in range(2)]
    assert scenes[0] == scenes[1]
    rng = np.random.default_rng(4)
    many = [random_scene(rng) for _ in range(600)]
    assert {scene.subject for scene in many} == set(SUBJECTS)
    assert {scene.style for scene in many} == {None, *STYLES}
    assert {scene.background for scene in many} == set(BACKGROUNDS)
    assert {scene.motion for scene in many} == set(MOTIONS)
    assert all((scene.colour is not None) == (scene.subject in OBJECTS) for scene in many)


def test_a_scene_can_be_made_for_one_motion() -> None:
    rng = np.random.default_rng(5)
    assert {random_scene(rng, motion="grow").motion for _ in range(20)} == {"grow"}
