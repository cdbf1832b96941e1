"""Free places in prompts: where they are, that they hold, and what may be typed into them."""

from __future__ import annotations

import pytest
import torch

from core.evaluation.probes.tokens import slots_for, states_with, typeable
from core.models.text import token_embeddings
from core.prompts import MARK
from tests.core.evaluation.probes.lab import concept
from tests.core.models.pair import starter

TOKENIZER, ENCODER = starter().tokenizer, starter().encoder


def test_words_in_the_free_places_are_the_prompt_with_those_words() -> None:
    words = TOKENIZER("old grumbo", add_special_tokens=False, return_tensors="pt").input_ids[0]
    slots = slots_for(TOKENIZER, [f"a picture of {MARK} at night", f"{MARK}, jumping up"], len(words))
    texts = ["a picture of old grumbo at night", "old grumbo, jumping up"]
    ids = TOKENIZER(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids
    assert torch.equal(slots.with_ids(words), ids)
    with torch.no_grad():
        states = states_with(ENCODER, slots, token_embeddings(ENCODER, words))
        assert torch.allclose(states, ENCODER(ids).last_hidden_state, atol=1e-5)


@pytest.mark.parametrize("text", [f"{MARK} {'car ' * 40}", f"{'car ' * 40} {MARK}", f"{'a ' * 29}{MARK} a"])
def test_a_free_place_is_never_cut_off(text: str) -> None:
    slots = slots_for(TOKENIZER, [text], 3)
    assert slots.ids.shape == slots.free.shape == (1, 32)
    assert int(slots.free.sum()) == 3
    assert slots.ids[0, 0] == TOKENIZER.bos_token_id
    assert slots.ids[0, -1] == TOKENIZER.eos_token_id


def test_gradients_reach_the_vectors_alone() -> None:
    vectors = torch.zeros(2, 128, requires_grad=True)
    states_with(ENCODER, slots_for(TOKENIZER, [f"{MARK} at night"], 2), vectors).sum().backward()
    assert vectors.grad is not None
    assert float(vectors.grad.abs().sum()) > 0
    assert all(parameter.grad is None for parameter in ENCODER.parameters())


@pytest.mark.parametrize("name", ["Pipwick", "Mara Quillon", "umbrella"])
def test_what_can_be_typed_is_read_back_and_names_nothing(name: str) -> None:
    ids = typeable(TOKENIZER, concept(name))
    words = [TOKENIZER.decode([int(k)]).strip() for k in ids]
    assert len(words) > 300
    assert [TOKENIZER(word, add_special_tokens=False).input_ids for word in words] == [[int(k)] for k in ids]
    assert not {part.lower() for part in name.split()} & set(words)
