"""Prompts with places in them that a search may fill with any token, or with what no token stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from core.concepts import Concept
from core.models.text import states_from_embeddings, token_embeddings
from core.prompts import MARK


@dataclass(frozen=True)
class Slots:
    """Token ids (batch, tokens) of prompts, and the places (batch, tokens) that are free, equally many in each."""

    ids: Tensor
    free: Tensor

    def with_ids(self, words: Tensor) -> Tensor:
        """The ids with the same words (free places,) in every prompt."""
        return self.ids.masked_scatter(self.free, words.repeat(len(self.ids)))


def slots_for(tokenizer: CLIPTokenizer, texts: Sequence[str], words: int) -> Slots:
    """Prompts in which `words` free places stand for MARK; what is too long is cut, and a free place never is."""
    rows = [_row(tokenizer, text, words) for text in texts]
    free = torch.zeros(len(rows), tokenizer.model_max_length, dtype=torch.bool)
    for row, (_, start) in zip(free, rows, strict=True):
        row[start : start + words] = True
    return Slots(torch.tensor([ids for ids, _ in rows]), free)


def _row(tokenizer: CLIPTokenizer, text: str, words: int) -> tuple[list[int], int]:
    """A prompt's ids, padded, and where its first free place is."""
    before, after = (tokenizer(part, add_special_tokens=False).input_ids for part in text.split(MARK))
    room = tokenizer.model_max_length - 2 - words
    before = before[:room]
    inner = [*before, *[tokenizer.eos_token_id] * words, *after[: room - len(before)]]
    ids = [tokenizer.bos_token_id, *inner, tokenizer.eos_token_id]
    return ids + [tokenizer.pad_token_id] * (tokenizer.model_max_length - len(ids)), 1 + len(before)


def states_with(encoder: CLIPTextModel, slots: Slots, vectors: Tensor) -> Tensor:
    """Text states (batch, tokens, width) with the same vectors (free places, width) in every prompt's free places."""
    embeddings = token_embeddings(encoder, slots.ids.to(vectors.device))
    free = slots.free.to(vectors.device)[..., None]
    return states_from_embeddings(encoder, embeddings.masked_scatter(free, vectors.repeat(len(slots.ids), 1)))


def typeable(tokenizer: CLIPTokenizer, concept: Concept) -> Tensor:
    """Ids (n,) of the vocabulary that a person could type as a word, without those that the concept's names hold.

    An id counts if the word it stands for is made of letters and is read back as this one id: what a search puts
    together of such ids is a prompt and not just a row of numbers.
    """
    ids = [k for k in range(len(tokenizer)) if k not in tokenizer.all_special_ids]
    words = [tokenizer.decode([k]).strip() for k in ids]
    whole = [(k, word) for k, word in zip(ids, words, strict=True) if word.isascii() and word.isalpha()]
    read = tokenizer([word for _, word in whole], add_special_tokens=False).input_ids
    names = {part for name in (concept.name, *concept.phrases) for part in name.lower().split()}
    return torch.tensor(
        [k for (k, word), back in zip(whole, read, strict=True) if back == [k] and word.lower() not in names]
    )
