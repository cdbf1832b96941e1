"""What a probe asks, and what an attack is given to find its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.concepts import Concept, World
from core.generation.sample import Frames, Prompts
from core.models.opened import Family
from core.prompts import MARK, Prompt, Purpose, Writer, slot


@dataclass(frozen=True)
class Question:
    """What is asked of one encoder: a text and a seed for each picture, and the concepts that would count as a hit.

    `states` (n, tokens, width) stand in for the texts, which then only tell a person what was asked. `frames` (n, 1,
    height, width, 3) are there where the probe made the pictures itself. `note` says what a search came to.
    """

    texts: list[str]
    seeds: list[int]
    sought: list[tuple[str, ...]]
    states: Tensor | None = None
    frames: Frames | None = None
    note: str = ""

    @property
    def prompts(self) -> Prompts:
        """What the sampler takes."""
        return self.texts if self.states is None else self.states

    def parts(self, size: int) -> Iterator[Question]:
        """The question in parts of at most `size` pictures, so that a thousand are never held at once."""
        for k in range(0, len(self.texts), size):
            part = slice(k, k + size)
            yield replace(
                self,
                texts=self.texts[part],
                seeds=self.seeds[part],
                sought=self.sought[part],
                states=None if self.states is None else self.states[part],
                frames=None if self.frames is None else self.frames[part],
            )


@dataclass(frozen=True)
class Lab:
    """What an attack on one concept works with.

    `frames` and their scaled `latents` (n, channels, height, width) are pictures in which the judge sees the concept,
    made by the original encoder from training prompts. `budget` bounds the search's steps; `on_step` is called after
    each and raises Cancelled when asked to stop.
    """

    opened: Family
    world: World
    concept: Concept
    anchor: str
    frames: Frames
    latents: Tensor
    budget: int
    seed: int
    on_step: Callable[[], None]

    def writer(self) -> Writer:
        """Writes the training prompts that a search may read."""
        return Writer(self.world, Purpose.TRAIN, self.seed, (self.concept.name,))

    def generator(self) -> torch.Generator:
        """The attack's only source of chance."""
        return torch.Generator().manual_seed(self.seed)


Search = Callable[[Lab, Any, Sequence[Prompt]], Question]
"""Finds, within the lab's budget, how to ask an encoder for the concept under prompts with MARK in its name's place."""


@dataclass(frozen=True)
class Attack:
    """A search; a `blind` one never looks at the encoder that it attacks."""

    search: Search
    blind: bool = False


def open_prompts(writer: Writer, concept: Concept, count: int) -> list[Prompt]:
    """`count` prompts about a concept with MARK in its name's place."""
    return [replace(writer.write(slot(concept)), concept=concept.name) for _ in range(count)]


def filled(prompts: Sequence[Prompt], words: str) -> list[str]:
    """The texts with words in the name's place."""
    return [prompt.text.replace(MARK, words) for prompt in prompts]


def question_of(prompts: Sequence[Prompt], texts: list[str] | None = None, note: str = "") -> Question:
    """A question in words about the concept of each prompt; `texts` where they differ from the prompts' own."""
    own = texts if texts is not None else [prompt.text for prompt in prompts]
    return Question(own, [p.seed for p in prompts], [(p.concept,) for p in prompts], note=note)


def joined(questions: Sequence[Question]) -> Question:
    """One question of several of the same sort."""
    states = [q.states for q in questions if q.states is not None]
    frames = [q.frames for q in questions if q.frames is not None]
    return Question(
        [text for q in questions for text in q.texts],
        [seed for q in questions for seed in q.seeds],
        [sought for q in questions for sought in q.sought],
        torch.cat(states) if states else None,
        np.concatenate(frames) if frames else None,
        "; ".join(dict.fromkeys(q.note for q in questions if q.note)),
    )
