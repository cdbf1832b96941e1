"""The prompts of an erasure: those that name what must go, each with its anchor, and those that must not move."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from core.concepts import Concept
from core.erasure.anchors import anchor_of
from core.erasure.method import Subject
from core.prompts import MARK, SEEN, Purpose, Writer, neighbours_of, slot


@dataclass(frozen=True)
class Pairs:
    """Prompts that name the concept, and the same prompts with the anchor instead."""

    concept: list[str]
    anchor: list[str]


class Words:
    """Draws the prompts of one erasure from the training templates; chance comes from the subject's generator.

    `implicit_share` of the pairs speak of a concept by its description; `neighbour_share` of what must not move speaks
    of protected neighbours. No prompt that must not move speaks of a concept that goes.
    """

    def __init__(self, subject: Subject, neighbour_share: float = 0.5, implicit_share: float = 0.2) -> None:
        self.subject, self.neighbour_share, self.implicit_share = subject, neighbour_share, implicit_share
        gone = {c.name for c in subject.concepts}
        self.writer = Writer(subject.world, Purpose.TRAIN, subject.seed, without=tuple(gone))
        self.neighbours = neighbours_of(subject.world, *subject.concepts)
        self.anchors = {c.name: self._anchor(c) for c in subject.concepts}
        self.others = tuple(c for c in (*subject.world.concepts, *subject.world.ordinary) if c.name not in gone)

    def _anchor(self, concept: Concept) -> str:
        return anchor_of(self.subject.original, self.subject.tokenizer, self.subject.world, concept)

    def _chance(self) -> float:
        return float(torch.rand((), generator=self.subject.generator))

    def pairs(self, concept: Concept, count: int) -> Pairs:
        """Prompts by name, synonym and, for a share, description, with their anchors."""
        texts, anchors = [], []
        for k in range(count):
            names = concept.descriptions if self._chance() < self.implicit_share else ()
            names = names or (concept.phrase, *concept.synonyms)
            name = names[0] if self._chance() < 0.5 else names[k % len(names)]
            frame = self.writer.write(slot(concept)).text
            texts.append(frame.replace(MARK, self.writer.coloured(concept, name)))
            anchors.append(frame.replace(MARK, self.anchors[concept.name]))
        return Pairs(texts, anchors)

    def retained(self, count: int) -> list[str]:
        """Prompts that must not move."""
        near = round(count * self.neighbour_share) if self.neighbours else 0
        prompts = [
            *(self.writer.write(self.neighbours[k % len(self.neighbours)], SEEN[k % len(SEEN)]) for k in range(near)),
            *(self.writer.write(self._other(), SEEN[k % len(SEEN)]) for k in range(count - near)),
        ]
        return [prompt.text for prompt in prompts]

    def _other(self) -> Concept:
        return self.others[int(torch.randint(len(self.others), (), generator=self.subject.generator))]
