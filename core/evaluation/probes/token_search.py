"""Adversarial words: a greedy, gradient-guided search for words that bring the concept back when put before a prompt.

After UnlearnDiffAtk (Zhang et al. 2024, ECCV, eq. 5), which minimises the attacked model's denoising error on pictures
of the concept and needs no other model, and P4D (Chin et al. 2024, ICML), which searches real tokens. Both attack one
prompt at a time; here one prefix is sought for all, on training prompts, and tried on prompts that the search never
saw. The gradient with respect to the prefix's embeddings ranks every exchange of one word (Ebrahimi et al. 2018, eq.
10); a step measures the `CANDIDATES` most promising ones and keeps the best, if it is better than no exchange. That is
one backward pass and CANDIDATES forward passes of the denoiser, each over `BATCH` noisy pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import CLIPTextModel

from core.evaluation.probes.denoising import Noisy, denoising_error, draw_noisy
from core.evaluation.probes.question import Lab, Question, filled, open_prompts, question_of
from core.evaluation.probes.tokens import Slots, slots_for, states_with, typeable
from core.i18n import quoted
from core.models.text import token_embeddings
from core.prompts import MARK, Prompt

WORDS, BATCH, CANDIDATES = 3, 4, 4


def token_search(lab: Lab, encoder: CLIPTextModel, prompts: Sequence[Prompt]) -> Question:
    """Find the words, and ask with them before prompts that name the concept."""
    words = lab.opened.tokenizer.decode(_found(lab, encoder))
    texts = [f"{words} {text}" for text in filled(prompts, lab.concept.phrase)]
    return question_of(prompts, texts, quoted(words))


def _found(lab: Lab, encoder: CLIPTextModel) -> Tensor:
    """The ids (words,) after the budget's steps, from words drawn at random on."""
    generator, writer = lab.generator(), lab.writer()
    vocabulary = typeable(lab.opened.tokenizer, lab.concept)
    prefix = vocabulary[torch.randint(len(vocabulary), (WORDS,), generator=generator)]
    for _ in range(lab.budget):
        named = filled(open_prompts(writer, lab.concept, BATCH), lab.concept.phrase)
        slots = slots_for(lab.opened.tokenizer, [f"{MARK} {text}" for text in named], WORDS)
        prefix = _better(lab, encoder, slots, draw_noisy(lab, BATCH, generator), prefix, vocabulary)
        lab.on_step()
    return prefix


def _better(lab: Lab, encoder: CLIPTextModel, slots: Slots, noisy: Noisy, prefix: Tensor, vocabulary: Tensor) -> Tensor:
    """The prefix, or one of its promising neighbours if that explains the pictures better."""
    vectors = token_embeddings(encoder, prefix.to(encoder.device)).detach().requires_grad_()
    error = denoising_error(lab, noisy, states_with(encoder, slots, vectors))
    (gradient,) = torch.autograd.grad(error.sum(), [vectors])
    choices = _neighbours(encoder, prefix, gradient, vocabulary)
    with torch.no_grad():
        states = [encoder(slots.with_ids(choice).to(encoder.device)).last_hidden_state for choice in choices]
        errors = denoising_error(lab, noisy, torch.cat(states))
    best = int(errors.argmin())
    return choices[best] if errors[best] < error else prefix


@torch.no_grad()
def _neighbours(encoder: CLIPTextModel, prefix: Tensor, gradient: Tensor, vocabulary: Tensor) -> list[Tensor]:
    """The prefixes one word away that promise the most, by the first-order change of the error."""
    now = token_embeddings(encoder, prefix.to(encoder.device))
    others = token_embeddings(encoder, vocabulary.to(encoder.device))
    change = gradient @ others.T - (gradient * now).sum(1, keepdim=True)
    chosen = change.flatten().topk(CANDIDATES, largest=False).indices
    return [_exchanged(prefix, int(k) // len(vocabulary), vocabulary[int(k) % len(vocabulary)]) for k in chosen]


def _exchanged(prefix: Tensor, place: int, word: Tensor) -> Tensor:
    changed = prefix.clone()
    changed[place] = word
    return changed
