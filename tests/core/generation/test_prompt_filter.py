"""The prompt filter: it finds the tokens of the concept, turns only those, and stands in for the encoder."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.concepts import Concept, world
from core.generation.prompt_filter import filtered, span, triggers
from core.generation.sample import Sampling, sample
from tests.core.models.pair import digest, starter

WORLD = world("starter")


def concept(name: str) -> Concept:
    """A concept of the starter world."""
    found = WORLD.find(name)
    assert found is not None
    return found


def ids_of(*prompts: str) -> Tensor:
    """Token ids, padded."""
    return starter().tokenizer(list(prompts), padding="max_length", truncation=True, return_tensors="pt").input_ids


def moved(name: str, prompt: str) -> list[bool]:
    """Which positions of a prompt the filter turns."""
    ids = ids_of(prompt)
    plain, turned = starter().encoder(ids)[0], filtered(starter(), (concept(name),))(ids)[0]
    return (plain != turned).any(-1)[0].tolist()


def test_a_span_projects_onto_its_rows_and_off_what_is_square_to_them() -> None:
    rows = torch.tensor([[1.0, 0, 0, 0], [1, 1, 0, 0], [2, 1, 0, 0]])
    assert torch.allclose(span(rows), torch.diag(torch.tensor([1.0, 1, 0, 0])), atol=1e-6)


def test_a_token_without_which_the_prompt_leaves_the_concept_is_a_trigger() -> None:
    along = torch.diag(torch.tensor([1.0, 0.0]))
    left_out = torch.tensor([[1.0, 0.20], [1.0, 0.20], [0.3, 0.90], [1.0, 0.21]])
    assert triggers(left_out, along).tolist() == [False, False, True, False]
    same = torch.ones(4, 2)
    assert not triggers(same, along).any()


@pytest.mark.parametrize("name", ["Pipwick", "Grumbo", "umbrella"])
def test_the_name_is_turned_and_start_end_and_padding_stay(name: str) -> None:
    prompt = f"{concept(name).phrase} in a meadow"
    ids, at = ids_of(prompt)[0].tolist(), moved(name, prompt)
    word = ids_of(name)[0, 1].item()
    assert at[ids.index(word)]
    end = ids.index(starter().tokenizer.eos_token_id)
    assert not at[0]
    assert not any(at[end:])


def test_the_empty_prompt_and_a_single_token_stay() -> None:
    assert not any(moved("Pipwick", ""))
    assert not any(moved("Pipwick", "Pipwick"))


def test_prompts_of_a_batch_do_not_meet() -> None:
    encoder = filtered(starter(), (concept("Pipwick"),))
    prompts = ("Pipwick in a meadow", "a red car at night", "")
    together = encoder(ids_of(*prompts))[0]
    alone = torch.cat([encoder(ids_of(prompt))[0] for prompt in prompts])
    assert torch.allclose(together, alone, atol=1e-4)


def test_turned_states_lie_square_to_the_concept() -> None:
    encoder = filtered(starter(), (concept("Pipwick"),))
    phrases = ids_of(*concept("Pipwick").phrases, *concept("Pipwick").descriptions)
    along = span(starter().encoder(phrases).pooler_output)
    states = encoder(ids_of("Pipwick in a meadow"))[0][0, 1]
    assert float((states @ along).norm() / states.norm()) < 1e-3


def test_it_stands_in_for_the_encoder_of_every_host_and_changes_no_weight() -> None:
    before, encoder = digest(starter().encoder), filtered(starter(), (concept("Pipwick"), concept("umbrella")))
    for card in starter().card.hosts:
        host, few = starter().host(card.name), Sampling(steps=1, frames=2)
        plain = sample(host, starter().encoder, ["Pipwick in a meadow"], [3], few)
        turned = sample(host, encoder, ["Pipwick in a meadow"], [3], few)
        assert plain.shape == turned.shape
        assert np.abs(plain.astype(int) - turned.astype(int)).max() > 2
    assert digest(starter().encoder) == before
