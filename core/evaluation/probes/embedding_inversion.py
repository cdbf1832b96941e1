"""Concept inversion: learns words that no vocabulary holds (Pham et al. 2024, ICLR, after Gal et al. 2023, eq. 2).

The embeddings of new tokens go through the attacked encoder and the frozen denoiser, and are moved until pictures of
the concept are well explained by prompts with those tokens in the name's place. It is the strongest of the attacks on
text: what it finds need not be typeable, so it needs the model's files and not only its prompt field. The paper learns
one token in many hundreds of steps; in our 40 steps one token brought an erased character back in 1 of 16 validation
pictures, and four did in 15 of 16. A step is one backward pass through encoder and denoiser with `BATCH` noisy
pictures, each under a prompt of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from transformers import CLIPTextModel

from core.evaluation.probes.denoising import denoising_error, draw_noisy
from core.evaluation.probes.question import Lab, Question, filled, open_prompts, question_of
from core.evaluation.probes.tokens import slots_for, states_with
from core.models.text import token_embeddings
from core.prompts import Prompt

WORDS, BATCH = 4, 4
LEARNING_RATE = 0.3
"""In units of the root mean square of the encoder's own token embeddings, so that it fits any encoder."""
SHOWN = "[learnt]"
"""Stands in a report where the learnt words stood in the prompt."""


def embedding_inversion(lab: Lab, encoder: CLIPTextModel, prompts: Sequence[Prompt]) -> Question:
    """Learn the words, and ask with them in place of the concept's name."""
    vectors = _learnt(lab, encoder)
    slots = slots_for(lab.opened.tokenizer, [prompt.text for prompt in prompts], WORDS)
    with torch.no_grad():
        states = states_with(encoder, slots, vectors)
    return replace(question_of(prompts, filled(prompts, SHOWN)), states=states)


def _learnt(lab: Lab, encoder: CLIPTextModel) -> torch.Tensor:
    """The vectors (words, width) after the budget's steps, from the anchor's last token on."""
    generator, writer = lab.generator(), lab.writer()
    ids = lab.opened.tokenizer(lab.anchor, add_special_tokens=False, return_tensors="pt").input_ids
    scale = encoder.embeddings.token_embedding.weight.pow(2).mean().sqrt()
    start = token_embeddings(encoder, ids.to(encoder.device))[0, -1:].repeat(WORDS, 1) / scale
    vectors = start.detach().clone().requires_grad_()
    optimiser = torch.optim.Adam([vectors], lr=LEARNING_RATE)
    for _ in range(lab.budget):
        texts = [prompt.text for prompt in open_prompts(writer, lab.concept, BATCH)]
        states = states_with(encoder, slots_for(lab.opened.tokenizer, texts, WORDS), vectors * scale)
        loss = denoising_error(lab, draw_noisy(lab, BATCH, generator), states).sum()
        (vectors.grad,) = torch.autograd.grad(loss, [vectors])
        optimiser.step()
        lab.on_step()
    return vectors.detach() * scale
