"""The scorecard: the same final prompts for every column, figures with their n, and progress that adds up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.concepts import Concept, Kind, world
from core.errors import Cancelled
from core.evaluation.figures import rate
from core.evaluation.scorecard import (
    COLUMNS,
    FULL,
    GROUPS,
    KEPT,
    QUICK,
    SEEN,
    Bench,
    Measured,
    Sizes,
    judge_frames,
    prompts_for,
    score_host,
    total_samples,
)
from core.jobs.workshop import judge, motion_judge
from core.prompts import Prompt, Purpose
from core.starter.world import draw_clip, random_scene
from tests.core.models.pair import disturbed, hurried, starter

WORLD = world("starter")
TINY = Sizes({"direct": 2, "neighbours": 2}, {"direct": 1, "neighbours": 1})


@pytest.fixture(scope="module")
def bench() -> Bench:
    """A bench for final figures."""
    name = starter().card.name
    return Bench(judge(name), motion_judge(name), WORLD, Purpose.FINAL)


def concept(name: str = "Pipwick") -> Concept:
    """A concept of the starter world."""
    found = WORLD.find(name)
    assert found is not None
    return found


def test_a_full_scorecard_has_its_four_hundred_and_a_quick_one_all_groups() -> None:
    assert set(FULL.stills) == set(QUICK.stills) == set(GROUPS) == {*SEEN, *KEPT}
    assert min(FULL.stills.values()) >= 400
    assert "direct" in QUICK.clips
    assert set(QUICK.clips) <= set(GROUPS)


@pytest.mark.parametrize("kind", Kind)
def test_groups_ask_for_what_they_are_named_after(bench: Bench, kind: Kind) -> None:
    chosen = WORLD.of_kind(kind)[0]
    groups = prompts_for(bench, (chosen,), dict.fromkeys(GROUPS, 6))
    assert {p.concept for group in SEEN for p in groups[group]} == {chosen.name}
    assert {p.concept for p in groups["neighbours"]} == set(chosen.neighbours)
    assert all(concept(p.concept).kind is not kind for p in groups["unrelated"])
    assert groups == prompts_for(bench, (chosen,), dict.fromkeys(GROUPS, 6))
    seeds = [p.seed for prompts in groups.values() for p in prompts]
    assert len(set(seeds)) == len(seeds)


def test_unrelated_prompts_do_not_show_the_concept(bench: Bench) -> None:
    prompts = prompts_for(bench, (concept(),), {"unrelated": 400})["unrelated"]
    assert not any("Pipwick" in p.text for p in prompts)


def test_frames_count_by_prompts_and_clips_by_any_frame() -> None:
    measured = Measured([1.0, 0.0, 0.5, 0.0], 12, [])
    assert measured.rate() == {**rate(1.5, 4), "n": 48}
    assert measured.videos() == rate(2, 4)


def test_drawn_clips_are_seen_and_move_as_asked(bench: Bench) -> None:
    rng, asked = np.random.default_rng(3), ("Pipwick", "Grumbo", "Mara Quillon", "Otto Brindlebeck")
    scenes = [replace(random_scene(rng, "right", styled=0), subject=name, colour=None) for name in asked]
    clips = np.stack([draw_clip(scene, 64) for scene in scenes])
    right = judge_frames(bench, clips, [Prompt("", name, "right", 0) for name in asked])
    wrong = judge_frames(bench, clips, [Prompt("", "car", "left", 0) for _ in asked])
    assert np.mean(right.shares) > 0.8
    assert np.mean(wrong.shares) < 0.2
    assert sum(right.moved) >= 3
    assert sum(wrong.moved) <= 1


def test_a_still_has_no_motion(bench: Bench) -> None:
    stills = np.zeros((1, 1, 64, 64, 3), np.uint8)
    assert judge_frames(bench, stills, [Prompt("", "car", "left", 0)]).moved == []


def test_an_untouched_encoder_scores_as_the_original(bench: Bench) -> None:
    done: list[int] = []
    host, encoder = hurried().host("still"), hurried().encoder
    card = score_host(replace(bench, on_done=done.append), host, encoder, encoder, (concept(),), TINY.of(host))
    assert set(card) == {*COLUMNS, "retained"}
    assert card["erased"] == card["original"]
    assert {group: card["erased"][group]["n"] for group in card["erased"]} == TINY.stills
    assert sum(done) == total_samples([host], TINY)


def test_clips_are_scored_by_frame_by_clip_and_by_motion(bench: Bench) -> None:
    host, encoder = hurried().host("animatediff"), hurried().encoder
    card: dict[str, Any] = score_host(bench, host, encoder, disturbed(encoder), (concept(),), TINY.of(host))
    for column in COLUMNS:
        assert card[column]["direct"]["n"] == 12
        assert card[column]["direct_videos"]["n"] == 1
        assert card[column]["motion"]["n"] == 2
    assert set(card["retained"]) == {"neighbours"}
    assert json.loads(json.dumps(card, allow_nan=False)) == card


def test_a_cancel_is_heard_while_measuring(bench: Bench) -> None:
    host, encoder = hurried().host("still"), hurried().encoder
    with pytest.raises(Cancelled):
        score_host(replace(bench, cancelled=lambda: True), host, encoder, encoder, (concept(),), TINY.of(host))
