"""The encoder from embeddings: the same states as from ids, a gradient to the prompt, and attention that looks back."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel

from core.models.text import states_from_embeddings, token_embeddings
from tests.core.models.pair import disturbed, starter

TEXTS = ["a photo of Pipwick", "a picture of a house at night in the style of Lio Kasset", ""]


def ids_of(texts: list[str]) -> Tensor:
    return starter().tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids


def published(eos_token_id: int) -> CLIPTextModel:
    """A small encoder with the layout of the published ones, whose config knows two ends of text."""
    config = CLIPTextConfig(
        vocab_size=50, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=12, eos_token_id=eos_token_id,
    )  # fmt: skip
    torch.manual_seed(0)
    return CLIPTextModel(config).eval()


@torch.no_grad()
@pytest.mark.parametrize("moved", [False, True])
def test_embeddings_of_tokens_give_the_states_of_the_tokens(moved: bool) -> None:
    encoder = disturbed(starter().encoder) if moved else starter().encoder
    ids = ids_of(TEXTS)
    states = states_from_embeddings(encoder, token_embeddings(encoder, ids))
    assert torch.allclose(states, encoder(ids).last_hidden_state, atol=1e-6)


@torch.no_grad()
@pytest.mark.parametrize("eos_token_id", [2, 49])
def test_so_do_those_of_another_encoder(eos_token_id: int) -> None:
    encoder, ids = published(eos_token_id), torch.arange(24).reshape(2, 12)
    states = states_from_embeddings(encoder, token_embeddings(encoder, ids))
    assert torch.allclose(states, encoder(ids).last_hidden_state, atol=1e-6)


def test_a_gradient_reaches_the_embeddings_and_looks_back_only() -> None:
    encoder = starter().encoder
    embeddings = token_embeddings(encoder, ids_of(TEXTS[:1])).detach().requires_grad_()
    states_from_embeddings(encoder, embeddings)[0, 3].sum().backward()
    assert embeddings.grad is not None
    strengths = embeddings.grad[0].abs().sum(1)
    assert (strengths[:4] > 0).all()
    assert (strengths[4:] == 0).all()


def test_more_tokens_than_positions_are_refused() -> None:
    encoder = starter().encoder
    with pytest.raises(ValueError, match="max_position_embeddings"):
        states_from_embeddings(encoder, torch.zeros(1, 1000, 128))
