"""What every job opens first: the family, the judge and the library entry's encoder."""

from __future__ import annotations

import copy
from functools import cache, lru_cache

import numpy as np
from transformers import CLIPTextModel

from core.concepts import Concept, World, world
from core.erasure.trainable import Delta, apply_delta, parameters_of
from core.errors import FailureKind, LacunaError
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.hardware.plan import plan
from core.i18n import tr
from core.library.entry import Entry
from core.library.manifest import require_base
from core.library.store import Library
from core.models.opened import Family, open_family
from core.models.part import read_part


def family(name: str) -> Family:
    """The opened family on the device of the job's plan; a warm engine keeps it between jobs."""
    return _opened(name, plan().device)


@lru_cache(maxsize=1)
def _opened(name: str, device: str) -> Family:
    """One at a time, so that another device or family gives the memory of this one back."""
    return open_family(name, device)


@cache
def judge(name: str) -> Judge:
    """The family's judge of pictures."""
    return read_part(family(name).card, "judge", Judge.load)


@cache
def motion_judge(name: str) -> MotionJudge:
    """The family's reader of motion."""
    return read_part(family(name).card, "motion_judge", MotionJudge.load)


def words(name: str) -> World:
    """The world of the family."""
    return world(name)


def known_concept(known: World, name: str) -> Concept:
    """The concept of this name; LacunaError(UNKNOWN_CONCEPT) where the word list does not hold it."""
    if concept := known.find(name):
        return concept
    raise LacunaError(FailureKind.UNKNOWN_CONCEPT, tr("The model's word list does not hold “{name}”.", name=name))


def moved_encoder(opened: Family, delta: Delta, strength: float) -> CLIPTextModel:
    """A copy of the original encoder at θ₀ + strength · Δ."""
    encoder = copy.deepcopy(opened.encoder)
    apply_delta(encoder, parameters_of(opened.encoder), delta, strength)
    return encoder.eval()


def entry_encoder(opened: Family, library: Library, entry: Entry, strength: float | None = None) -> CLIPTextModel:
    """The encoder an entry describes, on the base it was made for. Raises LacunaError when they do not fit."""
    manifest = entry.manifest
    if manifest is None:
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("The entry “{id}” is damaged.", id=entry.id),
            entry.damage,
            tr("Erase the concept again."),
        )
    require_base(manifest, opened.fingerprint, opened.card.title)
    delta: Delta = {name: np.asarray(value, np.float32) for name, value in library.load_delta(entry.id).items()}
    return moved_encoder(opened, delta, manifest.strength if strength is None else strength)
