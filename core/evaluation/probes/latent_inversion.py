"""A probe without words: from a picture to noise and back, under an empty prompt (after TINA, Chen et al. 2024).

Deterministic sampling run backwards (DDIM inversion, Song et al. 2021, section 4.3) finds the noise that the denoiser
turns into a given picture. Under an empty prompt and without guidance the text has no say in it, so if the concept
comes back the denoiser still holds it. An erasure of the text encoder cannot close this, and no figure here speaks
against it: the probe shows where such an erasure ends. TINA also optimises the inverted noise; a plain inversion is
enough against a denoiser that nobody changed. A step is one forward pass of the denoiser over the pictures; the way
back takes as many again, which is sampling and not search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from core.evaluation.probes.denoising import denoised
from core.evaluation.probes.question import Lab, Question, question_of
from core.generation.decoding import Frames, decoded
from core.hardware.plan import plan
from core.models.text import text_states
from core.prompts import Prompt

STEPS = 50
"""More are of no use: the pictures come back as they were."""


def latent_inversion(lab: Lab, encoder: nn.Module, prompts: Sequence[Prompt]) -> Question:
    """Turn one picture a prompt to noise and back, the prompts' words and seeds unread."""
    latents = lab.latents[torch.arange(len(prompts)) % len(lab.latents)]
    pictures = [_there_and_back(lab, encoder, part) for part in latents.split(plan().batch(1))]
    question = question_of(prompts, [""] * len(latents))
    return replace(question, frames=np.concatenate(pictures))


@torch.no_grad()
def _there_and_back(lab: Lab, encoder: nn.Module, latents: Tensor) -> Frames:
    states = text_states(encoder, lab.opened.tokenizer, [""] * len(latents))
    path = _path(lab, min(lab.budget, STEPS))
    for now, then in (*pairwise(path), *pairwise(reversed(path))):
        latents = _moved(lab, latents, states, now, then)
        lab.on_step()
    return _decoded(lab, latents)


def _path(lab: Lab, steps: int) -> list[int]:
    """Times from the picture, which is before the first, to the last of the schedule."""
    total = lab.opened.scheduler.config.num_train_timesteps
    return [-1, *(total * (k + 1) // steps - 1 for k in range(steps))]


def _moved(lab: Lab, latents: Tensor, states: Tensor, now: int, then: int) -> Tensor:
    """Latents at time `then` by what the denoiser sees at time `now`, either way (Song et al. 2021, eq. 12)."""
    signal, noise = _weights(lab, now)
    predicted = denoised(lab, latents, max(now, 0), states)
    if lab.opened.scheduler.config.prediction_type == "v_prediction":
        clean, dirt = signal * latents - noise * predicted, signal * predicted + noise * latents
    else:
        clean, dirt = (latents - noise * predicted) / signal, predicted
    signal, noise = _weights(lab, then)
    return signal * clean + noise * dirt


def _weights(lab: Lab, time: int) -> tuple[float, float]:
    """The shares of picture and of noise at a time; -1 is the picture itself."""
    kept = 1.0 if time < 0 else float(lab.opened.scheduler.alphas_cumprod[time])
    return kept**0.5, (1 - kept) ** 0.5


def _decoded(lab: Lab, latents: Tensor) -> Frames:
    """Pictures (n, 1, height, width, 3) of scaled latents."""
    return decoded(lab.opened.vae, latents)
