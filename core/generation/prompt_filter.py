"""A filter on the prompt's own embeddings that changes no weight: what an erasure has to beat to be worth its time."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutput

from core.concepts import Concept
from core.models.opened import Family
from core.models.text import token_ids

ALPHA = 0.01
"""How far above the others' mean a token's distance must lie for it to be a trigger; SAFREE's own value."""
_NEGLIGIBLE = 1e-5
"""Directions this much weaker than the strongest are rounding, and no part of a subspace."""


def span(rows: Tensor) -> Tensor:
    """The orthogonal projection (width, width) onto the subspace that rows (n, width) span."""
    basis, strengths, _ = torch.linalg.svd(rows.T, full_matrices=False)
    kept = basis[:, strengths > _NEGLIGIBLE * strengths.max()]
    return kept @ kept.T


def triggers(left_out: Tensor, concept: Tensor, alpha: float = ALPHA) -> Tensor:
    """Which tokens of a prompt speak of the concept, (tokens,) of booleans.

    `left_out` are what sums the prompt up (tokens, width) without each token, `concept` the projection onto
    the concept's subspace. A token is a trigger if the prompt without it lies farther from that subspace than 1 + alpha
    times the mean distance without each other token (SAFREE, Yoon et al., ICLR 2025, eq. 3 and 4).
    """
    distances = (left_out - left_out @ concept).norm(dim=1)
    others = (distances.sum() - distances) / (len(distances) - 1)
    return distances > (1 + alpha) * others


class FilteredEncoder(nn.Module):
    """Stands in for the text encoder of a pipeline and turns the tokens that speak of the concepts away from them.

    After SAFREE's first stage (Yoon et al., ICLR 2025, eq. 2 to 5): the states of trigger tokens are projected onto
    the prompt's own subspace and then off the concepts', in the order of the published code. Three things differ. A
    token is left out by deleting it, where the code puts the vocabulary's first token in its place. The concepts'
    subspace is spanned by their phrases and descriptions. Its two later stages, which choose the steps to filter and
    damp the denoiser's low frequencies, belong to the sampler and are left out.

    A prompt of fewer than two tokens has no other tokens to compare with and stays as it is.
    """

    def __init__(self, encoder: nn.Module, tokenizer: Any, concepts: tuple[Concept, ...], alpha: float = ALPHA) -> None:
        super().__init__()
        self.encoder, self.alpha, self._given = encoder, alpha, (tokenizer, concepts)
        self._end: int = tokenizer.eos_token_id
        texts = [text for c in concepts for text in (*(c.phrases or (c.name,)), *c.descriptions)]
        with torch.no_grad():
            self._concept = span(self._summed_up(token_ids(encoder, tokenizer, texts)))

    def around(self, encoder: nn.Module) -> FilteredEncoder:
        """The same filter in front of another encoder of the family."""
        return self if encoder is self.encoder else FilteredEncoder(encoder, *self._given, self.alpha)

    @torch.no_grad()
    def forward(self, input_ids: Tensor) -> BaseModelOutput:
        """As the encoder's: states (batch, rows, width), with the trigger tokens' turned away."""
        read = self.encoder(input_ids).last_hidden_state
        states = [self._filtered(ids, rows) for ids, rows in zip(input_ids, read, strict=True)]
        return BaseModelOutput(last_hidden_state=torch.stack(states))

    def _filtered(self, ids: Tensor, states: Tensor) -> Tensor:
        count = int((ids == self._end).nonzero()[0]) - 1
        if count < 2:
            return states
        left_out = self._left_out(ids, count)
        turned = states.float() @ span(left_out) @ (torch.eye(len(self._concept)).to(self._concept) - self._concept)
        chosen = torch.zeros(len(states), 1, dtype=torch.bool, device=ids.device)
        chosen[1 : count + 1, 0] = triggers(left_out, self._concept, self.alpha)
        return torch.where(chosen, turned.to(states), states)

    def _left_out(self, ids: Tensor, count: int) -> Tensor:
        """What sums up the prompt without its first, second, … token, (count, width)."""
        shorter = torch.stack([torch.cat((ids[:at], ids[at + 1 :], ids[-1:])) for at in range(1, count + 1)])
        return self._summed_up(shorter)

    def _summed_up(self, ids: Tensor) -> Tensor:
        """The states at the end of the text (prompts, width): what CLIP pools, in the space of the other states."""
        ends = (ids == self._end).int().argmax(1)
        states = self.encoder(ids).last_hidden_state
        return states[torch.arange(len(ids), device=ids.device), ends].float()


def filtered(opened: Family, concepts: tuple[Concept, ...]) -> FilteredEncoder:
    """The family's original encoder behind the filter."""
    return FilteredEncoder(opened.encoder, opened.tokenizer, concepts)
