"""What every job opens first: the family, the judge and the library entry's encoder."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np
import torch
from transformers import CLIPTextModel

from core.concepts import Concept, World, world
from core.erasure.trainable import Delta, apply_delta, parameters_of
from core.errors import FailureKind, LacunaError
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.library.entry import Entry
from core.library.manifest import Manifest
from core.library.store import Library
from core.models.opened import Family, open_family, read_part


def default_device() -> str:
    """The first CUDA device where there is one, else the CPU."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@cache
def family(name: str) -> Family:
    """The opened family; a warm engine keeps it between jobs."""
    return open_family(name, default_device())


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
    raise LacunaError(FailureKind.UNKNOWN_CONCEPT, f"The model's word list does not hold “{name}”.")


def moved_encoder(opened: Family, delta: Delta, strength: float) -> CLIPTextModel:
    """A copy of the original encoder at θ₀ + strength · Δ."""
    encoder = copy.deepcopy(opened.encoder)
    apply_delta(encoder, parameters_of(opened.encoder), delta, strength)
    return encoder.eval()


def refuse_other_base(opened: Family, manifest: Manifest) -> None:
    """Raise LacunaError(DAMAGED) for an entry whose change belongs to another encoder."""
    if manifest.base != opened.fingerprint:
        raise LacunaError(
            FailureKind.DAMAGED,
            f"“{manifest.name}” was made for another text encoder.",
            "Its base has a different fingerprint from the model's encoder.",
            f"Erase the concept again with the model “{opened.card.title}”.",
        )


def entry_encoder(opened: Family, library: Library, entry: Entry, strength: float | None = None) -> CLIPTextModel:
    """The encoder an entry describes, on the base it was made for. Raises LacunaError when they do not fit."""
    manifest = entry.manifest
    if manifest is None:
        raise LacunaError(
            FailureKind.DAMAGED, f"The entry “{entry.id}” is damaged.", entry.damage, "Erase the concept again."
        )
    refuse_other_base(opened, manifest)
    delta: Delta = {name: np.asarray(value, np.float32) for name, value in library.load_delta(entry.id).items()}
    return moved_encoder(opened, delta, manifest.strength if strength is None else strength)
