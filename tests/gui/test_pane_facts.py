"""What is told of a clip, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from gui.state.comparison import Pane
from gui.state.pane_facts import as_json, as_text, pairs_of, seen_of
from gui.workers.clip_loader import Film

KNOWN = {"seed": 1234567, "prompt": "a <b>car</b>", "steps": 20, "guidance": 7.5, "made by": {"hand": True}, "note": ""}


def pane(**more: object) -> Pane:
    """A pane that knows some things."""
    return Pane("a", "Before", "The original", "before", Path("/clips/a.webm"), {**KNOWN, **more})


def film(count: int, **inside: object) -> Film:
    """A film of small frames."""
    frames = tuple(QImage(8, 6, QImage.Format.Format_RGB32) for _ in range(count))
    return Film(frames, 12.5, dict(inside), full=QSize(8, 6))


def test_what_made_the_clip_comes_first_then_its_picture_and_its_file() -> None:
    assert pairs_of(pane(), film(3, seed=1, host="drawn")) == [
        ("Prompt", "a <b>car</b>"),
        ("Seed", "1234567"),
        ("Host", "drawn"),
        ("Steps", "20"),
        ("Guidance", "7.5"),
        ("made by", '{"hand": true}'),
        ("Picture", "8 × 6"),
        ("Length", "3 frames, 12.5 a second"),
        ("File", "/clips/a.webm"),
    ]


def test_a_clip_that_was_made_smaller_says_so() -> None:
    small = Film((QImage(8, 6, QImage.Format.Format_RGB32),), 1.0, full=QSize(7680, 4320))
    assert "7680 × 4320" in dict(pairs_of(pane(), small))["Size"]


def test_text_and_json_hold_every_pane() -> None:
    panes = {"a": (pane(), film(2)), "b": (pane(seed=2), None)}
    assert as_text(panes).count("Before (The original)\nPrompt: a <b>car</b>") == 2
    assert [each["metadata"]["seed"] for each in json.loads(as_json(panes))] == [1234567, 2]


def test_figures_of_a_judge_count_only_where_each_frame_has_one() -> None:
    assert seen_of(pane(seen=[0.5, 1]), film(2)) == (0.5, 1.0)
    assert seen_of(pane(), film(2, seen=[0, 1])) == (0.0, 1.0)
    for wrong in ([0.5], "yes", [0.5, "much"], None):
        assert seen_of(pane(seen=wrong), film(2)) == ()
    assert seen_of(pane(seen=[0.5, 1]), None) == ()
