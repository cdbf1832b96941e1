"""Concepts and the prompts that speak of them; everything here is words, none of it needs torch."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from core.errors import InputError
from core.i18n import number, tr
from core.resources import resource

MARK = "\u241f"
"""Stands for the concept's name in a prompt that is to be filled twice; no name can hold it."""
MAX_NAME = 80
"""Letters of a name or synonym."""
MAX_NAMES = 32
"""Synonyms, descriptions or neighbours of one concept that a manifest may bring along."""


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

    def to_dict(self) -> dict[str, Any]:
        """The JSON-able form, in the words of the lists in `resources/prompts`; `concept_of` reads it."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "phrases": list(self.phrases),
            "described": list(self.descriptions),
            "neighbours": list(self.neighbours),
            "anchor": self.anchor,
        }


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

    def knowing(self, *concepts: Concept) -> World:
        """The world with these concepts as well; those it finds by name stay as it lists them.

        A name of the list that was ordinary until now is no longer: it is on the judge's ballot once.
        """
        new = {concept.name: concept for concept in concepts if self.find(concept.name) is None}
        if not new:
            return self
        names = set(map(_bare, new))
        ordinary = tuple(c for c in self.ordinary if _bare(c.name) not in names)
        return replace(self, concepts=(*self.concepts, *new.values()), ordinary=ordinary)


def _bare(text: str) -> str:
    words = text.lower().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words)


def plain_name(text: str) -> str:
    """A name as it may stand in a prompt, a file and a window: single spaces, and nothing that is not seen.

    Control characters, marks of writing direction and the like are dropped; they come along when text is pasted.
    """
    seen = (letter for letter in " ".join(text.split()) if letter != MARK and unicodedata.category(letter)[0] != "C")
    return " ".join("".join(seen).split())


def check_name(text: str) -> str:
    """The plain name; InputError for one that is empty, longer than MAX_NAME, or a list."""
    name = plain_name(text)
    if not name:
        raise InputError(tr("The name is empty."), fix=tr("Write a name that can be read."))
    if len(name) > MAX_NAME:
        what = tr("A name of {count} letters is too long.", count=number(len(name)))
        raise InputError(what, fix=tr("Use {most} letters at most.", most=MAX_NAME))
    if "," in name:
        what = tr("“{name}” has a comma, which separates names.", name=name)
        raise InputError(what, fix=tr("Name one concept, and further ones under “Also erase”."))
    return name


def named(name: str, kind: Kind) -> Concept:
    """A concept that no list holds, known by its name and kind alone; InputError for a name that cannot be used.

    A thing in small letters gets an article, as the lists write it. Its neighbours are those of its kind.
    """
    plain = check_name(name)
    return Concept(plain, kind, (_phrase(plain, kind),))


def _phrase(name: str, kind: Kind) -> str:
    first, _, rest = name.partition(" ")
    if kind is not Kind.OBJECT or not name[0].islower() or (rest and first in ("a", "an", "the")):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def concept_of(data: object) -> Concept | None:
    """The concept that `Concept.to_dict` wrote down; None for anything else: a manifest may come from anywhere."""
    if not isinstance(data, Mapping) or not all(isinstance(data.get(key), str) for key in ("name", "kind")):
        return None
    try:
        known = _concept({**data, "name": check_name(data["name"])})
    except (InputError, ValueError):
        return None
    return replace(
        known,
        phrases=_plain_names(known.phrases),
        descriptions=_plain_names(known.descriptions, 2 * MAX_NAME),
        neighbours=_plain_names(known.neighbours),
        anchor=plain_name(known.anchor)[:MAX_NAME],
    )


def _plain_names(texts: tuple[str, ...], limit: int = MAX_NAME) -> tuple[str, ...]:
    named = (plain_name(text)[:limit] for text in texts[:MAX_NAMES])
    return tuple(dict.fromkeys(filter(None, named)))


def _concept(entry: Mapping[str, object]) -> Concept:
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
def world(name: str) -> World:
    """The list of words of this name, from `resources/prompts/<name>.toml`; a model's card says which it is tried with.

    An unknown one is an InputError.
    """
    path = resource("prompts", f"{name}.toml")
    if not path.is_file():
        raise InputError(
            tr("No concepts are listed for the model “{family}”.", family=name), fix=tr("Pick the model “starter”.")
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
        open=bool(data.get("open", False)),
    )
