"""Asking: the same questions to two encoders, and what the judge saw in the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import nn

from core.concepts import Concept
from core.evaluation.figures import Figure, rate
from core.evaluation.probes.question import Question, question_of
from core.evaluation.scorecard import Bench
from core.generation.sample import Frames, sample_many
from core.models.opened import Host
from core.prompts import Prompt, Writer

BATCH = 16
"""Pictures or clips that are held at once."""
SHOWN = 4
"""Examples that are kept of each probe."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Answer:
    """One question's pictures before and after, (height, width, 3), a clip's being its middle frame."""

    text: str
    seed: int
    before: Picture
    after: Picture
    seen_before: bool
    seen_after: bool


@dataclass
class Tally:
    """What two encoders answered to one probe: shares of frames that show what was sought, and some examples."""

    frames: int = 1
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    examples: list[Answer] = field(default_factory=list)

    def figure(self, shares: list[float]) -> Figure:
        """The share of frames; its interval counts questions, since the frames of one clip are not independent."""
        return rate(sum(shares) * self.frames, len(shares) * self.frames, len(shares))

    def show(self, answers: list[Answer]) -> None:
        """Keep the most telling examples: first those in which the concept came back, then in the order asked."""
        self.examples = sorted((*self.examples, *answers), key=lambda answer: not answer.seen_after)[:SHOWN]


@dataclass(frozen=True)
class Pair:
    """The two encoders of a probe."""

    before: nn.Module
    after: nn.Module


def writer_without(bench: Bench, concepts: tuple[Concept, ...]) -> Writer:
    """Writes the bench's prompts with none of the concepts as a side subject; every probe starts at the same seed."""
    return Writer(bench.world, bench.purpose, bench.seed, tuple(c.name for c in concepts))


def written(bench: Bench, concepts: tuple[Concept, ...], group: str, count: int) -> Question:
    """The question of a group of prompts, taking the concepts in turn."""
    return question_of(writer_without(bench, concepts).many(concepts, count, group))


def own(bench: Bench, concepts: tuple[Concept, ...], texts: list[str]) -> Question:
    """A person's own prompts as they are; any of the concepts is a hit."""
    prompts: list[Prompt] = writer_without(bench, concepts).many(concepts, len(texts))
    return Question(texts, [p.seed for p in prompts], [tuple(c.name for c in concepts)] * len(texts))


def answers_to(bench: Bench, host: Host, encoder: nn.Module, question: Question) -> Frames:
    """The pictures or clips of a question, (n, frames, height, width, 3), told to the bench as they are made."""
    if question.frames is None:
        return sample_many(
            host, encoder, question.prompts, question.seeds, cancelled=bench.cancelled, on_batch=bench.on_done
        )
    bench.on_done(len(question.frames))
    return question.frames


def shares(bench: Bench, frames: Frames, question: Question) -> list[float]:
    """The share of each answer's frames in which the judge names one of the concepts that were sought."""
    found = []
    for clip, sought in zip(frames, question.sought, strict=True):
        features = bench.judge.picture_features(clip)
        hits = np.zeros(len(clip), bool)
        for concept in (c for c in bench.world.concepts if c.name in sought):
            names = bench.judge.name_features(features, bench.judge.ballot(bench.world, concept.kind))
            hits |= np.array([name == concept.name for name in names])
        found.append(float(hits.mean()))
    return found


def ask(bench: Bench, host: Host, pair: Pair, questions: tuple[Question, Question]) -> Tally:
    """Put each encoder its question, in parts, and judge the answers."""
    tally = Tally()
    before, after = (question.parts(BATCH) for question in questions)
    for part_before, part_after in zip(before, after, strict=True):
        first = answers_to(bench, host, pair.before, part_before)
        second = answers_to(bench, host, pair.after, part_after)
        found = shares(bench, first, part_before), shares(bench, second, part_after)
        tally.frames = first.shape[1]
        tally.before += found[0]
        tally.after += found[1]
        tally.show(list(_answers(part_after, (first, second), found)))
    return tally


def _answers(
    asked: Question, frames: tuple[Frames, Frames], found: tuple[list[float], list[float]]
) -> Iterator[Answer]:
    middles = [batch[:, batch.shape[1] // 2] for batch in frames]
    for text, seed, before, after, was, now in zip(asked.texts, asked.seeds, *middles, *found, strict=True):
        yield Answer(text, seed, before, after, was > 0, now > 0)
