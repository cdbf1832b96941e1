"""What a model is tried with, in words: its list, the names a person adds, and what an entry says is gone. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.concepts import MAX_NAMES, Concept, Kind, World, concept_of, named, world
from core.errors import FailureKind, LacunaError
from core.i18n import tr
from core.library.fitting import model_for
from core.models.catalogue import family_card

if TYPE_CHECKING:
    from core.library.manifest import Manifest

WORDS = "words"
"""Where a manifest's recipe keeps the concepts that no list holds."""


def words(family: str) -> World:
    """The list of words that a model is tried with. An unknown model is an InputError."""
    return world(family_card(family).world)


def gone(manifest: Manifest) -> tuple[Concept, ...]:
    """All that an entry erases: by the model's list, else as the manifest tells of it.

    LacunaError(UNKNOWN_CONCEPT) where the list is closed and does not hold a name, InputError for an unusable name.
    """
    known, own = world(model_for(manifest).world), _own(manifest.recipe)
    return tuple(_gone(name, known, own, manifest.kind) for name in manifest.gone)


def _own(recipe: Mapping[str, Any]) -> dict[str, Concept]:
    listed = recipe.get(WORDS)
    found = map(concept_of, listed[:MAX_NAMES] if isinstance(listed, list) else ())
    return {concept.name: concept for concept in found if concept}


def _gone(name: str, known: World, own: Mapping[str, Concept], kind: str) -> Concept:
    if known.open and known.find(name) is None:
        return own.get(name) or named(name, Kind.of(kind))
    return known_concept(known, name)


def known_concept(known: World, name: str) -> Concept:
    """The concept of this name; LacunaError(UNKNOWN_CONCEPT) where the words do not hold it."""
    if concept := known.find(name):
        return concept
    raise LacunaError(FailureKind.UNKNOWN_CONCEPT, tr("The model's word list does not hold “{name}”.", name=name))


def added(known: World, concepts: Iterable[Concept]) -> dict[str, Any]:
    """What a recipe keeps of concepts that the list does not hold, so that `gone` knows them again; empty for none."""
    own = [concept.to_dict() for concept in concepts if known.find(concept.name) is None]
    return {WORDS: own} if own else {}
