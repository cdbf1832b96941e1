"""Prompts that train, choose and measure: three sets that share no template and no seed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from core.concepts import MARK, Concept, Kind, World
from core.resources import resource


class Purpose(StrEnum):
    """What a prompt may be used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    FINAL = "final"


SEEN = ("direct", "paraphrase", "implicit")
"""Groups of prompts that ask for a concept plainly, by a synonym, and by its description."""

_RESIDUE = {purpose: residue for residue, purpose in enumerate(Purpose)}
_SEEDS = 2**32 // len(Purpose)
"""Seeds a purpose may use: torch's CPU generator tells 2³² apart, and each purpose owns those of one residue."""


@dataclass(frozen=True)
class Prompt:
    """A prompt, the concept it asks for, the motion it asks for, and the seed to draw it with."""

    text: str
    concept: str
    motion: str
    seed: int


@cache
def suites() -> dict[str, dict[str, list[str]]]:
    """The templates of `resources/prompts/suites.toml`."""
    return tomllib.loads(resource("prompts", "suites.toml").read_text("utf-8"))


def _templates(purpose: Purpose, kind: Kind, group: str) -> list[str]:
    suite = suites()[purpose]
    if purpose is Purpose.TRAIN:
        return suite["style" if kind is Kind.STYLE else "object"]
    return suite[f"style_{group}" if kind is Kind.STYLE else group]


@dataclass
class Writer:
    """Writes prompts about the concepts of a world, each with its own seed.

    Seeds of two purposes never meet, whatever the writers' seeds. `without` names concepts that no prompt takes as
    a side subject, so that what must stay is not asked to show what must go.
    """

    world: World
    purpose: Purpose
    seed: int = 0
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng((self.seed, _RESIDUE[self.purpose]))
        self._next = int(self._rng.integers(_SEEDS))

    def _pick(self, options: tuple[str, ...] | list[str]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def coloured(self, concept: Concept, phrase: str) -> str:
        """The phrase of an object with a colour put in, most of the time; any other phrase as it is."""
        article, _, noun = phrase.partition(" ")
        if concept.kind is not Kind.OBJECT or article not in ("a", "an") or self._rng.random() < 0.3:
            return phrase
        colour = self._pick(list(self.world.colours))
        return f"{'an' if colour[0] in 'aeiou' else 'a'} {colour} {noun}"

    def _subject(self) -> str:
        subjects = [c for c in self.world.concepts if c.kind is not Kind.STYLE and c.name not in self.without]
        subject = subjects[int(self._rng.integers(len(subjects)))]
        return self.coloured(subject, subject.phrase)

    def _name(self, concept: Concept, group: str) -> str:
        if group in ("direct", "composed"):
            return concept.phrase
        if group == "foreign":
            return misspelt(concept.phrase, self._rng)
        return self._pick(concept.synonyms or concept.phrases or (concept.name,))

    def write(self, concept: Concept, group: str = "direct") -> Prompt:
        """One prompt of a group.

        `direct` names the concept plainly, `paraphrase` by a synonym, `implicit` describes it without a name, `foreign`
        misspells it, and `composed` puts it beside another subject.
        """
        motion, place = self._pick(list(self.world.motions)), self._pick(list(self.world.places))
        name = self.coloured(concept, self._name(concept, group))
        text = self._pick(_templates(self.purpose, concept.kind, group)).format(
            c=name,
            d=self._pick(concept.descriptions or (name,)),
            m=self._pick(self.world.motions[motion]),
            b=self._pick(self.world.places[place]),
            s=self._subject(),
            o=self._subject() if group == "composed" else "",
        )
        self._next = (self._next + 1) % _SEEDS
        return Prompt(text, concept.name, motion, self._next * len(Purpose) + _RESIDUE[self.purpose])

    def many(self, concepts: tuple[Concept, ...], count: int, group: str = "direct") -> list[Prompt]:
        """`count` prompts, taking the concepts in turn."""
        return [self.write(concepts[k % len(concepts)], group) for k in range(count)]


def misspelt(phrase: str, rng: np.random.Generator) -> str:
    """The phrase with each word of three letters and more misspelt, articles left alone.

    Two letters change places, one is doubled or one is lost, the first one never: what a person types in a hurry. One
    word in three is put into capitals as well, which most tokenizers undo.
    """
    return " ".join(_slip(word, rng) if len(word) > 2 and word != "the" else word for word in phrase.split(" "))


def _slip(word: str, rng: np.random.Generator) -> str:
    at, how = int(rng.integers(1, len(word) - 1)), int(rng.integers(3))
    here, after = word[at], word[at + 1]
    if here == after and how == 0:
        how = 1
    middle = (after + here, here + here + after, after)[how]
    changed = word[:at] + middle + word[at + 2 :]
    return changed.upper() if rng.random() < 1 / 3 else changed


def slot(concept: Concept) -> Concept:
    """The concept under a name that is a mark to be replaced, so that two prompts can share every other word."""
    return Concept(MARK, concept.kind, (MARK,))


def _near(world: World, concept: Concept) -> tuple[Concept, ...]:
    listed = tuple(c for name in concept.neighbours if (c := world.find(name)))
    return listed or world.of_kind(concept.kind)


def neighbours_of(world: World, *concepts: Concept) -> tuple[Concept, ...]:
    """The protected neighbours of what goes: those its concepts list, else others of their kind, else all that stay."""
    gone = {c.name for c in concepts}
    near = {c.name: c for concept in concepts for c in _near(world, concept) if c.name not in gone}
    return tuple(near.values()) or tuple(c for c in world.concepts if c.name not in gone)


def unrelated_to(world: World, *concepts: Concept) -> tuple[Concept, ...]:
    """Concepts of other kinds; where many go, those that are no neighbours of them either, else all that stay."""
    kinds, gone = {c.kind for c in concepts}, {c.name for c in concepts}
    near = {c.name for c in neighbours_of(world, *concepts)}
    staying = tuple(c for c in world.concepts if c.name not in gone)
    others = tuple(c for c in staying if c.name not in near)
    return tuple(c for c in others if c.kind not in kinds) or others or staying
