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
    BASELINES,
    COLUMNS,
    FULL,
    GROUPS,
    KEPT,
    QUICK,
    SEEN,
    Bench,
    Measured,
    Sizes,
    card_part,
    judge_frames,
    prompts_for,
    score_host,
    total_samples,
    transfer_gaps,
)
from core.jobs.workshop import judge, motion_judge
from core.prompts import Prompt, Purpose
from core.starter.world import draw_clip, random_scene
from tests.core.models.pair import digest, disturbed, hurried, starter

WORLD = world("starter")
TINY = Sizes({"direct": 2, "neighbours": 2, "unrelated": 1}, {"direct": 1, "unrelated": 1})


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


def test_a_full_scorecard_has_every_group_in_every_column() -> None:
    for card in starter().card.hosts:
        counts = FULL.of(starter().host(card.name))
        assert list(counts) == list(COLUMNS)
        assert {tuple(groups) for groups in counts.values()} == {GROUPS}
    assert set(GROUPS) == {*SEEN, *KEPT}
    assert min(FULL.stills.values()) >= 100


def test_a_quick_scorecard_cuts_the_baselines_short_and_the_erased_encoder_never() -> None:
    for card in starter().card.hosts:
        counts = QUICK.of(starter().host(card.name))
        assert counts["erased"] == counts["original"]
        assert all(len(groups) <= len(counts["original"]) for groups in counts.values())
        assert "direct" in counts["negative_prompt"]
    assert "filtered" not in QUICK.of(starter().host("animatediff"))
    assert {"direct", "neighbours"} <= set(QUICK.of(starter().host("still"))["filtered"])


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
    assert measured.leakage()["value"] == pytest.approx(2 / 4 - 1.5 / 4)


def test_what_is_seen_in_every_frame_or_none_does_not_leak() -> None:
    assert Measured([1.0, 0.0], 12, []).leakage()["value"] == 0.0


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
    measured = judge_frames(bench, stills, [Prompt("", "car", "left", 0)])
    assert (measured.moved, measured.amounts, measured.consistencies) == ([], [], [])


def test_a_frozen_clip_is_consistent_and_does_not_move(bench: Bench) -> None:
    scene = replace(random_scene(np.random.default_rng(3), "right", styled=0), subject="Pipwick", colour=None)
    moving = draw_clip(scene, 64)
    clips = np.stack([moving, moving[:1].repeat(len(moving), 0)])
    measured = judge_frames(bench, clips, [Prompt("", "Pipwick", "right", 0)] * 2)
    assert measured.amounts[1] < 0.1 * measured.amounts[0]
    assert measured.consistencies[1] == pytest.approx(1, abs=1e-5)
    assert measured.consistencies[0] < 0.999


def test_an_untouched_encoder_scores_as_the_original(bench: Bench) -> None:
    done: list[int] = []
    host, encoder = hurried().host("still"), hurried().encoder
    card = score_host(replace(bench, on_done=done.append), host, encoder, encoder, (concept(),), TINY.of(host))
    assert set(card) == {*COLUMNS, "retained"}
    assert {g: card["erased"][g] for g in TINY.stills} == card["original"]
    assert {group: card["erased"][group]["n"] for group in TINY.stills} == TINY.stills
    assert card["erased"]["lpips"]["value"] == pytest.approx(0, abs=1e-6)
    assert card["filtered"]["lpips"]["n"] == card["negative_prompt"]["lpips"]["n"] == 1
    assert sum(done) == total_samples([host], TINY)


def test_clips_are_scored_by_frame_by_clip_and_by_motion(bench: Bench) -> None:
    host, encoder = hurried().host("animatediff"), hurried().encoder
    card: dict[str, Any] = score_host(bench, host, encoder, disturbed(encoder), (concept(),), TINY.of(host))
    for column in COLUMNS:
        assert card[column]["direct"]["n"] == 12
        assert {card[column][key]["n"] for key in ("direct_videos", "leakage")} == {1}
        assert {card[column][key]["n"] for key in ("motion", "motion_amount", "consistency")} == {2}
        against = {"motion_kept", "frozen", "consistency_change", "lpips"}
        assert against & set(card[column]) == (set() if column == "original" else against)
    assert card["erased"]["lpips"]["value"] > 0
    assert set(card["retained"]) == {"unrelated"}
    assert json.loads(json.dumps(card, allow_nan=False)) == card


def test_a_column_that_was_cut_short_is_held_against_the_same_prompts(bench: Bench) -> None:
    host, encoder = hurried(4).host("animatediff"), hurried(4).encoder
    counts = {
        "original": {"direct": 1, "unrelated": 1},
        "filtered": {"direct": 1},
        "erased": {"direct": 1, "unrelated": 1},
    }
    card = score_host(bench, host, encoder, encoder, (concept(),), counts)
    assert "negative_prompt" not in card
    assert card["filtered"]["motion_kept"]["n"] == 1
    assert "lpips" not in card["filtered"]
    assert card["erased"]["motion_kept"] == {"value": 1.0, "n": 2, "low": 1.0, "high": 1.0}
    assert card["erased"]["consistency_change"]["value"] == 0.0
    assert card["erased"]["frozen"]["value"] == 0.0


def test_baselines_change_no_weight(bench: Bench) -> None:
    host, encoder = hurried().host("still"), hurried().encoder
    before = digest(encoder)
    counts = {column: {"direct": 1} for column in ("original", *BASELINES, "erased")}
    score_host(bench, host, encoder, encoder, (concept(),), counts)
    assert digest(encoder) == before


def test_a_gap_is_what_a_video_host_lets_through_and_stills_do_not(bench: Bench) -> None:
    still = {"erased": {"direct": rate(10, 100)}}
    leaky = {"erased": {"direct": rate(54, 96, 8), "direct_videos": rate(6, 8)}}
    gaps = transfer_gaps({"still": still, "text2video": leaky, "unmeasured": {"erased": {}}})
    assert set(gaps) == {"text2video"}
    assert gaps["text2video"]["value"] == pytest.approx(54 / 96 - 0.1)
    assert gaps["text2video"]["n"] == 8
    assert transfer_gaps({"text2video": leaky}) == {}
    part = card_part({"still": still}, bench.judge)
    assert set(part) == {"hosts", "transfer_gap", "lpips_features"}


def test_a_cancel_is_heard_while_measuring(bench: Bench) -> None:
    host, encoder = hurried().host("still"), hurried().encoder
    with pytest.raises(Cancelled):
        score_host(replace(bench, cancelled=lambda: True), host, encoder, encoder, (concept(),), TINY.of(host))
