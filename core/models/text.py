"""Text states: what hosts read of a prompt, from texts and from token embeddings, which a gradient can move."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers.masking_utils import create_causal_mask

from core.errors import InputError
from core.i18n import tr
from core.models.paired import PairedEncoder


def device_of(module: nn.Module) -> torch.device:
    """Where a module's weights lie."""
    return next(module.parameters()).device


def dtype_of(module: nn.Module) -> torch.dtype:
    """What a module's weights are kept in."""
    return next(module.parameters()).dtype


def token_ids(encoder: nn.Module, tokenizer: Any, texts: list[str]) -> Tensor:
    """Padded token ids (batch, tokens) on the encoder's device."""
    ids = tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids
    return ids.to(device_of(encoder))


def text_states(encoder: nn.Module, tokenizer: Any, texts: list[str]) -> Tensor:
    """Text states (batch, rows, width): what the hosts of this family read."""
    return encoder(token_ids(encoder, tokenizer, texts)).last_hidden_state


def token_table(encoder: nn.Module) -> Tensor:
    """The embedding of every token (tokens, width). Two encoders side by side have no such one: an InputError."""
    return _single(encoder).embeddings.token_embedding.weight


def token_embeddings(encoder: nn.Module, ids: Tensor) -> Tensor:
    """The embeddings (batch, tokens, width) of token ids (batch, tokens), before positions are added.

    InputError for two encoders side by side.
    """
    return _single(encoder).embeddings.token_embedding(ids)


def states_from_embeddings(encoder: nn.Module, embeddings: Tensor) -> Tensor:
    """Last hidden states (batch, tokens, width) of token embeddings of that shape, which need be no token's.

    `CLIPTextModel` takes ids alone, so its steps are taken here: positions, causal attention, the final norm. With
    `token_embeddings` of a prompt it gives what the encoder gives for the prompt. Attacks and methods that search the
    space of prompts take gradients through it. Raises ValueError for more tokens than the encoder has positions, and
    InputError for two encoders side by side.
    """
    single = _single(encoder)
    placed = single.embeddings(inputs_embeds=embeddings)
    mask = create_causal_mask(config=single.config, inputs_embeds=placed, attention_mask=None, past_key_values=None)
    output = single.encoder(inputs_embeds=placed, attention_mask=mask, is_causal=True)
    return single.final_layer_norm(output.last_hidden_state)


def _single(encoder: nn.Module) -> Any:
    if isinstance(encoder, PairedEncoder):
        raise InputError(
            tr("This searches among prompts by a gradient, which Lacuna can do in one text encoder only."),
            tr("The model has two."),
            tr("Use another method or attack, or a model with one text encoder."),
        )
    return encoder
