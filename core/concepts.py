"""Concepts and the prompts that speak of them; everything here is words, none of it needs torch."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from core.errors import InputError
from core.i18n import tr
from core.resources import resource


class Kind(StrEnum):
    """What sort of thing a concept is; it decides templates, labels and anchors."""

    CHARACTER = "character"
    STYLE = "style"
    OBJECT = "object"
    PERSON = "person"

    @property
    def word(self) -> str:
        """The kind in the person's language."""
        return _KINDS[self]

    @classmethod
    def of(cls, text: str) -> Kind:
        """The kind named `text`, or an InputError that lists the kinds."""
        try:
            return cls(text.strip().lower())
        except ValueError:
            raise InputError(
                tr("“{text}” is not a kind of concept.", text=text),
                fix=tr("Use one of: {names}.", names=", ".join(cls)),
            ) from None


_KINDS = {
    Kind.CHARACTER: tr("character"),
    Kind.STYLE: tr("style"),
    Kind.OBJECT: tr("object"),
    Kind.PERSON: tr("person"),
}


@dataclass(frozen=True)
class Concept:
    """Something to erase. `phrases` are how a prompt names it, the plain one first; `anchor` is where it is led."""

    name: str
    kind: Kind
    phrases: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    anchor: str = ""

    @property
    def phrase(self) -> str:
        """The plain way to name the concept inside a prompt."""
        return self.phrases[0] if self.phrases else self.name

    @property
    def synonyms(self) -> tuple[str, ...]:
        """The other ways to name it."""
        return self.phrases[1:]

    def with_synonyms(self, synonyms: tuple[str, ...]) -> Concept:
        """The concept with more names, without repetition."""
        known = self.phrases or (self.name,)
        return replace(self, phrases=tuple(dict.fromkeys((*known, *synonyms))))


@dataclass(frozen=True)
class World:
    """What a family is known to know: concepts to erase, the ordinary ones, and the words around them.

    An `open` world is a sample of what a large model knows: other names may be erased as well.
    """

    concepts: tuple[Concept, ...]
    ordinary: tuple[Concept, ...]
    motions: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    colours: dict[str, tuple[str, ...]]
    open: bool = False

    def find(self, name: str) -> Concept | None:
        """The concept of this name or synonym, whatever its case; None if unknown."""
        wanted = _bare(name)
        for concept in self.concepts:
            if wanted in {_bare(concept.name), *map(_bare, concept.phrases)}:
                return concept
        return None

    def of_kind(self, kind: Kind) -> tuple[Concept, ...]:
        """The erasable concepts of one kind."""
        return tuple(c for c in self.concepts if c.kind is kind)


def _bare(text: str) -> str:
    words = text.lower().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words)


def _concept(entry: dict[str, object]) -> Concept:
    def words(key: str) -> tuple[str, ...]:
        value = entry.get(key, ())
        return tuple(str(v) for v in value) if isinstance(value, list) else ()

    return Concept(
        name=str(entry["name"]),
        kind=Kind(str(entry["kind"])),
        phrases=words("phrases"),
        descriptions=words("described"),
        neighbours=words("neighbours"),
        anchor=str(entry.get("anchor", "")),
    )


@cache
def world(family: str) -> World:
    """The world of a family, from `resources/prompts/<family>.toml`."""
    path = resource("prompts", f"{family}.toml")
    if not path.is_file():
        raise InputError(
            tr("No concepts are listed for the model “{family}”.", family=family), fix=tr("Pick the model “starter”.")
        )
    data = tomllib.loads(path.read_text("utf-8"))
    captions = data["captions"]

    def table(key: str) -> dict[str, tuple[str, ...]]:
        return {name: tuple(words) for name, words in captions[key].items()}

    return World(
        concepts=tuple(map(_concept, data["concepts"])),
        ordinary=tuple(map(_concept, data["ordinary"])),
        motions=table("motions"),
        places=table("backgrounds"),
        colours=table("colours"),
    )
