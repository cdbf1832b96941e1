"""Few-shot unlearning written straight down, to measure `core.erasure.few_shot` against.

It follows Fuchi & Takagi 2024 (arXiv 2405.07288, eq. 3 and section 4) and, where `as_run` is set, what their published
script does when it is run: two worker processes tokenise, every tensor of the encoder moves (the script's freezing
sets an attribute that nothing reads), and the whole encoder is saved after each epoch. The text is our own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset
from transformers import CLIPTokenizer

from core.concepts import Concept
from core.erasure.method import Subject
from core.erasure.trainable import TrainableSet, select
from core.prompts import Purpose, Writer

EPOCHS, BATCH = 5, 2


@dataclass(frozen=True)
class Reference:
    """Which loop: `trainable` tensors, a denoiser that is `frozen` or as it was loaded, and the script `as_run`."""

    trainable: str = "mlp+final-attention"
    frozen: bool = True
    as_run: bool = False
    epochs: int = EPOCHS


class Pictures(Dataset[tuple[Tensor, Tensor]]):
    """Token ids and latents of one picture, the prompt tokenised when it is asked for."""

    def __init__(self, tokenizer: CLIPTokenizer, latents: Tensor, prompts: list[str]) -> None:
        self.tokenizer, self.latents, self.prompts = tokenizer, latents, prompts

    def __getitem__(self, asked: tuple[int, int]) -> tuple[Tensor, Tensor]:
        picture, prompt = asked
        text = self.prompts[prompt]
        ids = self.tokenizer(text, padding="max_length", truncation=True, return_tensors="pt").input_ids
        return ids[0], self.latents[picture]


def orders(subject: Subject, epochs: int) -> list[list[list[tuple[int, int]]]]:
    """For each epoch its batches of (picture, prompt), the pictures shuffled anew."""
    latents, count = subject.targets[0].latents, 0
    shuffled = [torch.randperm(len(latents), generator=subject.generator) for _ in range(epochs)]
    plan: list[list[list[tuple[int, int]]]] = []
    for order in shuffled:
        numbered = list(enumerate(order.tolist(), count))
        plan.append([[(k, n) for n, k in numbered[i : i + BATCH]] for i in range(0, len(order), BATCH)])
        count += len(order)
    return plan


def prompts_of(subject: Subject, concept: Concept, count: int) -> list[str]:
    """The training prompts in the order in which `few_shot` draws them."""
    writer = Writer(subject.world, Purpose.TRAIN, subject.seed)
    return [writer.write(concept).text for _ in range(count)]


def step_loss(subject: Subject, ids: Tensor, latents: Tensor) -> Tensor:
    """The negated denoising error of one batch; noise and timesteps are drawn here."""
    noise = torch.randn(latents.shape, generator=subject.generator)
    t = torch.randint(subject.scheduler.config.num_train_timesteps, (len(latents),), generator=subject.generator)
    noisy = subject.scheduler.add_noise(latents, noise, t)
    states = subject.encoder(ids)[0]
    predicted = subject.unet(noisy, t, states).sample
    is_velocity = subject.scheduler.config.prediction_type == "v_prediction"
    target = subject.scheduler.get_velocity(latents, noise, t) if is_velocity else noise
    return -functional.mse_loss(predicted.float(), target.float())


def loader_of(pictures: Pictures, batches: list[list[tuple[int, int]]], workers: int) -> DataLoader[tuple[Tensor, ...]]:
    """The batches of one epoch; workers fork, as they do by default on Linux."""
    context = "fork" if workers else None
    return DataLoader(pictures, batch_sampler=batches, num_workers=workers, multiprocessing_context=context)


def run_reference(subject: Subject, what: Reference, folder: Path) -> tuple[list[float], float]:
    """The loss of every step, and the processor's seconds that saving took."""
    subject.unet.requires_grad_(not what.frozen)
    select(subject.encoder, TrainableSet.of("all" if what.as_run else what.trainable))
    moving = [p for p in subject.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(moving, lr=1e-5, betas=(0.9, 0.98), eps=1e-6, weight_decay=1e-8)
    target, losses, saving = subject.targets[0], [], 0.0
    plan = orders(subject, what.epochs)
    count = sum(len(batch) for batches in plan for batch in batches)
    pictures = Pictures(subject.tokenizer, target.latents, prompts_of(subject, target.concept, count))
    for epoch, batches in enumerate(plan):
        for ids, latents in loader_of(pictures, batches, 2 if what.as_run else 0):
            loss = step_loss(subject, ids, latents)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss.detach()))
        if what.as_run:
            began = time.process_time()
            cast("Any", subject.encoder).save_pretrained(folder / f"epoch-{epoch}")
            saving += time.process_time() - began
    return losses, saving
