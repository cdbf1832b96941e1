"""Asking two encoders: the same prompts, what counts as seen, and which examples are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.evaluation.probes import WRITTEN
from core.evaluation.probes.asking import SHOWN, Answer, Pair, Tally, ask, own, shares, written
from core.evaluation.probes.question import Question, joined, question_of
from core.prompts import Prompt, Purpose
from tests.core.erasure.subjects import drawn
from tests.core.evaluation.probes.lab import bench, concept
from tests.core.models.pair import disturbed, hurried, starter

BLANK = np.zeros((1, 1, 3), np.uint8)


def drawings(*names: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """One drawn picture of each subject, (n, 1, 64, 64, 3)."""
    return np.concatenate([drawn(name, 1) for name in names])


def question(*sought: tuple[str, ...]) -> Question:
    """A question for each tuple of names."""
    return Question([f"prompt {k}" for k in range(len(sought))], list(range(len(sought))), list(sought))


def test_what_is_drawn_is_seen_and_any_of_several_is_a_hit() -> None:
    frames = drawings("Pipwick", "Grumbo", "Grumbo")
    sought = question(("Pipwick",), ("Pipwick",), ("Pipwick", "Grumbo"))
    assert shares(bench(), frames, sought) == [1.0, 0.0, 1.0]


def test_a_clip_counts_by_its_frames() -> None:
    clip = np.concatenate([drawn("Pipwick", 1), drawn("Grumbo", 1)], axis=1)
    assert shares(bench(), clip, question(("Pipwick",))) == [0.5]
    tally = Tally(2, [0.5], [0.0])
    figure = tally.figure(tally.before)
    assert (figure["value"], figure["n"]) == (0.5, 2)


@pytest.mark.parametrize("group", WRITTEN)
def test_written_questions_are_final_and_about_the_concepts_in_turn(group: str) -> None:
    asked = written(bench(), (concept(), concept("umbrella")), group, 4)
    assert asked.sought == [("Pipwick",), ("umbrella",)] * 2
    validation = written(replace(bench(), purpose=Purpose.VALIDATION), (concept(), concept("umbrella")), group, 4)
    assert not set(asked.texts) & set(validation.texts)
    assert not set(asked.seeds) & set(validation.seeds)


def test_own_prompts_are_asked_as_they_are() -> None:
    asked = own(bench(), (concept(), concept("umbrella")), ["one", "two", "three"])
    assert asked.texts == ["one", "two", "three"]
    assert asked.sought == [("Pipwick", "umbrella")] * 3
    assert len(set(asked.seeds)) == 3


def test_both_encoders_get_the_same_prompts_and_every_picture_is_told() -> None:
    told: list[int] = []
    asked = written(bench(), (concept(),), "direct", 3)
    pair = Pair(starter().encoder, disturbed(starter().encoder, 3.0))
    tally = ask(replace(bench(), on_done=told.append), hurried().host("still"), pair, (asked, asked))
    assert len(tally.before) == len(tally.after) == 3
    assert sum(told) == 6
    assert [answer.seed for answer in sorted(tally.examples, key=lambda a: a.seed)] == sorted(asked.seeds)
    assert all(not np.array_equal(answer.before, answer.after) for answer in tally.examples)


def test_clips_are_asked_of_a_host_that_makes_them_and_shown_by_their_middle() -> None:
    asked = written(bench(), (concept(),), "direct", 1)
    pair = Pair(starter().encoder, starter().encoder)
    tally = ask(bench(), hurried(4).host("animatediff"), pair, (asked, asked))
    assert tally.frames == 4
    assert tally.figure(tally.before)["n"] == 4
    assert tally.examples[0].before.shape == (64, 64, 3)


def test_states_and_finished_frames_are_taken_as_they_are() -> None:
    asked = written(bench(), (concept(),), "direct", 2)
    ids = starter().tokenizer(asked.texts, padding="max_length", return_tensors="pt").input_ids
    with torch.no_grad():
        stated = replace(asked, states=starter().encoder(ids).last_hidden_state)
    pair, host = Pair(starter().encoder, starter().encoder), hurried().host("still")
    tally = ask(bench(), host, pair, (asked, stated))
    assert all(np.abs(a.before.astype(int) - a.after).max() <= 2 for a in tally.examples)
    ready = replace(asked, frames=drawings("Pipwick", "Grumbo"))
    assert ask(bench(), host, pair, (ready, ready)).after == [1.0, 0.0]


def test_the_examples_in_which_it_came_back_come_first() -> None:
    tally = Tally()
    for k in range(9):
        tally.show([Answer(f"{k}", k, BLANK, BLANK, True, k in (5, 8))])
    assert [answer.text for answer in tally.examples] == ["5", "8", "0", "1"]
    assert len(tally.examples) == SHOWN


def test_parts_and_joins_lose_nothing() -> None:
    prompts = [Prompt(f"{k}", "Pipwick", "bounce", k) for k in range(5)]
    whole = replace(question_of(prompts, note="“a”"), states=torch.arange(5.0).reshape(5, 1, 1))
    back = joined(list(whole.parts(2)))
    assert (back.texts, back.seeds, back.sought, back.note) == (whole.texts, whole.seeds, whole.sought, "“a”")
    assert back.states is not None
    assert torch.equal(back.states.flatten(), torch.arange(5.0))
