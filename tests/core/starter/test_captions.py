"""Captions say what the scene holds, in many wordings, from the words of the data alone."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from core.starter.brush import Pose
from core.starter.captions import Mention, caption, vocabulary
from core.starter.styles import STYLES
from core.starter.subjects import SUBJECTS
from core.starter.world import BACKGROUNDS, COLOURS, MOTIONS, Scene, random_scene

CAR = Scene("car", "red", "Lio Kasset", "beach", "bounce", Pose())
NAMED = Mention(described=0.0)


def says(text: str, options: list[str]) -> bool:
    """Whether the caption holds one of the wordings, as whole words."""
    return any(re.search(rf"\b{re.escape(option)}\b", text) for option in options)


def phrases(name: str) -> list[str]:
    """How the data names a concept."""
    words = vocabulary()
    return next(entry["phrases"] for entry in (*words["concepts"], *words["ordinary"]) if entry["name"] == name)


def test_the_data_speaks_of_everything_that_is_drawn() -> None:
    words = vocabulary()
    assert {entry["name"] for entry in (*words["concepts"], *words["ordinary"])} == {*SUBJECTS, *STYLES, "plain"}
    assert set(words["captions"]["colours"]) == set(COLOURS)
    assert set(words["captions"]["backgrounds"]) == set(BACKGROUNDS)
    assert set(words["captions"]["motions"]) == set(MOTIONS)


def test_a_caption_repeats_with_its_seed() -> None:
    assert caption(CAR, np.random.default_rng(1)) == caption(CAR, np.random.default_rng(1))


def test_there_are_many_wordings_and_none_has_an_open_blank() -> None:
    rng = np.random.default_rng(2)
    texts = [caption(CAR, rng) for _ in range(300)]
    assert len(set(texts)) > 250
    assert not any("{" in text or "  " in text or text != text.strip() for text in texts)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_caption_without_noise_words_names_its_subject(subject: str) -> None:
    scene = replace(CAR, subject=subject, colour=None, style=None)
    rng = np.random.default_rng(3)
    named = [says(caption(scene, rng, NAMED), phrases(subject)) for _ in range(60)]
    assert sum(named) > 40


def test_colour_style_place_and_motion_are_said() -> None:
    words = vocabulary()["captions"]
    rng = np.random.default_rng(4)
    texts = [caption(CAR, rng, NAMED) for _ in range(60)]
    assert sum(says(text, words["colours"]["red"]) for text in texts) > 50
    assert sum(says(text, phrases("Lio Kasset")) for text in texts) > 40
    assert sum(says(text, words["backgrounds"]["beach"]) for text in texts) > 40
    assert sum(says(text, words["motions"]["bounce"]) for text in texts) > 40


def test_what_is_not_to_be_mentioned_is_not() -> None:
    rng, words = np.random.default_rng(5), vocabulary()["captions"]
    texts = [caption(CAR, rng, Mention(subject=False, place=False)) for _ in range(60)]
    assert not any(says(text, phrases("car")) or says(text, words["backgrounds"]["beach"]) for text in texts)


def test_some_captions_describe_instead_of_naming() -> None:
    rng, scene = np.random.default_rng(6), replace(CAR, subject="Grumbo", colour=None, style=None)
    texts = [caption(scene, rng, Mention(described=1.0)) for _ in range(60)]
    assert not any("grumbo" in text.lower() for text in texts)


def test_every_scene_of_the_world_has_a_caption() -> None:
    rng = np.random.default_rng(7)
    assert all(caption(random_scene(rng), rng) for _ in range(300))
