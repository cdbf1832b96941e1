"""Every attack: it keeps to its budget, hears a cancel, repeats under a seed, and touches nothing but its question."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.evaluation.probes import ATTACKS
from core.evaluation.probes.embedding_inversion import SHOWN, WORDS
from core.evaluation.probes.question import Question
from core.prompts import MARK
from tests.core.evaluation.probes.lab import Steps, asked, bench, concept, lab
from tests.core.models.pair import digest, disturbed, starter

NAMES = list(ATTACKS)
TEXTUAL = [name for name in NAMES if name != "latent_inversion"]


def found(name: str, budget: int = 2) -> Question:
    """What an attack on the original encoder comes to."""
    return ATTACKS[name].search(lab(budget), starter().encoder, asked())


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_a_text_a_seed_and_a_hit_for_each_prompt(name: str) -> None:
    question = found(name)
    assert question.seeds == [prompt.seed for prompt in asked()]
    assert question.sought == [("Pipwick",)] * 2
    assert len(question.texts) == 2
    assert not any(MARK in text for text in question.texts)


@pytest.mark.parametrize("name", NAMES)
def test_the_search_keeps_to_its_budget(name: str) -> None:
    steps = Steps()
    ATTACKS[name].search(lab(3, steps), starter().encoder, asked())
    assert len(steps.heard) == (6 if name == "latent_inversion" else 3)


@pytest.mark.parametrize("name", NAMES)
def test_a_cancel_is_heard_at_the_next_step(name: str) -> None:
    steps = Steps(until=1)
    with pytest.raises(InterruptedError):
        ATTACKS[name].search(lab(50, steps), starter().encoder, asked())
    assert steps.heard == [1]


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_repeats_it_and_the_models_stay_as_they_are(name: str) -> None:
    models = (starter().encoder, starter().unet, starter().vae)
    before = [digest(model) for model in models]
    one, other = found(name), found(name)
    assert (one.texts, one.note) == (other.texts, other.note)
    for a, b in ((one.states, other.states), (one.frames, other.frames)):
        assert (a is None and b is None) or np.array_equal(np.asarray(a), np.asarray(b))
    assert [digest(model) for model in models] == before
    assert all(parameter.grad is None for model in models for parameter in model.parameters())


@pytest.mark.parametrize("name", ["token_search", "genetic_prefix"])
def test_found_words_can_be_typed_and_are_not_the_name(name: str) -> None:
    question = found(name)
    words = question.note.strip("“”")
    naming = concept().phrase if name == "token_search" else concept().anchor
    assert question.texts == [f"{words} {prompt.text.replace(MARK, naming)}" for prompt in asked()]
    tokenizer = starter().tokenizer
    ids = tokenizer(words, add_special_tokens=False).input_ids
    assert len(ids) == len(words.split())
    assert tokenizer.decode(ids).strip() == words
    assert not {"pipwick", "sprout"} & set(words.split())


def test_more_steps_find_better_words_for_the_search_s_own_goal() -> None:
    from core.evaluation.probes.genetic_prefix import _bred, _distances, _goal

    far, near = (_bred(lab(budget)) for budget in (1, 6))
    with torch.no_grad():
        errors = _distances(lab(), _goal(lab()), torch.stack((far, near)))
    assert errors[1] < errors[0]


def test_the_genetic_search_never_looks_at_the_attacked_encoder() -> None:
    search = ATTACKS["genetic_prefix"].search
    assert search(lab(), disturbed(starter().encoder, 2.0), asked()).texts == found("genetic_prefix").texts


@pytest.mark.parametrize("name", ["token_search", "embedding_inversion"])
def test_the_other_searches_do_look_at_it(name: str) -> None:
    search, moved = ATTACKS[name].search, disturbed(starter().encoder, 3.0)
    one, other = found(name, 4), search(lab(4), moved, asked())
    assert one.note != other.note or not np.array_equal(np.asarray(one.states), np.asarray(other.states))


def test_a_learnt_word_stands_in_the_name_s_place_and_lowers_the_error() -> None:
    from core.evaluation.probes.denoising import denoising_error, draw_noisy
    from core.evaluation.probes.embedding_inversion import _learnt
    from core.evaluation.probes.tokens import slots_for, states_with

    question = found("embedding_inversion")
    assert question.states is not None
    assert question.states.shape == (2, 32, 128)
    assert all(SHOWN in text for text in question.texts)
    work, encoder = lab(), starter().encoder
    slots = slots_for(starter().tokenizer, [f"a picture of {MARK}"] * 8, WORDS)
    noisy = draw_noisy(work, 8, work.generator())
    errors = []
    for budget in (0, 6):
        vectors = _learnt(lab(budget), encoder)
        with torch.no_grad():
            errors.append(float(denoising_error(work, noisy, states_with(encoder, slots, vectors))))
    assert errors[1] < errors[0]


def test_a_picture_comes_back_without_words_whatever_the_encoder() -> None:
    for encoder in (starter().encoder, disturbed(starter().encoder, 2.0)):
        question = ATTACKS["latent_inversion"].search(lab(25), encoder, asked(2))
        assert question.texts == [""] * 2
        assert question.frames is not None
        assert question.frames.shape == (2, 1, 64, 64, 3)
        judge = bench().judge
        ballot = judge.ballot(bench().world, concept().kind)
        assert judge.name_pictures(question.frames[:, 0], ballot) == ["Pipwick", "Pipwick"]
