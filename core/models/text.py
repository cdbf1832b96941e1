"""The text encoder run from token embeddings rather than token ids: where a prompt can be moved by a gradient."""

from __future__ import annotations

from torch import Tensor
from transformers import CLIPTextModel
from transformers.masking_utils import create_causal_mask


def token_embeddings(encoder: CLIPTextModel, ids: Tensor) -> Tensor:
    """The embeddings (batch, tokens, width) of token ids (batch, tokens), before positions are added."""
    return encoder.embeddings.token_embedding(ids)


def states_from_embeddings(encoder: CLIPTextModel, embeddings: Tensor) -> Tensor:
    """Last hidden states (batch, tokens, width) of token embeddings of that shape, which need be no token's.

    `CLIPTextModel` takes ids alone, so its steps are taken here: positions, causal attention, the final norm. With
    `token_embeddings` of a prompt it gives what the encoder gives for the prompt. Attacks and methods that search the
    space of prompts take gradients through it. Raises ValueError for more tokens than the encoder has positions.
    """
    placed = encoder.embeddings(inputs_embeds=embeddings)
    mask = create_causal_mask(config=encoder.config, inputs_embeds=placed, attention_mask=None, past_key_values=None)
    output = encoder.encoder(inputs_embeds=placed, attention_mask=mask, is_causal=True)
    return encoder.final_layer_norm(output.last_hidden_state)
